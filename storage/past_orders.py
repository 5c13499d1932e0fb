"""What another shop has kept, brought here as it stands: customers, and orders that were placed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from storage import ledger, sql
from storage.addresses import Address
from storage.database import Connection
from storage.order_status import OrderStatus

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCustomer:
    """A person who has an account, and no password here yet."""

    username: str
    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """A product as it was bought; `unit_price` in minor units."""

    product_id: UUID
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPayment:
    """Money that came or went, in minor units."""

    method_id: UUID
    type: Literal["payment", "refund"]
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastParcel:
    """What was sent together: places in the order's items."""

    tracking_ids: Sequence[str]
    items: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """An order as the other shop left it. Its prices hold their tax, and its stock is long gone: none is taken here."""

    number: str
    user_id: UUID
    store_id: UUID
    status: OrderStatus
    address: Address
    items: Sequence[PastItem]
    payments: Sequence[PastPayment]
    parcels: Sequence[PastParcel] = ()


async def bring_customer(conn: Connection, customer: PastCustomer) -> UUID:
    """Insert a customer."""
    user_id: UUID = await conn.fetchval(
        _SQL["customer"], customer.username, customer.email, customer.first_name, customer.last_name
    )
    return user_id


async def bring(conn: Connection, past: PastOrder) -> UUID:
    """Insert an order with all that belongs to it. Runs inside a transaction."""
    subtotal = sum(item.quantity * item.unit_price for item in past.items)
    method_id = past.payments[0].method_id if past.payments else None
    order_id: UUID = await conn.fetchval(
        _SQL["order"],
        past.user_id,
        past.store_id,
        past.number,
        past.status,
        subtotal,
        past.address.as_json(),
        method_id,
    )
    item_ids: list[UUID] = [
        await conn.fetchval(_SQL["item"], order_id, place, item.product_id, item.quantity, item.unit_price)
        for place, item in enumerate(past.items)
    ]
    for payment in past.payments:
        await conn.execute(_SQL["payment"], order_id, payment.method_id, payment.type, payment.amount)
    for parcel in past.parcels:
        inside = [item_ids[place] for place in parcel.items]
        await conn.execute(_SQL["parcel"], order_id, list(parcel.tracking_ids), inside, past.status == "delivered")
    await ledger.restate(conn, order_id)
    return order_id
