"""The tool that changes the shopper's wishlist."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage import wishlist
from storage.errors import NotFound
from tools.arguments import ProductId
from tools.context import ToolContext
from tools.errors import UnknownProduct
from tools.results import ToolResult
from tools.tool import tool
from tools.view_wishlist import shown
from tools.wishlist_view import WishlistFacts


@tool(effect="write")
async def update_wishlist(
    ctx: ToolContext,
    product_id: ProductId,
    listed: Annotated[bool, Field(description="True puts it on the wishlist, false takes it off.")] = True,
) -> ToolResult[WishlistFacts]:
    """Put a product on the shopper's wishlist, or take it off. Call it only when the shopper asks.

    The answer is the wishlist afterwards, which the shopper sees as a card. Doing it twice changes nothing.
    """
    if not listed:
        await wishlist.remove(ctx.conn, ctx.person, product_id, ctx.cause)
        return await shown(ctx)
    try:
        await wishlist.put(ctx.conn, ctx.person, product_id, ctx.cause, ctx.store_id)
    except NotFound as error:
        raise UnknownProduct(field=error.field) from error
    return await shown(ctx)
