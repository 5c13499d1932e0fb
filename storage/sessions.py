"""Sessions: by which the service knows a person, until they end or expire, by rest or by age."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import CartwrightError, NotFound
from storage.people import Person
from storage.tokens import digest, new_token

_SQL = sql.load(__file__)

Context = Mapping[str, str]
"""Where a visit came from: referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device."""

# A session in use is written to this often and not at each request.
_TOUCHED_EVERY = timedelta(minutes=5)


class SessionReplaced(CartwrightError):
    """You have signed in meanwhile, in another tab perhaps; send this again with the new session."""

    actor = "user"
    retry = True


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts at most, and how long without being used."""

    longest: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as its person sees it; `last_seen_at` is right to a few minutes."""

    id: UUID
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    idle_expires_at: datetime | None
    context: Context


class NewSession(NamedTuple):
    """A session just made, and the token that is shown once: the database keeps only its digest."""

    id: UUID
    token: str


async def person(conn: Connection, token: str, now: datetime, idle: timedelta) -> Person | None:
    """The person whose session has this token and is alive at `now`; being used, it lives on for `idle`.

    Raises SessionReplaced for the token of a session that another one took the place of.
    """
    record = await conn.fetchrow(_SQL["find"], digest(token), now)
    if record is None:
        return None
    if record["replaced"]:
        raise SessionReplaced
    if not record["alive"]:
        return None
    if record["last_seen_at"] <= now - _TOUCHED_EVERY:
        await conn.execute(_SQL["touch"], record["session_id"], now, now + idle)
    return Person(record["user_id"], record["session_id"], record["is_anonymous"], record["role"])


async def start(conn: Connection, user_id: UUID, now: datetime, lifetime: Lifetime, context: Context) -> NewSession:
    """Let a person in."""
    token = new_token()
    session_id = await conn.fetchval(
        _SQL["start"], user_id, digest(token), now, now + lifetime.longest, now + lifetime.idle, dict(context)
    )
    return NewSession(session_id, token)


async def get(conn: Connection, session_id: UUID) -> Session:
    """A session by id. Raises NotFound."""
    record = await conn.fetchrow(_SQL["get"], session_id)
    if record is None:
        raise NotFound("There is no such session.")
    return Session(**record)


async def alive(conn: Connection, user_id: UUID, now: datetime) -> tuple[Session, ...]:
    """A person's sessions that are alive, the last used first."""
    return tuple(Session(**record) for record in await conn.fetch(_SQL["alive"], user_id, now))


async def replace(conn: Connection, session_id: UUID, successor_id: UUID, now: datetime) -> None:
    """Put a session in the place of another one, which ends; what reads by it goes on as long as the new one lives."""
    await conn.execute(_SQL["replace"], session_id, successor_id, now)


async def end(conn: Connection, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one session of a person's; whether it was alive."""
    return await conn.fetchval(_SQL["end"], user_id, session_id, now) is not None


async def end_others(conn: Connection, user_id: UUID, session_id: UUID | None, now: datetime) -> int:
    """End all sessions of a person's but this one; how many that were."""
    return len(await conn.fetch(_SQL["end_others"], user_id, session_id, now))


async def ended(conn: Connection, session_ids: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """Which of these sessions and API keys may read no more: neither they nor what took their place is alive."""
    rows = await conn.fetch(_SQL["ended"], list(session_ids), now)
    return frozenset(row["id"] for row in rows)


async def sweep(conn: Connection, before: datetime, most: int) -> int:
    """Delete sessions that were over before a moment, at most so many; how many that were."""
    return len(await conn.fetch(_SQL["sweep"], before, most))
