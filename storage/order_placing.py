"""Placing an order: a cart becomes one, in one transaction, at today's prices and out of what is in stock."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from storage import addresses, audit, carts, interactions, ledger, orders, payment_methods, sql, stock
from storage.addresses import Address
from storage.audit import Cause
from storage.carts import CartClosed, NotForSale
from storage.database import Connection
from storage.errors import Conflict, Invalid, OutOfStock, StaleCart
from storage.interactions import Interaction
from storage.money import Money
from storage.orders import Options, Order
from storage.payment_methods import PaymentMethod
from storage.people import Person
from storage.tax import Bill, Tax

_SQL = sql.load(__file__)

# Crockford's base 32: no sign can be taken for another one. Ten of them are 50 random bits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class EmptyCart(Conflict):
    """There is nothing in the cart."""


class AddressMissing(Invalid):
    """The order needs an address to be sent to."""


class PriceChanged(Conflict):
    """It does not come to what was shown; look at it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What is to be ordered. A version or a total that is not None must be the cart's when it is placed.

    Without a shipping address it is the person's default one; without a billing address the shipping address; without
    a payment method it is the invoice. What of the cart cannot be had is refused, or left out with `leave_out`.
    """

    cart_id: UUID
    version: int | None = None
    expected_total: int | None = None
    shipping: Address | None = None
    billing: Address | None = None
    payment_method_id: UUID | None = None
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Of `wanted` pieces in the cart only `left` can be had."""

    name: str
    wanted: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutItem:
    """A product in the cart at today's price in minor units."""

    product_id: UUID
    sku: str
    name: str
    options: Options
    quantity: int
    unit_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """The order that a cart would become now; items are in the order they were put in, without what is left out."""

    cart_id: UUID
    store_id: UUID
    version: int
    currency: str
    tax: Tax
    items: tuple[CheckoutItem, ...]
    left_out: tuple[LeftOut, ...]
    bill: Bill
    shipping: Address
    billing: Address
    method: PaymentMethod

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.bill.total, self.currency)


async def checkout(conn: Connection, person: Person, wanted: Placement) -> Checkout:
    """What placing would do. In a transaction, cart and products are locked, so that it stays true until the end of it.

    Raises NotFound for another's cart, CartClosed, StaleCart, EmptyCart, NotForSale, OutOfStock, PriceChanged,
    AddressMissing and InsufficientBalance.
    """
    if conn.is_in_transaction():
        await conn.execute(_SQL["lock_cart"], wanted.cart_id, person.user_id)
        await conn.execute(_SQL["lock_products"], wanted.cart_id)
    rows = await conn.fetch(_SQL["lines"], wanted.cart_id, person.user_id)
    if not rows:
        await carts.get(conn, person, wanted.cart_id)
        raise CartClosed(field="cart_id")
    head = rows[0]
    if wanted.version not in (None, head["version"]):
        raise StaleCart(field="version")
    if head["product_id"] is None:
        raise EmptyCart(field="cart_id")
    left_out = _left_out(rows, refuse=not wanted.leave_out)
    items = tuple(
        CheckoutItem(
            product_id=row["product_id"],
            sku=row["sku"],
            name=row["name"],
            options=row["options"],
            quantity=pieces,
            unit_price=row["unit_price"],
        )
        for row in rows
        if (pieces := min(row["quantity"], _left(row)))
    )
    if not items:
        raise OutOfStock("Nothing that is in the cart can be had any more.", field="cart_id")
    tax = Tax(head["tax_percent"], head["tax_included"])
    bill = tax.bill(sum(item.quantity * item.unit_price for item in items))
    total = Money(bill.total, head["currency"])
    if wanted.expected_total not in (None, bill.total):
        raise PriceChanged(f"It comes to {total.plain()} {total.currency} now.", field="expected_total")
    shipping = wanted.shipping or await addresses.default(conn, person)
    if shipping is None:
        raise AddressMissing(field="shipping_address")
    method = await payment_methods.usable(conn, person.user_id, wanted.payment_method_id)
    method.check_covers(total)
    return Checkout(
        cart_id=head["id"],
        store_id=head["store_id"],
        version=head["version"],
        currency=head["currency"],
        tax=tax,
        items=items,
        left_out=left_out,
        bill=bill,
        shipping=shipping,
        billing=wanted.billing or shipping,
        method=method,
    )


async def place(conn: Connection, person: Person, wanted: Placement, cause: Cause) -> Order:
    """Place the order; the cart ends with it. Raises what `checkout` raises. Runs inside a transaction."""
    if not conn.is_in_transaction():
        raise RuntimeError("place needs a transaction: an order is placed as a whole or not at all")
    found = await checkout(conn, person, wanted)
    await stock.move(conn, take={item.product_id: item.quantity for item in found.items})
    order_id = await _insert(conn, person, found, cause)
    items = [
        (item.product_id, place, item.sku, item.name, item.options, item.quantity, item.unit_price)
        for place, item in enumerate(found.items)
    ]
    await conn.executemany(_SQL["add_item"], [(order_id, *item) for item in items])
    await conn.execute(_SQL["end_cart"], found.cart_id)
    await ledger.charge(conn, order_id, found.method, found.total)
    bought = {"order_id": str(order_id)}
    await interactions.record(
        conn,
        person,
        [
            Interaction(event_type="purchase", product_id=item.product_id, value=item.quantity, data=bought)
            for item in found.items
        ],
    )
    order = await orders.get(conn, order_id)
    entry = audit.Entry(
        entity_type="order",
        entity_id=order.id,
        action="place",
        before={"cart_id": str(found.cart_id), "cart_version": found.version},
        after={"status": order.status, "total": order.total, "payment_method": order.payment_method},
    )
    await audit.record(conn, person, entry, cause)
    return order


def new_number() -> str:
    """An order number as people read it out: `K7Q2-9XFM-4T`, random, so that nobody can guess another's."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(10))
    return "-".join((signs[:4], signs[4:8], signs[8:]))


def _left(row: Record) -> int:
    return row["stock"] if row["is_active"] else 0


def _left_out(rows: Sequence[Record], *, refuse: bool) -> tuple[LeftOut, ...]:
    """What of the cart cannot be had. Raises NotForSale and OutOfStock where it is refused."""
    found = []
    for row in rows:
        name, wanted, left = row["name"], row["quantity"], _left(row)
        if refuse and not row["is_active"]:
            raise NotForSale(f"{name} is no longer for sale; take it out of the cart.", field="cart_id")
        if refuse and left < wanted:
            raise OutOfStock(f"Only {left} of {name} left; the cart has {wanted}.", field="cart_id")
        if left < wanted:
            found.append(LeftOut(name, wanted, left))
    return tuple(found)


async def _insert(conn: Connection, person: Person, found: Checkout, cause: Cause) -> UUID:
    for _ in range(5):
        order_id: UUID | None = await conn.fetchval(
            _SQL["insert"],
            person.user_id,
            found.store_id,
            found.cart_id,
            cause.action_id,
            new_number(),
            found.currency,
            found.bill.subtotal,
            found.bill.tax,
            found.bill.total,
            found.tax.percent,
            found.tax.included,
            found.shipping.as_json(),
            found.billing.as_json(),
            found.method.id,
            found.method.kind,
        )
        if order_id is not None:
            return order_id
    raise RuntimeError("five order numbers in a row were taken: the source of randomness is broken")
