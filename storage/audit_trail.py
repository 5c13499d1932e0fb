"""The audit log as it is read: what was changed, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from storage import sql
from storage.audit import State
from storage.database import Connection

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries; what is None does not matter. `since` is in, `until` is not."""

    user_id: UUID | None = None
    api_key_id: UUID | None = None
    entity_type: str | None = None
    entity_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One entry: who, what, from what to what, and through what. What it names may be gone meanwhile."""

    id: UUID
    created_at: datetime
    user_id: UUID | None
    api_key_id: UUID | None
    entity_type: str
    entity_id: UUID | None
    action: str
    before: State
    after: State
    part_id: UUID | None
    message_action_id: UUID | None
    ip: str | None
    user_agent: str | None


class Place(NamedTuple):
    """Where an entry stands in the list."""

    created_at: datetime
    id: UUID


async def entries(conn: Connection, wanted: Filter, *, after: Place | None = None, limit: int = 20) -> list[Logged]:
    """The entries a filter lets through, newest first, from behind a place on."""
    rows = await conn.fetch(
        _SQL["entries"],
        wanted.user_id,
        wanted.api_key_id,
        wanted.entity_type,
        wanted.entity_id,
        wanted.action,
        wanted.since,
        wanted.until,
        after and after.created_at,
        after and after.id,
        limit,
    )
    found = []
    for row in rows:
        values = dict(row)
        changes = values.pop("changes")
        found.append(Logged(**values, before=changes.get("before", {}), after=changes.get("after", {})))
    return found
