"""The tool that takes over a suggested cart."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from storage import suggested_carts
from storage.carts import CartItem, LeftOut
from storage.errors import NotFound, OutOfStock
from tools.cart_view import CartFacts, cart_facts, cart_part
from tools.context import ToolContext
from tools.errors import NotEnoughStock, UnknownSuggestion
from tools.results import ToolResult
from tools.tool import tool
from tools.untrusted import NAME, clipped


class TakenItem(TypedDict):
    """Of `quantity` pieces suggested, `taken` went into the cart; `left_out` says why not all, null when all did."""

    product_id: str
    name: str
    quantity: int
    taken: int
    left_out: LeftOut | None


class AcceptCartOutput(TypedDict):
    taken: list[TakenItem]
    cart: CartFacts


@tool(effect="write")
async def accept_cart(
    ctx: ToolContext,
    suggestion_id: Annotated[UUID, Field(description="A suggestion_id exactly as suggest_carts returned it.")],
) -> ToolResult[AcceptCartOutput]:
    """Put a suggested cart into the shopper's own cart, on top of what is in there. Nothing is bought by this.

    Call it only when the shopper chooses that suggestion. Tell them what could not be taken. The answer holds the cart
    afterwards, which the shopper sees as a card; accepting twice changes nothing.
    """
    try:
        accepted = await suggested_carts.accept(ctx.conn, ctx.person, suggestion_id, ctx.cause)
    except NotFound as error:
        raise UnknownSuggestion(field=error.field) from error
    except OutOfStock as error:
        raise NotEnoughStock(error.detail) from error
    return ToolResult(
        output={
            "taken": [_taken(item) for item in accepted.suggestion.items],
            "cart": cart_facts(accepted.cart),
        },
        data=(cart_part(accepted.cart, ctx),),
    )


def _taken(item: CartItem) -> TakenItem:
    return {
        "product_id": str(item.product_id),
        "name": clipped(item.name, NAME),
        "quantity": item.quantity,
        "taken": item.taken or 0,
        "left_out": item.left_out,
    }
