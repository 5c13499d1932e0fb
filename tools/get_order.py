"""The tool that shows one order."""

from __future__ import annotations

from tools.context import ToolContext
from tools.order_arguments import OrderName, order_named
from tools.order_view import OrderFacts, order_facts, order_part
from tools.results import ToolResult
from tools.tool import tool


@tool(effect="read")
async def get_order(ctx: ToolContext, order: OrderName) -> ToolResult[OrderFacts]:
    """Show one of the shopper's orders: status, items, total, tracking, and what may still be done with it.

    Look before answering about an order. The shopper sees it as a card.
    """
    found = await order_named(ctx, order)
    return ToolResult(output=order_facts(found), data=(order_part(found, ctx),))
