"""Orders as they stand: items as they were bought, the ledger, what was sent and what comes back.

Lock order of whatever changes one: the cart, the order, products by id, payment methods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.addresses import Address
from storage.database import Connection
from storage.errors import NotFound
from storage.money import Money
from storage.order_status import OrderStatus
from storage.payment_methods import Kind
from storage.people import Person
from storage.tax import Tax

_SQL = sql.load(__file__)

Options = Mapping[str, str | int | float | bool]
PaymentStatus = Literal["pending", "authorized", "completed", "failed", "refunded", "voided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """A product as it was bought: `quantity` pieces at `unit_price` minor units, of which `returned` came back."""

    id: UUID
    product_id: UUID
    family_id: UUID | None
    sku: str
    name: str
    options: Options
    quantity: int
    returned: int
    unit_price: int

    @property
    def kept(self) -> int:
        """The pieces that have not come back."""
        return self.quantity - self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPayment:
    """A row of the ledger; `amount` is positive, `type` says which way it goes, `due_at` when its provider is asked."""

    id: UUID
    return_id: UUID | None
    payment_method_id: UUID
    kind: Kind
    type: Literal["payment", "refund"]
    amount: int
    status: Literal["pending", "authorized", "completed", "failed", "voided"]
    provider_reference: str | None
    failure: str | None
    attempts: int
    due_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """What was sent together: pieces by order item."""

    id: UUID
    carrier: str | None
    tracking_ids: tuple[str, ...]
    created_at: datetime
    delivered_at: datetime | None
    items: Mapping[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnItem:
    """Pieces of an order item that come back, and in an exchange the product that goes out for them."""

    order_item_id: UUID
    quantity: int
    new_product_id: UUID | None = None
    new_unit_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturn:
    """A return or an exchange; `price_difference` is what the shopper pays, negative what is paid back."""

    id: UUID
    payment_method_id: UUID
    kind: Literal["return", "exchange"]
    status: Literal["requested", "completed", "rejected"]
    price_difference: int
    reason: str | None
    created_at: datetime
    items: tuple[ReturnItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order with all that belongs to it; amounts are minor units of `currency`."""

    id: UUID
    user_id: UUID
    store_id: UUID
    order_number: str
    status: OrderStatus
    currency: str
    subtotal: int
    tax: int
    total: int
    tax_percent: Decimal
    tax_included: bool
    shipping_address: Address | None
    billing_address: Address | None
    payment_method_id: UUID | None
    payment_method: Kind | None
    payment_status: PaymentStatus
    cancel_reason: str | None
    items_changed_at: datetime | None
    payment_changed_at: datetime | None
    cart_id: UUID | None
    created_at: datetime
    updated_at: datetime
    items: tuple[OrderItem, ...]
    payments: tuple[OrderPayment, ...]
    fulfilments: tuple[Fulfilment, ...]
    returns: tuple[OrderReturn, ...]

    @property
    def taxed(self) -> Tax:
        """The tax as it was when the order was placed."""
        return Tax(self.tax_percent, self.tax_included)

    def money(self, amount: int) -> Money:
        """An amount of this order with its currency."""
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilters:
    """Which of a person's orders."""

    store_id: UUID | None = None
    status: OrderStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFilters(OrderFilters):
    """Which of all orders; an order number counts however it is written."""

    user_id: UUID | None = None
    payment_status: PaymentStatus | None = None
    order_number: str | None = None


async def get(conn: Connection, order_id: UUID) -> Order:
    """An order; raises NotFound. Whose it is was checked by who has the id."""
    found = await get_many(conn, [order_id])
    if not found:
        raise NotFound("There is no such order.", field="order_id")
    return found[0]


async def get_many(conn: Connection, order_ids: Iterable[UUID]) -> tuple[Order, ...]:
    """The orders of these ids in their order; ids of nothing are left out."""
    ids = list(order_ids)
    if not ids:
        return ()
    heads = await conn.fetch(_SQL["heads"], ids)
    items = _by_order(await conn.fetch(_SQL["items"], ids), _item)
    payments = _by_order(await conn.fetch(_SQL["payments"], ids), _payment)
    fulfilments = _by_order(await conn.fetch(_SQL["fulfilments"], ids), _fulfilment)
    returns = _by_order(await conn.fetch(_SQL["returns"], ids), _return)
    return tuple(
        _order(
            head,
            items=tuple(items[head["id"]]),
            payments=tuple(payments[head["id"]]),
            fulfilments=tuple(fulfilments[head["id"]]),
            returns=tuple(returns[head["id"]]),
        )
        for head in heads
    )


async def own_id(conn: Connection, person: Person, named: UUID | str) -> UUID:
    """The id of a person's own order by its id or its order number, however that is written. Raises NotFound."""
    by_id, number = (named, None) if isinstance(named, UUID) else (None, plain_number(named))
    found: UUID | None = await conn.fetchval(_SQL["own_id"], person.user_id, by_id, number)
    if found is None:
        raise NotFound("There is no such order.", field="order_id")
    return found


async def own_ids(
    conn: Connection, person: Person, filters: OrderFilters, *, before: tuple[datetime, UUID] | None, limit: int
) -> tuple[UUID, ...]:
    """The ids of a person's own orders, the newest first, beginning behind `before` (when it was placed, its id)."""
    placed_at, order_id = before or (None, None)
    rows = await conn.fetch(
        _SQL["own_ids"], person.user_id, filters.store_id, filters.status, placed_at, order_id, limit
    )
    return tuple(row["id"] for row in rows)


async def every_id(
    conn: Connection, filters: StaffFilters, *, before: tuple[datetime, UUID] | None, limit: int
) -> tuple[UUID, ...]:
    """The same of everybody's orders; who may see them was checked."""
    placed_at, order_id = before or (None, None)
    number = None if filters.order_number is None else plain_number(filters.order_number)
    wanted = (filters.store_id, filters.status, filters.user_id, filters.payment_status, number)
    rows = await conn.fetch(_SQL["every_id"], *wanted, placed_at, order_id, limit)
    return tuple(row["id"] for row in rows)


async def locked(conn: Connection, order_id: UUID) -> Order:
    """An order, its row held until the transaction ends. Raises NotFound.

    The row is locked by a statement of its own, so that what is read next is what the change before has left.
    """
    if not conn.is_in_transaction():
        raise RuntimeError("an order is changed in a transaction: its row lock lasts no longer than that")
    await conn.execute(_SQL["lock"], order_id)
    return await get(conn, order_id)


def plain_number(written: str) -> str:
    """An order number in capitals without spaces, dashes and a leading `#`: as people write it, so it is found."""
    return "".join(sign for sign in written.upper() if sign.isalnum())


def _by_order(records: Iterable[Record], made: Any) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for record in records:
        fields = dict(record)
        found[fields.pop("order_id")].append(made(fields))
    return found


def _item(fields: dict[str, Any]) -> OrderItem:
    return OrderItem(**fields)


def _payment(fields: dict[str, Any]) -> OrderPayment:
    return OrderPayment(**fields)


def _fulfilment(fields: dict[str, Any]) -> Fulfilment:
    items = dict(zip(fields.pop("order_item_ids"), fields.pop("quantities"), strict=True))
    return Fulfilment(**fields | {"tracking_ids": tuple(fields["tracking_ids"]), "items": items})


def _return(fields: dict[str, Any]) -> OrderReturn:
    columns = [fields.pop(name) for name in ("order_item_ids", "quantities", "new_product_ids", "new_unit_prices")]
    items = tuple(
        ReturnItem(order_item_id=item, quantity=quantity, new_product_id=new, new_unit_price=price)
        for item, quantity, new, price in zip(*columns, strict=True)
    )
    return OrderReturn(**fields, items=items)


def _order(
    head: Record,
    *,
    items: tuple[OrderItem, ...],
    payments: tuple[OrderPayment, ...],
    fulfilments: tuple[Fulfilment, ...],
    returns: tuple[OrderReturn, ...],
) -> Order:
    fields = dict(head)
    for name in ("shipping_address", "billing_address"):
        fields[name] = fields[name] and Address(**fields[name])
    return Order(**fields, items=items, payments=payments, fulfilments=fulfilments, returns=returns)
