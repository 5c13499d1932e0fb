"""Cancelling an order: the row stays, what it took goes back into stock, what was paid to where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from storage import audit, ledger, order_rules, orders, payment_methods, sql, stock
from storage.audit import Cause
from storage.database import Connection
from storage.orders import Order
from storage.people import Person

_SQL = sql.load(__file__)


def refunds(order: Order) -> Mapping[UUID, int]:
    """What is paid back, in minor units by payment method; what was never paid is not. Raises what forbids it."""
    order_rules.check(order, "cancel")
    return ledger.paid_by_method(order.payments)


async def cancel(conn: Connection, actor: Person, order_id: UUID, reason: str, cause: Cause) -> Order:
    """Cancel a pending order. Raises NotFound, WrongStatus, AlreadyChanged. Runs inside a transaction."""
    order = await orders.locked(conn, order_id)
    owed = refunds(order)
    pieces = Counter[UUID]()
    for item in order.items:
        pieces[item.product_id] += item.kept
    await stock.move(conn, put=pieces)
    await give_back(conn, order, owed)
    await conn.execute(_SQL["cancel"], order.id, reason)
    after = await orders.get(conn, order.id)
    entry = audit.Entry(
        entity_type="order",
        entity_id=order.id,
        action="cancel",
        before={"status": order.status},
        after={"status": after.status, "reason": reason, "refunded": sum(owed.values())},
    )
    await audit.record(conn, actor, entry, cause)
    return after


async def give_back(conn: Connection, order: Order, owed: Mapping[UUID, int]) -> None:
    """Void what is not paid yet and pay back what is."""
    for row in order.payments:
        if row.type == "payment" and row.status in ("pending", "authorized", "failed"):
            await ledger.void(conn, row)
    for method_id in sorted(owed):
        method = await payment_methods.get(conn, order.user_id, method_id)
        await ledger.pay_back(conn, order.id, method, order.money(owed[method_id]))
    await ledger.restate(conn, order.id)
