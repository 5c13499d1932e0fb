"""What comes back of a delivered order: asked for by the shopper, completed by the shop once the goods are there.

Nothing is paid while it is only asked for. A gift card's part of a price difference is held until then, and what goes
out in an exchange is taken from stock at once, so that it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from storage import audit, ledger, order_rules, order_status, order_swaps, orders, payment_methods, sql, stock
from storage.audit import Cause, State
from storage.database import Connection
from storage.errors import Invalid
from storage.order_status import OrderStatus
from storage.order_swaps import Replacement, Swap
from storage.orders import Order, OrderItem, OrderReturn, ReturnItem
from storage.payment_methods import PaymentMethod
from storage.people import Person

_SQL = sql.load(__file__)


class WrongRefundMethod(Invalid):
    """A refund goes to the payment method of the order, or to a gift card."""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """`quantity` pieces of an order item."""

    order_item_id: UUID
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Back:
    """What a return or an exchange would do; a `difference` in minor units below 0 is paid back, above 0 charged."""

    method: PaymentMethod
    difference: int
    replacements: tuple[Replacement, ...] = ()


async def plan_return(conn: Connection, order: Order, lines: Sequence[ReturnLine], method_id: UUID | None) -> Back:
    """What returning these items would do; the refund goes to the order's own method if None.

    Raises what forbids it, NotFound for what the order does not have, WrongRefundMethod.
    """
    order_rules.check(order, "return")
    order_swaps.check_pieces(order, [(line.order_item_id, line.quantity) for line in lines])
    method = await payment_methods.get(conn, order.user_id, method_id or _paid_with(order))
    if method.id != order.payment_method_id and not (method.kind == "gift_card" and method.is_active):
        raise WrongRefundMethod(field="payment_method_id")
    prices = {item.id: item.unit_price for item in order.items}
    less = sum(prices[line.order_item_id] * line.quantity for line in lines)
    return Back(method, order.taxed.bill(order.subtotal - less).total - order.total)


async def plan_exchange(conn: Connection, order: Order, swaps: Sequence[Swap], method_id: UUID | None) -> Back:
    """What exchanging these items would do. Raises what forbids it, and what `order_swaps.replacements` raises."""
    order_rules.check(order, "exchange")
    found = await order_swaps.replacements(conn, order, swaps, same_allowed=True)
    method = await payment_methods.usable(conn, order.user_id, method_id or _paid_with(order))
    difference = order_swaps.difference(order, found)
    method.check_covers(order.money(difference))
    return Back(method, difference, found)


async def request_return(
    conn: Connection,
    actor: Person,
    order_id: UUID,
    lines: Sequence[ReturnLine],
    method_id: UUID | None,
    reason: str | None,
    cause: Cause,
) -> Order:
    """Ask for a return; what is refunded is paid once the goods are back. Runs inside a transaction."""
    order = await orders.locked(conn, order_id)
    back = await plan_return(conn, order, lines, method_id)
    items = [ReturnItem(order_item_id=each.order_item_id, quantity=each.quantity) for each in lines]
    await _open(conn, order, "return", back, reason, items)
    return await _moved(conn, actor, order, "return-requested", cause, {"refund": -back.difference})


async def request_exchange(
    conn: Connection,
    actor: Person,
    order_id: UUID,
    swaps: Sequence[Swap],
    method_id: UUID | None,
    reason: str | None,
    cause: Cause,
) -> Order:
    """Ask for an exchange; the new items are set aside, a gift card's share is held. Runs inside a transaction."""
    order = await orders.locked(conn, order_id)
    back = await plan_exchange(conn, order, swaps, method_id)
    await stock.move(conn, take=order_swaps.pieces_in(back.replacements))
    items = [
        ReturnItem(
            order_item_id=each.item.id,
            quantity=each.quantity,
            new_product_id=each.variant.id,
            new_unit_price=each.variant.unit_price,
        )
        for each in back.replacements
    ]
    return_id = await _open(conn, order, "exchange", back, reason, items)
    await ledger.hold(conn, order.id, back.method, order.money(back.difference), return_id)
    return await _moved(conn, actor, order, "exchange-requested", cause, {"difference": back.difference})


async def complete(conn: Connection, actor: Person, order_id: UUID, cause: Cause) -> Order:
    """The goods are back: they go into stock, and the money goes where it was promised. Who may say so was checked."""
    order = await orders.locked(conn, order_id)
    opened = _opened(order)
    items = {item.id: item for item in order.items}
    await stock.move(conn, put=_pieces(opened, items))
    for each in opened.items:
        await conn.execute(_SQL["take_back"], each.order_item_id, each.quantity)
        if each.new_product_id is not None:
            new = (each.order_item_id, each.new_product_id, each.quantity, each.new_unit_price)
            await conn.execute(_SQL["add_new"], *new)
    held = await ledger.end_hold(conn, order.payments, opened.id, paid=True)
    if not held:
        method = await payment_methods.get(conn, order.user_id, opened.payment_method_id)
        difference = order.money(opened.price_difference)
        await ledger.settle_difference(conn, order.id, method, difference, return_id=opened.id)
    change = sum(
        ((each.new_unit_price or 0) - items[each.order_item_id].unit_price) * each.quantity for each in opened.items
    )
    bill = order.taxed.bill(order.subtotal + change)
    await conn.execute(_SQL["rebill"], order.id, bill.subtotal, bill.tax, bill.total)
    await conn.execute(_SQL["close"], opened.id, "completed")
    await ledger.restate(conn, order.id)
    then: OrderStatus = "returned" if opened.kind == "return" else "exchanged"
    return await _moved(conn, actor, order, then, cause, {"total": bill.total})


async def turn_down(conn: Connection, actor: Person, order_id: UUID, cause: Cause) -> Order:
    """Nothing comes back after all: what was set aside and held is free again, and the order is delivered as before."""
    order = await orders.locked(conn, order_id)
    opened = _opened(order)
    aside = Counter[UUID]()
    for each in opened.items:
        if each.new_product_id is not None:
            aside[each.new_product_id] += each.quantity
    await stock.move(conn, put=aside)
    await ledger.end_hold(conn, order.payments, opened.id, paid=False)
    await conn.execute(_SQL["close"], opened.id, "rejected")
    return await _moved(conn, actor, order, "delivered", cause, {})


def _paid_with(order: Order) -> UUID:
    if order.payment_method_id is None:
        raise WrongRefundMethod("Name the payment method.", field="payment_method_id")
    return order.payment_method_id


def _opened(order: Order) -> OrderReturn:
    for each in order.returns:
        if each.status == "requested":
            return each
    raise order_status.WrongStatus(f"The order is {order.status}; nothing of it is to come back.", field="order_id")


def _pieces(opened: OrderReturn, items: dict[UUID, OrderItem]) -> Counter[UUID]:
    pieces = Counter[UUID]()
    for each in opened.items:
        pieces[items[each.order_item_id].product_id] += each.quantity
    return pieces


async def _open(
    conn: Connection,
    order: Order,
    kind: Literal["return", "exchange"],
    back: Back,
    reason: str | None,
    items: Sequence[ReturnItem],
) -> UUID:
    opened: UUID = await conn.fetchval(_SQL["open"], order.id, back.method.id, kind, back.difference, reason)
    for each in items:
        row = (opened, each.order_item_id, each.quantity, each.new_product_id, each.new_unit_price)
        await conn.execute(_SQL["add_item"], *row)
    return opened


async def _moved(conn: Connection, actor: Person, order: Order, then: OrderStatus, cause: Cause, said: State) -> Order:
    order_status.check(order.status, then)
    await conn.execute(_SQL["set_status"], order.id, then)
    entry = audit.Entry(
        entity_type="order",
        entity_id=order.id,
        action=then,
        before={"status": order.status, "total": order.total},
        after={"status": then, **said},
    )
    await audit.record(conn, actor, entry, cause)
    return await orders.get(conn, order.id)
