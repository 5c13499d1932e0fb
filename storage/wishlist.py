"""What a person would like to have some day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import audit, interactions, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.errors import NotFound
from storage.interactions import Interaction
from storage.money import Money
from storage.people import Person
from storage.products import ProductImage

_SQL = sql.load(__file__)

Place = tuple[datetime, UUID]
"""Where an item stands in the list: when it was added, and its product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishlistItem:
    """A product on a wishlist as it is today, also one that is no longer for sale; prices in minor units."""

    product_id: UUID
    store_id: UUID
    name: str
    brand: str | None
    effective_price: int
    list_price: int
    currency: str
    stock: int
    is_active: bool
    image: ProductImage | None
    added_at: datetime

    @property
    def pays(self) -> Money:
        """What a shopper pays for one today."""
        return Money(self.effective_price, self.currency)

    @property
    def place(self) -> Place:
        """What the next page begins behind."""
        return self.added_at, self.product_id


async def put(conn: Connection, person: Person, product_id: UUID, cause: Cause, store_id: UUID | None = None) -> bool:
    """Have a product on the wishlist; whether it is new there.

    Raises NotFound where there is no such product that is for sale, or not in `store_id` if that is given.
    """
    record = await conn.fetchrow(_SQL["put"], person.user_id, product_id, store_id)
    if record is None:
        raise NotFound("There is no such product.", field="product_id")
    if record["added"]:
        await _changed(conn, person, product_id, cause, now=True)
    return bool(record["added"])


async def remove(conn: Connection, person: Person, product_id: UUID, cause: Cause) -> bool:
    """Have a product on the wishlist no longer; whether it was there."""
    was_there = await conn.fetchval(_SQL["remove"], person.user_id, product_id) is not None
    if was_there:
        await _changed(conn, person, product_id, cause, now=False)
    return was_there


async def _changed(conn: Connection, person: Person, product_id: UUID, cause: Cause, *, now: bool) -> None:
    entry = Entry(
        entity_type="wishlist",
        entity_id=product_id,
        action="put" if now else "remove",
        before={"listed": not now},
        after={"listed": now},
    )
    await audit.record(conn, person, entry, cause)
    happened = Interaction(event_type="add_to_wishlist" if now else "remove_from_wishlist", product_id=product_id)
    await interactions.record(conn, person, [happened])


async def page(
    conn: Connection, person: Person, *, store_id: UUID | None = None, after: Place | None = None, limit: int = 20
) -> tuple[WishlistItem, ...]:
    """The wishlist, newest first, behind a place; of one store, or of all that are open."""
    added_at, product_id = after or (None, None)
    rows = await conn.fetch(_SQL["page"], person.user_id, store_id, added_at, product_id, limit)
    return tuple(
        WishlistItem(
            product_id=row["product_id"],
            store_id=row["store_id"],
            name=row["name"],
            brand=row["brand"],
            effective_price=row["effective_price"],
            list_price=row["price"],
            currency=row["currency"],
            stock=row["stock"],
            is_active=row["is_active"],
            image=row["image_id"] and ProductImage(id=row["image_id"], url=row["image_url"], alt=row["image_alt"]),
            added_at=row["added_at"],
        )
        for row in rows
    )
