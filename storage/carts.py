"""A shopper's own carts, one a store, guests included.

Lock order: the cart's row first, then products by id. Whoever changes a cart holds its row until the transaction ends,
so changes of one cart happen one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import Conflict, NotFound, OutOfStock
from storage.money import Money
from storage.people import Person
from storage.products import ProductImage

_SQL = sql.load(__file__)


class NotForSale(Conflict):
    """The product is no longer for sale; it can only be taken out of the cart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    """A product in a cart. Prices are minor units for one: `unit_price` when it was put there, `price_now` today.

    `list_price` is today's price before the discount of `discount_percent`.
    """

    product_id: UUID
    name: str
    brand: str | None
    quantity: int
    unit_price: int
    price_now: int
    list_price: int
    discount_percent: Decimal
    stock: int
    is_active: bool
    image: ProductImage | None

    @property
    def line_total(self) -> int:
        """What the line costs today, in minor units."""
        return self.price_now * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart as it is now; `version` goes up by one with every change of what is in it."""

    id: UUID
    store_id: UUID
    currency: str
    version: int
    items: tuple[CartItem, ...]

    @property
    def total(self) -> int:
        """What the cart costs today, in minor units."""
        return sum(item.line_total for item in self.items)

    def money(self, amount: int) -> Money:
        """An amount of this cart with its currency."""
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What setting a quantity did: pieces before and after, and the cart's version afterwards."""

    before: int
    after: int
    version: int


async def view(conn: Connection, cart_id: UUID) -> Cart:
    """A cart and what is in it, read in one statement; raises NotFound. Whose it is was checked by who has the id."""
    records = await conn.fetch(_SQL["view"], cart_id)
    if not records:
        raise NotFound("There is no cart of that id.", field="cart_id")
    first = records[0]
    return Cart(
        id=first["id"],
        store_id=first["store_id"],
        currency=first["currency"],
        version=first["version"],
        items=tuple(
            CartItem(
                product_id=record["product_id"],
                name=record["name"],
                brand=record["brand"],
                quantity=record["quantity"],
                unit_price=record["unit_price"],
                price_now=record["price_now"],
                list_price=record["list_price"],
                discount_percent=record["discount_percent"],
                stock=record["stock"],
                is_active=record["is_active"],
                image=record["image_id"]
                and ProductImage(id=record["image_id"], url=record["image_url"], alt=record["image_alt"]),
            )
            for record in records
            if record["product_id"] is not None
        ),
    )


async def own_ids(conn: Connection, person: Person, store_id: UUID | None = None) -> tuple[UUID, ...]:
    """The ids of a person's own carts, of every store or of one, the last changed first."""
    return tuple(record["id"] for record in await conn.fetch(_SQL["own_ids"], person.user_id, store_id))


async def for_person(conn: Connection, person: Person, store_id: UUID) -> Cart | None:
    """The person's own cart in a store, or None while nothing was ever put into one."""
    ids = await own_ids(conn, person, store_id)
    return await view(conn, ids[0]) if ids else None


async def open_for(conn: Connection, person: Person, product_id: UUID, store_id: UUID | None = None) -> UUID:
    """The id of the person's own cart in the product's store, made when there is none; its row is locked.

    Raises NotFound when there is no such product, or not in `store_id` where that is given. A product that is no
    longer for sale has a cart too: it may be in there.
    """
    cart_id: UUID | None = await conn.fetchval(
        _SQL["open_for"], person.user_id, person.session_id, product_id, store_id
    )
    if cart_id is None:
        raise NotFound("The store has no such product.", field="product_id")
    return cart_id


async def set_quantity(conn: Connection, cart_id: UUID, product_id: UUID, quantity: int) -> Change:
    """Have `quantity` pieces of a product in the cart, at today's price; 0 takes it out. Runs inside a transaction.

    The row is locked by a statement of its own: a single statement that waited for the lock would go on with the
    snapshot from before it waited, and a removal would miss what the other change had just put there.

    Raises NotFound for an unknown cart or a product that its store does not have, NotForSale and OutOfStock.
    """
    if not conn.is_in_transaction():
        raise RuntimeError("set_quantity needs a transaction: its row lock lasts no longer than that")
    version = await conn.fetchval(_SQL["lock"], cart_id)
    if version is None:
        raise NotFound("There is no cart of that id.", field="cart_id")
    record = await conn.fetchrow(_SQL["set_quantity"], cart_id, product_id, quantity)
    if record is None:
        raise NotFound("The store has no such product.", field="product_id")
    if quantity and not record["is_active"]:
        raise NotForSale(field="product_id")
    if quantity > (stock := record["stock"]):
        raise OutOfStock(_short_of(stock), field="quantity")
    return Change(before=record["before"], after=quantity, version=record["version"] or version)


def _short_of(stock: int) -> str:
    if stock == 0:
        return "It is out of stock."
    return f"Only {stock} of it {'is' if stock == 1 else 'are'} in stock; set quantity to {stock} or less."
