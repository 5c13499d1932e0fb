"""The audit log: who changed what, from what to what, and which part of a chat caused it."""

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
class Entry:
    """One change of one entity. `message_id` and `tool_call_id` name the tool part that caused it, if one did."""

    entity_type: str
    entity_id: UUID
    action: str
    before: State
    after: State
    message_id: UUID | None = None
    tool_call_id: str | None = None


async def record(conn: Connection, person: Person, entry: Entry) -> None:
    """Write an entry; called in the transaction of the change, so that there is never one without the other."""
    await conn.execute(
        _SQL["record"],
        person.user_id,
        entry.entity_type,
        entry.entity_id,
        entry.action,
        {"before": entry.before, "after": entry.after},
        entry.message_id,
        entry.tool_call_id,
    )
