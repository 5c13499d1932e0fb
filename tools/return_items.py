"""The tool that asks for a return."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage import order_returns
from storage.order_returns import ReturnLine
from tools.context import ToolContext
from tools.order_arguments import ItemPieces, MaybeReason, MethodId, OrderName, order_named
from tools.order_view import OrderFacts, listed, order_facts, order_part
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool

Items = Annotated[list[ItemPieces], Field(min_length=1, max_length=50, description="All that is to go back.")]
RefundTo = Annotated[
    MethodId | None, Field(description="A gift card to be refunded to; leave it out for the way the order was paid.")
]


async def quote_return_items(
    ctx: ToolContext,
    order: OrderName,
    items: Items,
    payment_method_id: RefundTo = None,
    reason: MaybeReason = None,
) -> Quote:
    """What goes back, and what is refunded where once it is there."""
    found = await order_named(ctx, order)
    back = await order_returns.plan_return(ctx.conn, found, lines(items), payment_method_id)
    names = {item.id: item.name for item in found.items}
    refund = found.money(-back.difference)
    what = listed([(each.quantity, names[each.item_id]) for each in items])
    return Quote(
        summary=(
            f"Return {what} of the order {found.order_number}; {refund.plain()} {refund.currency} go back "
            f"by {back.method.name} once the goods are there. An order can be returned or exchanged once."
        ),
        total=refund,
        facts={
            "order_id": str(found.id),
            "status": found.status,
            "refund": refund.amount,
            "method": str(back.method.id),
        },
        card={"order_number": found.order_number, "items": what, "refund": refund.amount, "currency": refund.currency},
    )


@tool(effect="write", confirm=quote_return_items)
async def return_items(
    ctx: ToolContext,
    order: OrderName,
    items: Items,
    payment_method_id: RefundTo = None,
    reason: MaybeReason = None,
) -> ToolResult[OrderFacts]:
    """Ask for the return of items of a delivered order. The page asks the shopper to confirm.

    It can be done once for an order, so collect all items first. The money goes back when the goods have arrived.
    """
    found = await order_named(ctx, order)
    after = await order_returns.request_return(
        ctx.conn, ctx.person, found.id, lines(items), payment_method_id, reason, ctx.cause
    )
    return ToolResult(output=order_facts(after), data=(order_part(after, ctx),))


def lines(items: list[ItemPieces]) -> list[ReturnLine]:
    """The items as orders know them."""
    return [ReturnLine(each.item_id, each.quantity) for each in items]
