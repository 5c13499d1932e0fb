"""What happened in the service itself: starts, migrations, take-overs, what was swept, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from storage import sql
from storage.audit import State
from storage.audit_trail import Place
from storage.database import Connection

_SQL = sql.load(__file__)

Severity = Literal["debug", "info", "warning", "error", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The least first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; `component` is the module that says so, as `agent.leases`."""

    component: str
    severity: Severity
    message: str
    payload: State
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An event with its place in the list."""

    id: UUID
    event: Event

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.event.at, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events; what is None does not matter. A component stands for those below it too. `until` is not in."""

    component: str | None = None
    least: Severity = "debug"
    since: datetime | None = None
    until: datetime | None = None


async def note(conn: Connection, component: str, severity: Severity, message: str, payload: State) -> None:
    """Keep something of the service's own that is no change of anybody's row, in the transaction it belongs to."""
    await conn.execute(_SQL["note"], component, severity, message, dict(payload))


async def write(conn: Connection, events: Sequence[Event]) -> None:
    """Keep events."""
    await conn.execute(
        _SQL["write"],
        [event.component for event in events],
        [event.severity for event in events],
        [event.message for event in events],
        [dict(event.payload) for event in events],
        [event.at for event in events],
    )


async def entries(conn: Connection, wanted: Wanted, *, after: Place | None = None, limit: int = 20) -> list[Written]:
    """The events that are wanted, newest first, from behind a place on."""
    rows = await conn.fetch(
        _SQL["entries"],
        wanted.component,
        list(SEVERITIES[SEVERITIES.index(wanted.least) :]),
        wanted.since,
        wanted.until,
        after and after.created_at,
        after and after.id,
        limit,
    )
    return [
        Written(
            id=row["id"],
            event=Event(
                component=row["component"],
                severity=row["severity"],
                message=row["message"],
                payload=row["payload"],
                at=row["created_at"],
            ),
        )
        for row in rows
    ]
