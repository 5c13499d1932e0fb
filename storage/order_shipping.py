"""An order on its way: processing, shipped in parcels, delivered. Who may say so was checked by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from storage import audit, order_status, orders, sql
from storage.audit import Cause
from storage.database import Connection
from storage.errors import Conflict
from storage.orders import Order
from storage.people import Person

_SQL = sql.load(__file__)


class PaymentFailed(Conflict):
    """The payment of this order failed; it is not processed before it is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """How an order was sent: one carrier, a tracking id a parcel."""

    carrier: str | None = None
    tracking_ids: Sequence[str] = ()


async def advance(
    conn: Connection,
    actor: Person,
    order_id: UUID,
    then: Literal["processing", "shipped", "delivered"],
    cause: Cause,
    parcels: Parcels | None = None,
) -> Order:
    """Bring an order one status further; when it is shipped, all of its items are.

    Raises NotFound, WrongStatus and PaymentFailed. Runs inside a transaction.
    """
    order = await orders.locked(conn, order_id)
    order_status.check(order.status, then)
    if then == "processing" and order.payment_status == "failed":
        raise PaymentFailed
    if then == "shipped":
        sent = parcels or Parcels()
        fulfilment: UUID = await conn.fetchval(_SQL["fulfil"], order.id, sent.carrier, list(sent.tracking_ids))
        await conn.execute(_SQL["fulfil_items"], fulfilment, order.id)
    if then == "delivered":
        await conn.execute(_SQL["arrived"], order.id)
    await conn.execute(_SQL["set_status"], order.id, then)
    entry = audit.Entry(
        entity_type="order",
        entity_id=order.id,
        action=then,
        before={"status": order.status},
        after={"status": then},
    )
    await audit.record(conn, actor, entry, cause)
    return await orders.get(conn, order.id)
