"""The tool that asks for an exchange."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage import order_returns
from tools.change_order import swaps, told_difference
from tools.context import ToolContext
from tools.order_arguments import ItemSwap, MaybeReason, MethodId, OrderName, order_named
from tools.order_view import OrderFacts, listed, order_facts, order_part
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool

Items = Annotated[list[ItemSwap], Field(min_length=1, max_length=50, description="All that is to be exchanged.")]
Settled = Annotated[
    MethodId | None, Field(description="What pays or gets the difference; leave it out for the way the order was paid.")
]


async def quote_exchange_items(
    ctx: ToolContext,
    order: OrderName,
    items: Items,
    payment_method_id: Settled = None,
    reason: MaybeReason = None,
) -> Quote:
    """What goes back, what comes for it, and the difference in price."""
    found = await order_named(ctx, order)
    back = await order_returns.plan_exchange(ctx.conn, found, swaps(items), payment_method_id)
    difference = found.money(back.difference)
    old = listed([(each.quantity, each.item.name) for each in back.replacements])
    new = listed([(each.quantity, each.variant.name) for each in back.replacements])
    return Quote(
        summary=(
            f"Exchange {old} of the order {found.order_number} for {new}; {told_difference(difference)} "
            f"by {back.method.name} once the goods are back. An order can be returned or exchanged once."
        ),
        total=difference,
        facts={
            "order_id": str(found.id),
            "status": found.status,
            "difference": back.difference,
            "method": str(back.method.id),
            "new": {str(each.variant.id): each.variant.unit_price for each in back.replacements},
        },
        card={"order_number": found.order_number, "old": old, "new": new, "difference": back.difference},
    )


@tool(effect="write", confirm=quote_exchange_items)
async def exchange_items(
    ctx: ToolContext,
    order: OrderName,
    items: Items,
    payment_method_id: Settled = None,
    reason: MaybeReason = None,
) -> ToolResult[OrderFacts]:
    """Ask to exchange items of a delivered order for other variants. The page asks the shopper to confirm.

    It can be done once for an order, so collect all items first.
    """
    found = await order_named(ctx, order)
    after = await order_returns.request_exchange(
        ctx.conn, ctx.person, found.id, swaps(items), payment_method_id, reason, ctx.cause
    )
    return ToolResult(output=order_facts(after), data=(order_part(after, ctx),))
