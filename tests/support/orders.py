"""Orders for tests: placed the way a shopper places them, and brought to a status the way a shop does."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from storage import carts, ledger, order_placing, order_shipping, orders, product_families
from storage.addresses import Address
from storage.audit import Cause
from storage.database import Connection, Database
from storage.money import Money
from storage.order_placing import Placement
from storage.order_shipping import Parcels
from storage.orders import Order
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_product, unique

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


async def delivered(
    database: Database, person: Person, wanted: list[tuple[Product, int]], *, method: UUID | None = None
) -> Order:
    """A delivered order of these products, in one parcel with the tracking id T1."""
    order = await ordered(database, person, wanted, method=method)
    async with database.transaction() as conn:
        await order_shipping.advance(conn, person, order.id, "processing", NO_CAUSE)
        await order_shipping.advance(conn, person, order.id, "shipped", NO_CAUSE, Parcels(tracking_ids=["T1"]))
        return await order_shipping.advance(conn, person, order.id, "delivered", NO_CAUSE)


async def settled(database: Database, order: Order) -> None:
    """Have all that is pending of an order paid, as a provider or an operator does."""
    async with database.transaction() as conn:
        await conn.execute("update order_payments set status = 'completed' where order_id = $1", order.id)
        await ledger.restate(conn, order.id)


async def paid_back(database: Database, order: Order) -> tuple[int, int]:
    """What has come in for an order, and what has gone back or is to, in minor units."""
    async with database.connection() as conn:
        rows = (await orders.get(conn, order.id)).payments
    came = sum(row.amount for row in rows if row.type == "payment" and row.status == "completed")
    return came, sum(row.amount for row in rows if row.type == "refund" and row.status in ("pending", "completed"))


async def family(conn: Connection, store: Store, *prices: int, stock: int = 10) -> list[Product]:
    """The variants of a family at these prices, each with a size of its own."""
    family_id = await product_families.add(conn, store.id, unique("family"), "Shoe")
    made = []
    for size, price in enumerate(prices, 40):
        product = await make_product(conn, store, name=f"Shoe {size}", sku=unique("shoe"), price=price, stock=stock)
        await product_families.join(conn, family_id, product.id, {"size": size})
        made.append(product)
    return made


async def balanced(database: Database) -> None:
    """Every order costs what its items and its ledger say, and no more was taken out of stock than was bought."""
    async with database.connection() as conn:
        for row in await conn.fetch("select id from orders"):
            order = await orders.get(conn, row["id"])
            kept = sum(item.unit_price * item.kept for item in order.items)
            assert order.taxed.bill(kept).total == order.total
            counted = [row for row in order.payments if row.status in ("pending", "completed")]
            net = sum(row.amount if row.type == "payment" else -row.amount for row in counted)
            assert net == (0 if order.status == "cancelled" else order.total), order
