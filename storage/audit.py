"""The audit log: who changed what, from what to what, and through what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.people import Person

_SQL = sql.load(__file__)

State = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Through what a change came: the tool part of a chat, the confirmed action, the API key, the request.

    `message_id` and `tool_call_id` name the tool part together. `ip` is an IPv4 or IPv6 address.
    """

    message_id: UUID | None = None
    tool_call_id: str | None = None
    action_id: UUID | None = None
    api_key_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of one entity."""

    entity_type: str
    entity_id: UUID
    action: str
    before: State
    after: State


async def record(conn: Connection, person: Person, entry: Entry, cause: Cause) -> None:
    """Write an entry; called in the transaction of the change, so that there is never one without the other."""
    await conn.execute(
        _SQL["record"],
        person.user_id,
        entry.entity_type,
        entry.entity_id,
        entry.action,
        {"before": entry.before, "after": entry.after},
        cause.message_id,
        cause.tool_call_id,
        cause.action_id,
        cause.api_key_id,
        cause.ip,
        cause.user_agent,
    )


async def forget(conn: Connection, entity_type: str, entity_id: UUID) -> None:
    """Leave of an entity's entries which fields changed, and no text that was in them."""
    await conn.execute(_SQL["forget"], entity_type, entity_id)
