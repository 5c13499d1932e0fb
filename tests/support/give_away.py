"""A tool that asks first: it gives pieces of a product away. What it promises is the product's price.

Thirteen pieces are refused only after they have been taken.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from storage import audit, products
from storage.money import Money
from tests.support import factory
from tools.arguments import ProductId
from tools.context import ToolContext
from tools.errors import NotEnoughStock
from tools.quote import Quote
from tools.results import DataPart, ToolResult, part_id
from tools.tool import tool

Pieces = Annotated[int, Field(ge=1, le=99, description="How many.")]


class Given(TypedDict):
    """What is left."""

    product_id: str
    left: int


async def quote_give_away(ctx: ToolContext, product_id: ProductId, pieces: Pieces = 1) -> Quote:
    product = await products.get(ctx.conn, product_id)
    if product.stock < pieces:
        raise NotEnoughStock(f"There are {product.stock} left.")
    return Quote(
        summary=f"Give away {pieces} of {product.name}.",
        total=Money(product.price * pieces, product.currency),
        facts={"price": product.price},
        card={"name": product.name, "pieces": pieces},
    )


@tool(effect="write", confirm=quote_give_away)
async def give_away(ctx: ToolContext, product_id: ProductId, pieces: Pieces = 1) -> ToolResult[Given]:
    """Give pieces of a product away."""
    left = await factory.take_stock(ctx.conn, product_id, pieces)
    if left is None:
        raise NotEnoughStock
    if pieces == 13:
        raise NotEnoughStock("Thirteen is refused.")
    entry = audit.Entry(
        entity_type="product",
        entity_id=product_id,
        action="give_away",
        before={"stock": left + pieces},
        after={"stock": left},
    )
    await audit.record(ctx.conn, ctx.person, entry, ctx.cause)
    shown = DataPart("products", part_id("products", ctx.tool_call_id), {"left": left})
    return ToolResult({"product_id": str(product_id), "left": left}, data=(shown,))
