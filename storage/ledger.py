"""The ledger of orders: every payment and every refund is a row, in the transaction of what it is for.

Gift cards are settled here, as soon as there is something to give back. All else is left pending: nobody outside is
called while rows are locked. The database refuses what would pay back more than came in (`PAID_BACK`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

import asyncpg

from storage import payment_methods, sql
from storage.database import Connection
from storage.errors import Conflict
from storage.money import Money
from storage.orders import OrderPayment
from storage.payment_methods import PaymentMethod

_SQL = sql.load(__file__)

PAID_BACK = "order_payments_paid_back_check"
"""The rule of the database that no more is paid back, or on its way back, than came in."""


class NothingToPayBack(Conflict):
    """More would be paid back than has come in for this order; the shop's people settle its payments first."""


@contextmanager
def refusing() -> Iterator[None]:
    """Raises NothingToPayBack where the database refuses a row by `PAID_BACK`."""
    try:
        yield
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != PAID_BACK:
            raise
        raise NothingToPayBack from error


async def charge(
    conn: Connection, order_id: UUID, method: PaymentMethod, amount: Money, *, return_id: UUID | None = None
) -> None:
    """The order costs `amount`, or that much more. Raises InsufficientBalance; nothing is written of nothing."""
    method.check_covers(amount)
    if amount.amount:
        if method.kind == "gift_card":
            await payment_methods.pay(conn, method.id, amount.amount)
        await _add(conn, order_id, method, "payment", amount, return_id)
        await restate(conn, order_id)


async def pay_back(
    conn: Connection, order_id: UUID, method: PaymentMethod, amount: Money, *, return_id: UUID | None = None
) -> None:
    """The shopper gets `amount` back, once so much has come in. Raises NothingToPayBack."""
    if amount.amount:
        await _add(conn, order_id, method, "refund", amount, return_id)
        await credit_waiting(conn, order_id)


async def credit_waiting(conn: Connection, order_id: UUID) -> None:
    """Put back on gift cards what has come in for it by now, and make the order's payment_status what its rows say."""
    for row in await conn.fetch(_SQL["waiting"], order_id):
        if row["amount"] <= await conn.fetchval(_SQL["left"], order_id):
            await payment_methods.refund(conn, row["payment_method_id"], row["amount"])
            with refusing():
                await conn.execute(_SQL["set_status"], row["id"], "completed")
    await restate(conn, order_id)


async def settle_difference(
    conn: Connection, order_id: UUID, method: PaymentMethod, difference: Money, *, return_id: UUID | None = None
) -> None:
    """Charge what an order costs more, or pay back what it costs less. Raises InsufficientBalance."""
    if difference.amount >= 0:
        await charge(conn, order_id, method, difference, return_id=return_id)
    else:
        await pay_back(conn, order_id, method, difference * -1, return_id=return_id)


async def hold(conn: Connection, order_id: UUID, method: PaymentMethod, amount: Money, return_id: UUID) -> None:
    """Keep the money of a gift card for an exchange that has been asked for. Raises InsufficientBalance."""
    method.check_covers(amount)
    if method.kind == "gift_card" and amount.amount > 0:
        await payment_methods.hold(conn, method.id, amount.amount)
        await conn.execute(_SQL["hold"], order_id, return_id, method.id, amount.amount, amount.currency)


async def end_hold(conn: Connection, rows: Iterable[OrderPayment], return_id: UUID, *, paid: bool) -> bool:
    """End the hold of an exchange, if there is one: it is paid, or free again. Whether there was one."""
    for row in rows:
        if row.return_id == return_id and row.status == "authorized":
            await payment_methods.release(conn, row.payment_method_id, row.amount, paid=paid)
            with refusing():
                await conn.execute(_SQL["set_status"], row.id, "completed" if paid else "voided")
            return True
    return False


async def void(conn: Connection, row: OrderPayment) -> None:
    """A payment that was not made yet is not to be made; if a provider was asked for it, it is undone there.

    Raises NothingToPayBack.
    """
    with refusing():
        await conn.execute(_SQL["void"], row.id)


async def restate(conn: Connection, order_id: UUID) -> None:
    """Make the order's payment_status what its rows say."""
    await conn.execute(_SQL["restate"], order_id)


def paid_by_method(rows: Iterable[OrderPayment]) -> Mapping[UUID, int]:
    """What has come in and is not to go back yet, in minor units by payment method; what never came in is left out.

    A refund that failed is still to go back, by a person, and is not promised twice.
    """
    paid: dict[UUID, int] = {}
    for row in rows:
        if row.status == "completed" or (row.type == "refund" and row.status != "voided"):
            sign = 1 if row.type == "payment" else -1
            paid[row.payment_method_id] = paid.get(row.payment_method_id, 0) + sign * row.amount
    return {method: amount for method, amount in paid.items() if amount > 0}


async def _add(
    conn: Connection,
    order_id: UUID,
    method: PaymentMethod,
    kind: Literal["payment", "refund"],
    amount: Money,
    return_id: UUID | None,
) -> None:
    status = "completed" if method.kind == "gift_card" and kind == "payment" else "pending"
    due = status == "pending" and method.kind != "gift_card"
    with refusing():
        await conn.execute(
            _SQL["add"], order_id, return_id, method.id, kind, amount.amount, amount.currency, status, due
        )
