"""Users as administrators see them: found, given a role, shut out and let in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.errors import Conflict, NotFound
from storage.people import Person, Role

_SQL = sql.load(__file__)


class OwnAccount(Conflict):
    """Nobody takes their own role or access away; another administrator can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user; a guest has no e-mail address and is anonymous."""

    id: UUID
    email: str | None
    name: str | None
    role: Role
    is_anonymous: bool
    is_active: bool
    provider: str | None
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilters:
    """Which users; what is None does not matter. `words` begin the e-mail address or are in the name."""

    words: str | None = None
    role: Role | None = None
    is_active: bool | None = None
    is_anonymous: bool | None = None


async def page(conn: Connection, wanted: UserFilters, *, after: UUID | None, limit: int) -> tuple[User, ...]:
    """Users, the newest first, beginning behind the one of this id."""
    records = await conn.fetch(
        _SQL["page"], wanted.words, wanted.role, wanted.is_active, wanted.is_anonymous, after, limit
    )
    return tuple(User(**record) for record in records)


async def get(conn: Connection, user_id: UUID) -> User:
    """A user. Raises NotFound."""
    record = await conn.fetchrow(_SQL["get"], user_id)
    if record is None:
        raise NotFound("There is no such user.")
    return User(**record)


async def change(
    conn: Connection,
    person: Person,
    user_id: UUID,
    *,
    role: Role | None,
    is_active: bool | None,
    cause: Cause,
    now: datetime,
) -> User:
    """Give a user a role, shut them out or let them in; None leaves as it is. Raises NotFound, OwnAccount.

    Whoever is shut out has no sessions and no API keys afterwards.
    """
    await conn.execute(_SQL["lock"], user_id)
    before = await get(conn, user_id)
    wanted = (role or before.role, before.is_active if is_active is None else is_active)
    if wanted == (before.role, before.is_active):
        return before
    if user_id == person.user_id:
        raise OwnAccount
    await conn.execute(_SQL["change"], user_id, *wanted)
    if not wanted[1]:
        await conn.execute(_SQL["shut_out"], user_id, now)
    entry = Entry(
        entity_type="user",
        entity_id=user_id,
        action="change",
        before={"role": before.role, "is_active": before.is_active},
        after={"role": wanted[0], "is_active": wanted[1]},
    )
    await audit.record(conn, person, entry, cause)
    return await get(conn, user_id)
