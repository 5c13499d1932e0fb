"""The tool that cancels an order."""

from __future__ import annotations

from storage import order_cancelling
from tools.context import ToolContext
from tools.order_arguments import OrderName, Reason, order_named
from tools.order_view import OrderFacts, order_facts, order_part
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool


async def quote_cancel_order(ctx: ToolContext, order: OrderName, reason: Reason) -> Quote:
    """What is paid back, and that the order ends."""
    found = await order_named(ctx, order)
    owed = order_cancelling.refunds(found)
    back = found.money(sum(owed.values()))
    paid = f"{back.plain()} {back.currency} go back to where they came from" if back.amount else "nothing was paid yet"
    return Quote(
        summary=f"Cancel the order {found.order_number}; {paid}.",
        total=back,
        facts={
            "order_id": str(found.id),
            "status": found.status,
            "refund": {str(method): amount for method, amount in owed.items()},
        },
        card={"order_number": found.order_number, "refund": back.amount, "currency": back.currency, "reason": reason},
    )


@tool(effect="write", confirm=quote_cancel_order)
async def cancel_order(ctx: ToolContext, order: OrderName, reason: Reason) -> ToolResult[OrderFacts]:
    """Cancel an order that is still pending. The page asks the shopper to confirm. It cannot be undone."""
    found = await order_named(ctx, order)
    after = await order_cancelling.cancel(ctx.conn, ctx.person, found.id, reason, ctx.cause)
    return ToolResult(output=order_facts(after), data=(order_part(after, ctx),))
