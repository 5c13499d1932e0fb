"""Products: what is for sale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.money import Money

_SQL = sql.load(__file__)

Specification = str | int | float | bool

Order = Literal["price", "-price", "-rating"]
"""By price after discount, the lowest or the highest first, or by rating, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductImage:
    """The main picture; `url` is null when its bytes are kept in the database."""

    id: UUID
    url: str | None
    alt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A row of the catalogue; `price` is the list price in minor units, before the discount.

    `options` tell it from the others of its family, where it is in one.
    """

    id: UUID
    store_id: UUID
    sku: str
    name: str
    short_description: str
    description: str
    brand: str | None
    part_number: str | None
    category_slug: str | None
    category_path: tuple[str, ...]
    price: int
    currency: str
    discount_percent: Decimal
    effective_price: int
    stock: int
    rating: Decimal | None
    rating_count: int
    tags: tuple[str, ...]
    specifications: dict[str, Specification]
    url: str | None
    image: ProductImage | None
    updated_at: datetime
    family_id: UUID | None
    options: dict[str, Specification]

    @property
    def pays(self) -> Money:
        """What a shopper pays for one: the price after the discount."""
        return Money(self.effective_price, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a product must satisfy; prices are after discount, in minor units, both ends included."""

    store_id: UUID | None = None
    category: str | None = None
    brand: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    family_id: UUID | None = None


def effective_price(price: int, discount_percent: Decimal) -> int:
    """The price after the discount, in minor units, rounded half up: the column `effective_price` in Python."""
    left = Decimal(price) * (100 - discount_percent) / 100
    return int(left.to_integral_value(ROUND_HALF_UP))


def embedded_text(name: str, category: str | None, short_description: str) -> str:
    """What the vector of a product is made from; a longer text says more of its details and less of what it is."""
    return " ".join(part for part in (name, category, short_description) if part)


def from_row(row: Record) -> Product:
    """A row of the statement `get` as a product."""
    image = row["image_id"] and ProductImage(id=row["image_id"], url=row["image_url"], alt=row["image_alt"])
    return Product(
        id=row["id"],
        store_id=row["store_id"],
        sku=row["sku"],
        name=row["name"],
        short_description=row["short_description"],
        description=row["description"],
        brand=row["brand"],
        part_number=row["part_number"],
        category_slug=row["category_slug"],
        category_path=tuple(row["category_path"]),
        price=row["price"],
        currency=row["currency"],
        discount_percent=row["discount_percent"],
        effective_price=row["effective_price"],
        stock=row["stock"],
        rating=row["rating"],
        rating_count=row["rating_count"],
        tags=tuple(row["tags"]),
        specifications=row["specifications"],
        url=row["url"],
        image=image,
        updated_at=row["updated_at"],
        family_id=row["family_id"],
        options=row["options"],
    )


async def get(conn: Connection, product_id: UUID) -> Product:
    """One product. Raises NotFound, also for one that is no longer active."""
    found = await get_many(conn, [product_id])
    if not found:
        raise NotFound("there is no such product", field="product_id")
    return found[0]


async def get_many(conn: Connection, product_ids: Sequence[UUID]) -> tuple[Product, ...]:
    """The products of these ids in their order; ids of nothing, or of what is no longer active, are left out."""
    return tuple(from_row(row) for row in await conn.fetch(_SQL["get"], list(product_ids)))


async def page(
    conn: Connection, filters: Filters, *, after: UUID | None = None, limit: int = 50
) -> tuple[tuple[Product, ...], UUID | None]:
    """Products by id, oldest first, and the cursor of the next page (None: this is the last)."""
    rows = await conn.fetch(
        _SQL["page"],
        filters.store_id,
        filters.category,
        filters.brand,
        filters.min_price,
        filters.max_price,
        filters.in_stock,
        after,
        limit + 1,
        filters.family_id,
    )
    ids = [row["id"] for row in rows]
    found = await get_many(conn, ids[:limit])
    return found, ids[limit - 1] if len(ids) > limit else None


async def sorted_page(
    conn: Connection, filters: Filters, order: Order, *, after: tuple[int, UUID] | None = None, limit: int = 50
) -> tuple[tuple[Product, ...], tuple[int, UUID] | None]:
    """The same in another order; a cursor is the sort key and the id of the last product shown."""
    key, product_id = after or (None, None)
    rows = await conn.fetch(
        _SQL["sorted_page"],
        filters.store_id,
        filters.category,
        filters.brand,
        filters.min_price,
        filters.max_price,
        filters.in_stock,
        order,
        key,
        product_id,
        limit + 1,
        filters.family_id,
    )
    found = await get_many(conn, [row["id"] for row in rows[:limit]])
    return found, (rows[limit - 1]["key"], rows[limit - 1]["id"]) if len(rows) > limit else None


async def withdraw(conn: Connection, product_ids: Iterable[UUID]) -> None:
    """Sell these no longer; orders keep them."""
    await conn.execute(_SQL["withdraw"], list(product_ids))
