"""Orders for tests: placed the way a shopper places them, and brought to a status the way a shop does."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from storage import carts, order_placing
from storage.addresses import Address
from storage.audit import Cause
from storage.database import Connection, Database
from storage.money import Money
from storage.order_placing import Placement
from storage.orders import Order
from storage.people import Person
from storage.products import Product

BERLIN = Address(name="Ann Lee", line1="Torstr. 1", city="Berlin", postal_code="10119", country="DE")
PARIS = Address(name="Ann Lee", line1="1 rue de Rivoli", city="Paris", postal_code="75001", country="FR")
NO_CAUSE = Cause()


async def fill(conn: Connection, person: Person, wanted: Mapping[Product, int] | list[tuple[Product, int]]) -> UUID:
    """Put products into the person's cart; its id. Runs inside a transaction."""
    pairs = list(wanted.items()) if isinstance(wanted, Mapping) else wanted
    cart_id: UUID | None = None
    for product, quantity in pairs:
        cart_id = await carts.open_for(conn, person, product.id)
        await carts.set_quantity(conn, cart_id, product.id, quantity)
    assert cart_id is not None
    return cart_id


async def ordered(
    database: Database, person: Person, wanted: list[tuple[Product, int]], *, method: UUID | None = None
) -> Order:
    """A pending order of these products."""
    async with database.transaction() as conn:
        cart_id = await fill(conn, person, wanted)
        placement = Placement(cart_id=cart_id, shipping=BERLIN, payment_method_id=method)
        return await order_placing.place(conn, person, placement, NO_CAUSE)


async def stock(database: Database, product: Product) -> int:
    async with database.connection() as conn:
        left: int = await conn.fetchval("select stock from products where id = $1", product.id)
        return left


def eur(amount: int) -> Money:
    return Money(amount, "EUR")
