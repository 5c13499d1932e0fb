"""People: users, guests (users without an e-mail) and the sessions by which the service knows them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound

_SQL = sql.load(__file__)

Role = Literal["user", "moderator", "admin"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking. A guest is a person too: `is_anonymous`, known only by a session."""

    user_id: UUID
    session_id: UUID | None
    is_anonymous: bool
    role: Role


@dataclass(frozen=True, slots=True)
class NewGuest:
    """A guest just made, and the token that is shown once: the database keeps only its digest."""

    person: Person
    token: str


def new_token() -> str:
    """256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token. A plain SHA-256 is enough: the token is random, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()


async def by_token(conn: Connection, token: str, now: datetime) -> Person | None:
    """The person whose session has this token and has neither ended nor expired at `now`."""
    record = await conn.fetchrow(_SQL["by_token"], digest(token), now)
    return Person(**record) if record else None


async def get(conn: Connection, user_id: UUID, session_id: UUID | None) -> Person:
    """A person by id, as acting in a session. Raises NotFound."""
    record = await conn.fetchrow(_SQL["get"], user_id)
    if record is None:
        raise NotFound("There is no such person.")
    return Person(user_id, session_id, record["is_anonymous"], record["role"])


async def new_guest(conn: Connection, now: datetime, lifetime: timedelta) -> NewGuest:
    """Make a guest and a session that lasts `lifetime`."""
    token = new_token()
    [record] = await conn.fetch(_SQL["new_guest"], digest(token), now + lifetime)
    return NewGuest(person=Person(**record), token=token)


async def new_session(conn: Connection, user_id: UUID, now: datetime, lifetime: timedelta) -> str:
    """Let a person in for `lifetime`; the token, which is not kept."""
    token = new_token()
    await conn.execute(_SQL["new_session"], user_id, digest(token), now + lifetime)
    return token


async def appoint(conn: Connection, user_id: UUID, role: Role) -> None:
    """Give a person a role. Who may do that was checked by the caller."""
    await conn.execute(_SQL["appoint"], user_id, role)
