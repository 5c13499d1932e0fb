"""People: who is asking, and guests (users without an account). Accounts are in `storage/accounts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.tokens import digest, new_token

_SQL = sql.load(__file__)

Role = Literal["user", "moderator", "admin"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking. A guest is a person too: `is_anonymous`, known only by a session.

    `for_stores`: an API key for some stores asks, to which what belongs to the person and to no store is not told.
    """

    user_id: UUID
    session_id: UUID | None
    is_anonymous: bool
    role: Role
    for_stores: bool = False


@dataclass(frozen=True, slots=True)
class NewGuest:
    """A guest just made, and the token that is shown once: the database keeps only its digest."""

    person: Person
    token: str


async def get(conn: Connection, user_id: UUID, session_id: UUID | None) -> Person:
    """A person by id, as acting in a session. Raises NotFound."""
    record = await conn.fetchrow(_SQL["get"], user_id)
    if record is None:
        raise NotFound("There is no such person.")
    return Person(user_id, session_id, record["is_anonymous"], record["role"])


async def of_run(conn: Connection, run_id: UUID, session_id: UUID | None, *, held: bool) -> Person:
    """Whose a run's chat is by now, asking as they did; `held`, it stays theirs until the transaction ends.

    Raises NotFound.
    """
    record = await conn.fetchrow(_SQL["of_run_held"] if held else _SQL["of_run"], run_id)
    if record is None:
        raise NotFound("There is no such chat.")
    return Person(record["id"], session_id, record["is_anonymous"], record["role"], record["for_stores"])


async def new_guest(
    conn: Connection,
    now: datetime,
    lifetime: timedelta,
    idle: timedelta | None = None,
    context: Mapping[str, str] | None = None,
) -> NewGuest:
    """Make a guest and a session that lasts `lifetime`, or `idle` (as long) without being used.

    `context` is where the visit came from (`storage.sessions.Context`).
    """
    token = new_token()
    [record] = await conn.fetch(
        _SQL["new_guest"], digest(token), now, now + lifetime, now + (idle or lifetime), dict(context or {})
    )
    return NewGuest(person=Person(**record), token=token)


async def appoint(conn: Connection, user_id: UUID, role: Role) -> None:
    """Give a person a role. Who may do that was checked by the caller."""
    await conn.execute(_SQL["appoint"], user_id, role)
