"""Carts: a shopper's own, one a store, guests included, and those suggested to them.

Lock order: a suggested cart's row first, then the shopper's own cart, then products by id. Whoever changes a cart holds
its row until the transaction ends, so changes of one cart happen one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal, NamedTuple
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection
from storage.errors import Conflict, NotFound, OutOfStock, StaleCart
from storage.money import Money
from storage.people import Person
from storage.products import ProductImage

_SQL = sql.load(__file__)

MOST_PIECES = 99
"""How many of one product a cart holds at most."""

Obstacle = Literal["not-for-sale", "out-of-stock", "too-few"]
LeftOut = Literal["not-for-sale", "out-of-stock", "too-few", "too-many"]
Outcome = Literal["accepted", "dismissed"]


class NotForSale(Conflict):
    """The product is no longer for sale; it can only be taken out of the cart."""


class CartClosed(Conflict):
    """The cart cannot be changed: it was ordered, or it is a suggestion that must be accepted first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    """A product in a cart. Prices are minor units for one: `unit_price` when it was put there, `price_now` today.

    `list_price` is today's price before the discount of `discount_percent`. `taken` and `left_out` are of a suggested
    cart that was accepted: how many pieces went into the shopper's own, and why not all of them.
    """

    id: UUID
    product_id: UUID
    name: str
    brand: str | None
    quantity: int
    unit_price: int
    price_now: int
    list_price: int
    discount_percent: Decimal
    stock: int
    for_sale: bool
    image: ProductImage | None
    taken: int | None = None
    left_out: LeftOut | None = None

    @property
    def line_total(self) -> int:
        """What the item costs today, in minor units."""
        return self.price_now * self.quantity

    @property
    def obstacle(self) -> Obstacle | None:
        """Why it cannot be bought as it stands."""
        if not self.for_sale:
            return "not-for-sale"
        if self.stock >= self.quantity:
            return None
        return "too-few" if self.stock else "out-of-stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What makes a cart a suggested one. `score`: 0 to 100, how well it fits in the eyes of who suggested it."""

    message_id: UUID | None
    title: str
    reason: str
    score: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart as it is now; `version` goes up by one with every change of what is in it."""

    id: UUID
    store_id: UUID
    store: str
    currency: str
    version: int
    active: bool
    items: tuple[CartItem, ...]
    suggestion: Suggestion | None = None

    @property
    def total(self) -> int:
        """What the cart costs today, in minor units; what is no longer for sale does not count."""
        return sum(item.line_total for item in self.items if item.for_sale)

    def money(self, amount: int) -> Money:
        """An amount of this cart with its currency."""
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What setting a quantity did: pieces before and after, and the cart's version afterwards.

    `changed` is true as well when only the price was taken anew.
    """

    before: int
    after: int
    version: int
    changed: bool


class Opened(NamedTuple):
    """A person's own cart in a store; `new` when it was made just now."""

    id: UUID
    new: bool


async def many(conn: Connection, cart_ids: Sequence[UUID]) -> tuple[Cart, ...]:
    """These carts in their order, with what is in them, read in one statement; unknown ids are left out."""
    records = await conn.fetch(_SQL["many"], list(cart_ids))
    return tuple(_cart(tuple(group)) for _, group in groupby(records, key=lambda record: record["id"]))


async def view(conn: Connection, cart_id: UUID) -> Cart:
    """One cart; raises NotFound. Whose it is was checked by who has the id."""
    found = await many(conn, [cart_id])
    if not found:
        raise NotFound("There is no cart of that id.", field="cart_id")
    return found[0]


async def get(conn: Connection, person: Person, cart_id: UUID) -> Cart:
    """A cart of this person's, own or suggested; raises NotFound."""
    if await conn.fetchval(_SQL["owner"], cart_id) != person.user_id:
        raise NotFound("There is no cart of that id.", field="cart_id")
    return await view(conn, cart_id)


async def own_ids(conn: Connection, person: Person, store_id: UUID | None = None) -> tuple[UUID, ...]:
    """The ids of a person's own carts, of every store or of one, the last changed first."""
    return tuple(record["id"] for record in await conn.fetch(_SQL["own_ids"], person.user_id, store_id))


async def page(
    conn: Connection,
    person: Person,
    *,
    store_id: UUID | None = None,
    suggested_by: UUID | None = None,
    after: UUID | None = None,
    limit: int,
) -> tuple[Cart, ...]:
    """A person's own carts, the oldest first, or what one answer suggested to them, the best first; at most `limit`.

    `after` is the id of the last one of the page before. A suggestion is there whatever became of it.
    """
    rows = await conn.fetch(_SQL["page"], person.user_id, store_id, suggested_by, after, limit)
    return await many(conn, [row["id"] for row in rows])


async def for_person(conn: Connection, person: Person, store_id: UUID) -> Cart | None:
    """The person's own cart in a store, or None while nothing was ever put into one."""
    ids = await own_ids(conn, person, store_id)
    return await view(conn, ids[0]) if ids else None


async def open_in(conn: Connection, person: Person, store_id: UUID) -> Opened:
    """The person's own cart in a store, made when there is none; its row is locked."""
    [record] = await conn.fetch(_SQL["open_in"], person.user_id, person.session_id, store_id)
    return Opened(record["id"], record["new"])


async def open_for(conn: Connection, person: Person, product_id: UUID, store_id: UUID | None = None) -> UUID:
    """The id of the person's own cart in the product's store, made when there is none; its row is locked.

    Raises NotFound when there is no such product, or not in `store_id` where that is given. A product that is no
    longer for sale has a cart too: it may be in there.
    """
    found: UUID | None = await conn.fetchval(_SQL["store_of"], product_id, store_id)
    if found is None:
        raise NotFound("The store has no such product.", field="product_id")
    return (await open_in(conn, person, found)).id


async def hold(conn: Connection, person: Person, cart_id: UUID, versions: Collection[int] | None = None) -> int:
    """Lock a person's own cart until the transaction ends; its version.

    `versions`: those the caller has seen; None takes any. Raises NotFound, CartClosed and StaleCart.
    """
    record = await conn.fetchrow(_SQL["hold"], cart_id, person.user_id)
    if record is None:
        raise NotFound("There is no cart of that id.", field="cart_id")
    if not record["changeable"]:
        raise CartClosed
    version: int = record["version"]
    if versions is not None and version not in versions:
        raise StaleCart
    return version


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
    if quantity and not record["for_sale"]:
        raise NotForSale(field="product_id")
    if quantity > (stock := record["stock"]):
        raise OutOfStock(_short_of(stock), field="quantity")
    changed = record["version"] is not None
    return Change(
        before=record["before"], after=quantity, version=record["version"] if changed else version, changed=changed
    )


def _short_of(stock: int) -> str:
    if stock == 0:
        return "It is out of stock."
    return f"Only {stock} of it {'is' if stock == 1 else 'are'} in stock; set quantity to {stock} or less."


def _cart(records: Sequence[Record]) -> Cart:
    first = records[0]
    return Cart(
        id=first["id"],
        store_id=first["store_id"],
        store=first["store"],
        currency=first["currency"],
        version=first["version"],
        active=first["active"],
        items=tuple(_item(record) for record in records if record["product_id"] is not None),
        suggestion=Suggestion(
            message_id=first["suggested_by_message_id"],
            title=first["title"],
            reason=first["reason"],
            score=first["score"],
            outcome=first["outcome"],
        )
        if first["suggested"]
        else None,
    )


def _item(record: Record) -> CartItem:
    return CartItem(
        id=record["item_id"],
        product_id=record["product_id"],
        name=record["name"],
        brand=record["brand"],
        quantity=record["quantity"],
        unit_price=record["unit_price"],
        price_now=record["price_now"],
        list_price=record["list_price"],
        discount_percent=record["discount_percent"],
        stock=record["stock"],
        for_sale=record["for_sale"],
        image=record["image_id"]
        and ProductImage(id=record["image_id"], url=record["image_url"], alt=record["image_alt"]),
        taken=record["taken"],
        left_out=record["left_out_reason"],
    )
