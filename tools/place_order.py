"""The tool that orders what is in the cart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from storage import carts, order_placing, stores
from storage.money import Money
from storage.order_placing import Checkout, EmptyCart, LeftOut, Placement
from storage.parts import Json
from tools.context import ToolContext
from tools.order_arguments import MethodId, PostalAddress
from tools.order_view import OrderFacts, listed, order_facts, order_part
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool
from tools.untrusted import NAME, clipped

ShipTo = Annotated[PostalAddress | None, Field(description="Where to; leave it out for the shopper's saved address.")]
PayWith = Annotated[MethodId | None, Field(description="How it is paid; leave it out for an invoice.")]


async def quote_place_order(
    ctx: ToolContext, shipping_address: ShipTo = None, payment_method_id: PayWith = None
) -> Quote:
    """What ordering the cart would be: items at today's prices, total, address, payment."""
    found = await order_placing.checkout(
        ctx.conn, ctx.person, await _placement(ctx, shipping_address, payment_method_id)
    )
    store = await stores.get(ctx.conn, found.store_id)
    return Quote(
        summary=(
            f"Order from {store.name}: {listed([(item.quantity, item.name) for item in found.items])}; "
            f"{found.total.plain()} {found.currency} in all{_taxed(found)}, to {found.shipping.text()}, "
            f"paid by {found.method.name}."
            f"{_told(found.left_out)}"
        ),
        total=found.total,
        facts=_facts(found),
        card={
            "items": [
                {"name": item.name, "quantity": item.quantity, "unit_price": item.unit_price} for item in found.items
            ],
            "left_out": [{"name": one.name, "wanted": one.wanted, "left": one.left} for one in found.left_out],
            "subtotal": found.bill.subtotal,
            "tax": found.bill.tax,
            "tax_included": found.tax.included,
            "total": found.bill.total,
            "currency": found.currency,
            "ships_to": found.shipping.text(),
            "payment_method": found.method.name,
        },
    )


@tool(effect="write", confirm=quote_place_order)
async def place_order(
    ctx: ToolContext, shipping_address: ShipTo = None, payment_method_id: PayWith = None
) -> ToolResult[OrderFacts]:
    """Order what is in the shopper's cart. The page asks the shopper to confirm, with the total; only then it happens.

    Call it when the shopper wants to order. Without a saved address it needs `shipping_address`: ask for it.
    """
    placement = await _placement(ctx, shipping_address, payment_method_id)
    order = await order_placing.place(ctx.conn, ctx.person, placement, ctx.cause)
    return ToolResult(output=order_facts(order), data=(order_part(order, ctx),))


async def _placement(ctx: ToolContext, address: PostalAddress | None, method: MethodId | None) -> Placement:
    """The cart of the chat's store; in a chat about no one store, the cart that was changed last.

    What cannot be had is refused while the shopper is not asked yet. Once they are, it changes what they are asked:
    the quote leaves it out.
    """
    cart_ids = await carts.own_ids(ctx.conn, ctx.person, ctx.store_id)
    if not cart_ids:
        raise EmptyCart
    return Placement(
        cart_id=cart_ids[0],
        shipping=None if address is None else address.stored(),
        payment_method_id=method,
        leave_out=ctx.cause.action_id is not None,
    )


def _taxed(found: Checkout) -> str:
    """` with 8.25 USD tax`, ` (13.57 EUR of it tax)`, nothing where there is none."""
    tax = Money(found.bill.tax, found.currency)
    if not tax.amount:
        return ""
    said = f"{tax.plain()} {tax.currency}"
    return f" ({said} of it tax)" if found.tax.included else f" with {said} tax"


def _told(left_out: Sequence[LeftOut]) -> str:
    """` Left out: of 3 x Mug only 1 is left; Tent cannot be had any more.`"""
    said = [
        f"of {one.wanted} x {clipped(one.name, NAME)} only {one.left} {'is' if one.left == 1 else 'are'} left"
        if one.left
        else f"{clipped(one.name, NAME)} cannot be had any more"
        for one in left_out
    ]
    return f" Left out: {'; '.join(said)}." if said else ""


def _facts(found: Checkout) -> dict[str, Json]:
    return {
        "cart_id": str(found.cart_id),
        "cart_version": found.version,
        "items": {str(item.product_id): [item.quantity, item.unit_price] for item in found.items},
        "total": found.bill.total,
        "currency": found.currency,
        "ships_to": dict(found.shipping.as_json()),
        "payment_method_id": str(found.method.id),
    }
