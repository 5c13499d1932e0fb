"""Families: what variants have in common."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.orders import Options

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Family:
    """A family of a store; `public_id` is the store's own name for it."""

    id: UUID
    store_id: UUID
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A variant at today's price in minor units."""

    id: UUID
    sku: str
    name: str
    options: Options
    price: int
    stock: int
    is_active: bool


async def add(conn: Connection, store_id: UUID, public_id: str, name: str) -> UUID:
    """The family of that public id, made when there is none; its name is `name` afterwards."""
    family: UUID = await conn.fetchval(_SQL["add"], store_id, public_id, name)
    return family


async def join(conn: Connection, family_id: UUID, product_id: UUID, options: Options) -> None:
    """Make a product a variant of the family."""
    await conn.execute(_SQL["join"], family_id, product_id, options)


async def of_store(conn: Connection, store_id: UUID) -> tuple[Family, ...]:
    """Every family of a store by name."""
    return tuple(Family(**record) for record in await conn.fetch(_SQL["of_store"], store_id))


async def by_public_id(conn: Connection, store_id: UUID, public_id: str) -> Family:
    """The family a store calls so. Raises NotFound."""
    if record := await conn.fetchrow(_SQL["by_public_id"], store_id, public_id):
        return Family(**record)
    raise NotFound("There is no such family.")


async def members(conn: Connection, family_id: UUID) -> tuple[Member, ...]:
    """The variants of a family in the order they were made, sold out ones and those no longer for sale included."""
    return tuple(Member(**record) for record in await conn.fetch(_SQL["members"], family_id))


async def variant(conn: Connection, store_id: UUID, sku: str) -> Member:
    """The variant a store calls so, also one that cannot be had. Raises NotFound."""
    if record := await conn.fetchrow(_SQL["variant"], store_id, sku):
        return Member(**record)
    raise NotFound("There is no such item.", field="item_id")
