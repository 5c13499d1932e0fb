"""API keys: what integrators send in place of a session. Kept are a digest and the prefix one knows them by."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.errors import Conflict, NotFound
from storage.people import Person, Role
from storage.tokens import digest

_SQL = sql.load(__file__)

MARK = "cw_"
"""What every key begins with, and no session token does."""
MOST = 50
"""Live keys of one person."""


class TooManyKeys(Conflict):
    """You have as many API keys as there may be; revoke one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without its secret. `store_ids` None means every store; `last_used_at` is right to some minutes."""

    id: UUID
    user_id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    store_ids: tuple[UUID, ...] | None
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Presented:
    """A key that is alive, and the person it acts for."""

    id: UUID
    scopes: tuple[str, ...]
    store_ids: tuple[UUID, ...] | None
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new key is to be."""

    name: str
    scopes: Sequence[str]
    store_ids: Sequence[UUID] | None
    expires_at: datetime


async def create(conn: Connection, person: Person, wanted: Wanted, cause: Cause, now: datetime) -> tuple[ApiKey, str]:
    """A new key of the person, and the secret that is shown once. Raises TooManyKeys."""
    prefix = MARK + secrets.token_hex(4)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    record = await conn.fetchrow(
        _SQL["create"],
        person.user_id,
        wanted.name,
        prefix,
        digest(secret),
        list(wanted.scopes),
        None if wanted.store_ids is None else list(wanted.store_ids),
        wanted.expires_at,
        now,
        MOST,
    )
    if record is None:
        raise TooManyKeys
    key = _key(record)
    after = {"name": key.name, "prefix": prefix, "scopes": " ".join(key.scopes)}
    entry = Entry(entity_type="api_key", entity_id=key.id, action="create", before={}, after=after)
    await audit.record(conn, person, entry, cause)
    return key, secret


async def presented(conn: Connection, secret: str, now: datetime) -> Presented | None:
    """The key of this secret, where it and its person are alive; that it was used is written once in some minutes."""
    record = await conn.fetchrow(_SQL["presented"], digest(secret), now)
    if record is None:
        return None
    role: Role = record["role"]
    stores = record["store_ids"]
    return Presented(
        id=record["id"],
        scopes=tuple(record["scopes"]),
        store_ids=None if stores is None else tuple(stores),
        person=Person(record["user_id"], None, record["is_anonymous"], role, for_stores=stores is not None),
    )


async def page(conn: Connection, user_id: UUID | None, *, after: UUID | None, limit: int) -> tuple[ApiKey, ...]:
    """The keys of a person, or of everybody, the newest first, those that ended too; `after` is the last one's id."""
    return tuple(_key(record) for record in await conn.fetch(_SQL["page"], user_id, after, limit))


async def revoke(
    conn: Connection, person: Person, key_id: UUID, cause: Cause, now: datetime, *, owner: UUID | None
) -> None:
    """End a key, of `owner` or of anybody, at once; again, it does nothing. Raises NotFound."""
    record = await conn.fetchrow(_SQL["revoke"], key_id, owner, now)
    if record is None:
        raise NotFound("There is no such API key.")
    if record["ended"]:
        entry = Entry(
            entity_type="api_key", entity_id=key_id, action="revoke", before={"revoked": False}, after={"revoked": True}
        )
        await audit.record(conn, person, entry, cause)


async def names_another_store(
    conn: Connection,
    user_id: UUID,
    stores: Sequence[UUID],
    *,
    texts: Sequence[str],
    ids: Sequence[UUID],
    numbers: Sequence[str],
) -> bool:
    """Whether any of these names something that is not in the stores: rows by id, own chats, messages and orders.

    `texts` are names as clients give them, `numbers` order numbers in capitals and digits.
    """
    found: bool = await conn.fetchval(
        _SQL["names_another_store"], user_id, list(stores), list(texts), list(ids), list(numbers)
    )
    return found


def _key(record: Record) -> ApiKey:
    stores = record["store_ids"]
    lists = {"scopes": tuple(record["scopes"]), "store_ids": None if stores is None else tuple(stores)}
    return ApiKey(**dict(record) | lists)
