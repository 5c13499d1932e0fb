"""Accounts: users with an e-mail address that they have proved to be theirs, and a password or a provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg

from storage import sql
from storage.database import Connection
from storage.errors import CartwrightError, Conflict, NotFound
from storage.people import Role

_SQL = sql.load(__file__)

Provider = Literal["google"]


class EmailTaken(Conflict):
    """This address belongs to an account by now; sign in to that one."""


class WrongPassword(CartwrightError):
    """The e-mail address or the password is wrong."""

    actor = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user; a guest has no e-mail address. `provider_id` is the provider's name for them."""

    id: UUID
    email: str | None
    email_verified: bool
    name: str | None
    role: Role
    is_anonymous: bool
    password_hash: str | None
    provider: Provider | None
    provider_id: str | None
    created_at: datetime


async def get(conn: Connection, user_id: UUID) -> Account:
    """A user who is active. Raises NotFound."""
    return _found(await conn.fetchrow(_SQL["get"], user_id))


async def hold(conn: Connection, user_id: UUID) -> Account:
    """The same, changed by nobody else until the transaction ends. Raises NotFound."""
    return _found(await conn.fetchrow(_SQL["hold"], user_id))


async def by_email(conn: Connection, email: str) -> Account | None:
    """The active account of an address, whatever its case."""
    record = await conn.fetchrow(_SQL["by_email"], email)
    return None if record is None else Account(**record)


async def by_provider(conn: Connection, provider: Provider, provider_id: str) -> Account | None:
    """The active account that signs in with this provider by this name."""
    record = await conn.fetchrow(_SQL["by_provider"], provider, provider_id)
    return None if record is None else Account(**record)


async def open_for_guest(
    conn: Connection,
    guest_id: UUID,
    *,
    email: str,
    name: str | None,
    password_hash: str | None = None,
    provider: Provider | None = None,
    provider_id: str | None = None,
) -> Account:
    """Make a guest an account, with all they have; the address has been proved. Raises EmailTaken, NotFound."""
    try:
        record = await conn.fetchrow(_SQL["open"], guest_id, email, name, password_hash, provider, provider_id)
    except asyncpg.UniqueViolationError:
        raise EmailTaken from None
    return _found(record)


async def set_password(conn: Connection, user_id: UUID, password_hash: str | None) -> None:
    """Have the account sign in with another password, or with none."""
    await conn.execute(_SQL["set_password"], user_id, password_hash)


async def verify(conn: Connection, user_id: UUID) -> None:
    """The address has been proved."""
    await conn.execute(_SQL["verify"], user_id)


async def set_email(conn: Connection, user_id: UUID, email: str) -> None:
    """Give the account an address that has been proved. Raises EmailTaken."""
    try:
        await conn.execute(_SQL["set_email"], user_id, email)
    except asyncpg.UniqueViolationError:
        raise EmailTaken from None


async def link(conn: Connection, user_id: UUID, provider: Provider, provider_id: str, email: str) -> None:
    """Have the account sign in with a provider too; `email`, if it is the account's, is proved by that."""
    await conn.execute(_SQL["link"], user_id, provider, provider_id, email)


def _found(record: asyncpg.Record | None) -> Account:
    if record is None:
        raise NotFound("There is no such account.")
    return Account(**record)
