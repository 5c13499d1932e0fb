"""The tool that shows the shopper's wishlist."""

from __future__ import annotations

from storage import wishlist
from tools.context import ToolContext
from tools.results import ToolResult
from tools.tool import tool
from tools.wishlist_view import WishlistFacts, wishlist_facts, wishlist_part

_SHOWN = 20


async def shown(ctx: ToolContext) -> ToolResult[WishlistFacts]:
    """The first items of the wishlist, told and shown."""
    found = await wishlist.page(ctx.conn, ctx.person, store_id=ctx.store_id, limit=_SHOWN + 1)
    items, more = found[:_SHOWN], len(found) > _SHOWN
    return ToolResult(output=wishlist_facts(items, more), data=(wishlist_part(items, more, ctx),) if items else ())


@tool(effect="read")
async def view_wishlist(ctx: ToolContext) -> ToolResult[WishlistFacts]:
    """Show the shopper's wishlist with today's prices and stock, the newest first. They see it as a card."""
    return await shown(ctx)
