"""Changes of a pending order: where it goes, how it is paid, and which variants it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from storage import audit, ledger, order_rules, order_swaps, orders, payment_methods, sql, stock
from storage.addresses import Address
from storage.audit import Cause, State
from storage.database import Connection
from storage.errors import Invalid
from storage.order_cancelling import give_back
from storage.order_swaps import Replacement, Swap
from storage.orders import Order
from storage.payment_methods import PaymentMethod
from storage.people import Person

_SQL = sql.load(__file__)
_PUT = {"split_item": _SQL["split_item"], "replace_item": _SQL["replace_item"]}


class SamePaymentMethod(Invalid):
    """The order is paid with this already; choose another payment method."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What changing items would do: `difference` in minor units is charged to the method, or paid back if negative."""

    replacements: tuple[Replacement, ...]
    method: PaymentMethod
    difference: int


async def change_address(conn: Connection, actor: Person, order_id: UUID, address: Address, cause: Cause) -> Order:
    """Send a pending order elsewhere. Raises NotFound and WrongStatus."""
    order = await orders.locked(conn, order_id)
    order_rules.check(order, "change_address")
    await conn.execute(_SQL["change_address"], order.id, address.as_json())
    was = None if order.shipping_address is None else order.shipping_address.text()
    return await _recorded(conn, actor, order, cause, "change_address", {"to": was}, {"to": address.text()})


async def new_payment(conn: Connection, order: Order, method_id: UUID) -> PaymentMethod:
    """The method that would pay for the whole order. Raises what forbids it, SamePaymentMethod, InsufficientBalance."""
    order_rules.check(order, "change_payment")
    method = await payment_methods.usable(conn, order.user_id, method_id)
    if method.id == order.payment_method_id:
        raise SamePaymentMethod(field="payment_method_id")
    method.check_covers(order.money(order.total))
    return method


async def change_payment(conn: Connection, actor: Person, order_id: UUID, method_id: UUID, cause: Cause) -> Order:
    """Pay a pending order with another method: all of it, and the one before gets back what it paid. Once an order."""
    order = await orders.locked(conn, order_id)
    owed = ledger.paid_by_method(order.payments)
    await payment_methods.lock(conn, [method_id, *owed])
    method = await new_payment(conn, order, method_id)
    await ledger.charge(conn, order.id, method, order.money(order.total))
    await give_back(conn, order, owed)
    await conn.execute(_SQL["change_payment"], order.id, method.id, method.kind)
    return await _recorded(
        conn,
        actor,
        order,
        cause,
        "change_payment",
        {"method": str(order.payment_method_id)},
        {"method": str(method.id)},
    )


async def item_change(conn: Connection, order: Order, swaps: Sequence[Swap], method_id: UUID | None) -> ItemChange:
    """What changing these items would do; the method is the order's own if None.

    Raises what forbids it, what `order_swaps.replacements` raises, and InsufficientBalance.
    """
    order_rules.check(order, "change_items")
    found = await order_swaps.replacements(conn, order, swaps, same_allowed=False)
    method = await payment_methods.usable(conn, order.user_id, method_id or order.payment_method_id)
    difference = order_swaps.difference(order, found)
    method.check_covers(order.money(difference))
    return ItemChange(found, method, difference)


async def change_items(
    conn: Connection, actor: Person, order_id: UUID, swaps: Sequence[Swap], method_id: UUID | None, cause: Cause
) -> Order:
    """Have other variants of the same families in a pending order, and settle the difference. Once an order."""
    order = await orders.locked(conn, order_id)
    change = await item_change(conn, order, swaps, method_id)
    found = change.replacements
    await stock.move(conn, take=order_swaps.pieces_in(found), put=order_swaps.pieces_out(found))
    left = {item.id: item.quantity for item in order.items}
    for each in found:
        left[each.item.id] -= each.quantity
        new = each.variant
        put = "split_item" if left[each.item.id] else "replace_item"
        await conn.execute(
            _PUT[put], each.item.id, new.id, new.sku, new.name, new.options, each.quantity, new.unit_price
        )
    bill = order.taxed.bill(
        order.subtotal + sum((each.variant.unit_price - each.item.unit_price) * each.quantity for each in found)
    )
    await conn.execute(_SQL["change_items"], order.id, bill.subtotal, bill.tax, bill.total)
    await ledger.settle_difference(conn, order.id, change.method, order.money(change.difference))
    return await _recorded(
        conn,
        actor,
        order,
        cause,
        "change_items",
        {"total": order.total, "items": _told(order)},
        {"total": bill.total, "items": _told(await orders.get(conn, order.id))},
    )


def _told(order: Order) -> str:
    return ", ".join(f"{item.quantity} x {item.sku}" for item in order.items)


async def _recorded(
    conn: Connection, actor: Person, order: Order, cause: Cause, action: str, before: State, after: State
) -> Order:
    entry = audit.Entry(entity_type="order", entity_id=order.id, action=action, before=before, after=after)
    await audit.record(conn, actor, entry, cause)
    return await orders.get(conn, order.id)
