"""The tool that changes a pending order: its address, its payment, or the variants in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from storage import order_changes, order_rules
from storage.money import Money
from storage.order_swaps import Swap
from storage.parts import Json
from tools.context import ToolContext
from tools.errors import BadArguments
from tools.order_arguments import ItemSwap, MethodId, OrderName, PostalAddress, order_named
from tools.order_view import OrderFacts, listed, order_facts, order_part
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool

_NOTHING = "Name what is to change: shipping_address, items or payment_method_id."

NewAddress = Annotated[PostalAddress | None, Field(description="Send it here instead.")]
NewItems = Annotated[
    list[ItemSwap] | None, Field(min_length=1, max_length=50, description="All items that are to be other variants.")
]
NewMethod = Annotated[
    MethodId | None, Field(description="Pay with this instead; with `items`, only the difference in price.")
]


async def quote_change_order(
    ctx: ToolContext,
    order: OrderName,
    shipping_address: NewAddress = None,
    items: NewItems = None,
    payment_method_id: NewMethod = None,
) -> Quote:
    """What would be another than it is, and what that costs or gives back."""
    _one(shipping_address, items, payment_method_id)
    found = await order_named(ctx, order)
    facts: dict[str, Json] = {"order_id": str(found.id), "status": found.status, "total": found.total}
    total: Money | None = None
    if items is not None:
        change = await order_changes.item_change(ctx.conn, found, swaps(items), payment_method_id)
        total = found.money(change.difference)
        new = listed([(each.quantity, each.variant.name) for each in change.replacements])
        said = f"have {new} instead; {told_difference(total)} by {change.method.name}. This can be done once"
        facts |= {"difference": change.difference, "method": str(change.method.id)}
        facts["new"] = {str(each.variant.id): each.variant.unit_price for each in change.replacements}
    elif shipping_address is not None:
        order_rules.check(found, "change_address")
        said = f"send it to {shipping_address.stored().text()}"
    elif payment_method_id is not None:
        method = await order_changes.new_payment(ctx.conn, found, payment_method_id)
        total = found.money(found.total)
        said = f"pay {total.plain()} {total.currency} by {method.name} instead. This can be done once"
        facts["method"] = str(method.id)
    else:
        raise BadArguments(_NOTHING)
    return Quote(
        summary=f"Change the order {found.order_number}: {said}.",
        total=total,
        facts=facts,
        card={"order_number": found.order_number, "change": said},
    )


@tool(effect="write", confirm=quote_change_order)
async def change_order(
    ctx: ToolContext,
    order: OrderName,
    shipping_address: NewAddress = None,
    items: NewItems = None,
    payment_method_id: NewMethod = None,
) -> ToolResult[OrderFacts]:
    """Change one thing of a pending order: the address, the payment method, or items to other variants.

    The page asks the shopper to confirm. Items can be changed once, so collect all of them first; afterwards the order
    can neither be cancelled nor changed but for its address.
    """
    _one(shipping_address, items, payment_method_id)
    found = await order_named(ctx, order)
    if items is not None:
        change = await order_changes.change_items(
            ctx.conn, ctx.person, found.id, swaps(items), payment_method_id, ctx.cause
        )
    elif shipping_address is not None:
        change = await order_changes.change_address(
            ctx.conn, ctx.person, found.id, shipping_address.stored(), ctx.cause
        )
    elif payment_method_id is not None:
        change = await order_changes.change_payment(ctx.conn, ctx.person, found.id, payment_method_id, ctx.cause)
    else:
        raise BadArguments(_NOTHING)
    return ToolResult(output=order_facts(change), data=(order_part(change, ctx),))


def swaps(items: list[ItemSwap]) -> list[Swap]:
    """The swaps as orders know them."""
    return [Swap(each.item_id, each.new_product_id, each.quantity) for each in items]


def told_difference(difference: Money) -> str:
    """`5.00 EUR more, paid`, `5.00 EUR less, paid back`."""
    if difference.amount == 0:
        return "no difference in price, settled"
    more = difference.amount > 0
    size = difference if more else difference * -1
    return f"{size.plain()} {size.currency} {'more, paid' if more else 'less, paid back'}"


def _one(address: PostalAddress | None, items: list[ItemSwap] | None, method: MethodId | None) -> None:
    if address is not None and (items is not None or method is not None):
        raise BadArguments(
            "Change one thing at a time: the address, the items or the payment.", field="shipping_address"
        )
