"""The tool that changes the shopper's cart."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage import cart_changes, carts
from tools.arguments import ProductId
from tools.cart_refusals import told_to_the_model
from tools.cart_view import CartFacts, cart_facts, cart_part
from tools.context import ToolContext
from tools.results import ToolResult
from tools.tool import tool


@tool(effect="write")
async def update_cart(
    ctx: ToolContext,
    product_id: ProductId,
    quantity: Annotated[
        int, Field(ge=0, le=carts.MOST_PIECES, description="Pieces to have in the cart afterwards; 0 removes it.")
    ],
) -> ToolResult[CartFacts]:
    """Set how many pieces of a product are in the shopper's cart. Nothing is bought by this.

    `quantity` is the new number, not a number to add: to add one to two, set 3. Call it only when the shopper asks.
    The answer is the cart afterwards, which the shopper sees as a card.
    """
    with told_to_the_model():
        cart_id = await carts.open_for(ctx.conn, ctx.person, product_id, ctx.store_id)
        await cart_changes.put(ctx.conn, ctx.person, cart_id, product_id, quantity, ctx.cause)
    cart = await carts.view(ctx.conn, cart_id)
    return ToolResult(output=cart_facts(cart), data=(cart_part(cart, ctx),))
