"""Flagged chats: what somebody says is wrong with a chat of theirs, until a moderator has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.chats import Chat
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A flag; without `settled_at` it waits. `note` is the moderator's."""

    id: UUID
    chat_id: UUID
    title: str
    reason: str
    created_at: datetime
    note: str | None
    settled_at: datetime | None


async def raise_(conn: Connection, person: Person, chat: Chat, reason: str, cause: Cause) -> None:
    """Flag a chat of the person's; one that waits already gets this reason."""
    [flag] = await conn.fetch(_SQL["raise"], chat.id, reason)
    entry = Entry(
        entity_type="chat_flag",
        entity_id=flag["id"],
        action="flag" if flag["is_new"] else "flag_anew",
        before={},
        after={"chat_id": str(chat.id)},
    )
    await audit.record(conn, person, entry, cause)


async def page(conn: Connection, *, settled: bool, after: UUID | None = None, limit: int = 20) -> tuple[Flag, ...]:
    """The flags that wait, or those that are settled, the oldest first."""
    return tuple(Flag(**row) for row in await conn.fetch(_SQL["page"], settled, after, limit))


async def get(conn: Connection, flag_id: UUID) -> Flag:
    """One flag. Raises NotFound."""
    row = await conn.fetchrow(_SQL["get"], flag_id)
    if row is None:
        raise NotFound("There is no such flag.")
    return Flag(**row)


async def settle(
    conn: Connection, moderator: Person, flag_id: UUID, note: str | None, cause: Cause, now: datetime
) -> Flag:
    """Say that it was looked at; said before, it stays as it was. Raises NotFound."""
    if await conn.fetchval(_SQL["settle"], flag_id, note, moderator.user_id, now) is not None:
        entry = Entry(
            entity_type="chat_flag",
            entity_id=flag_id,
            action="settle",
            before={"settled": False},
            after={"settled": True},
        )
        await audit.record(conn, moderator, entry, cause)
    return await get(conn, flag_id)
