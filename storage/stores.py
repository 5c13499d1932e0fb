"""Stores: who sells, and in which currency."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.categories import slug
from storage.database import Connection
from storage.errors import NotFound

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is active. `currency` is an ISO 4217 code; every price of the store is in it."""

    id: UUID
    slug: str
    name: str
    description: str
    currency: str
    url: str | None


async def get(conn: Connection, store_id: UUID) -> Store:
    """The store of that id; raises NotFound."""
    if record := await conn.fetchrow(_SQL["get"], store_id):
        return Store(**record)
    raise NotFound("There is no store of that id.", field="store_id")


async def by_slug(conn: Connection, slug: str) -> Store:
    """The store of that slug; raises NotFound."""
    if record := await conn.fetchrow(_SQL["by_slug"], slug):
        return Store(**record)
    raise NotFound("There is no store of that slug.", field="store")


async def id_of(conn: Connection, slug: str | None) -> UUID | None:
    """The id of the store of that slug, None where none was named; raises NotFound."""
    return None if slug is None else (await by_slug(conn, slug)).id


async def default(conn: Connection) -> Store:
    """The store a chat is about when nobody named one: the oldest. Raises NotFound in an empty database."""
    if record := await conn.fetchrow(_SQL["oldest"]):
        return Store(**record)
    raise NotFound("There is no store yet; load a catalogue first.")


async def all_active(conn: Connection) -> tuple[Store, ...]:
    """Every store, the oldest first."""
    return tuple(Store(**record) for record in await conn.fetch(_SQL["all_active"]))


async def open_(conn: Connection, name: str, currency: str) -> Store:
    """The store of that name, or of the slug that is made of it; added, with this currency, when it is missing."""
    [record] = await conn.fetch(_SQL["open"], slug(name), name, currency)
    return Store(**record)
