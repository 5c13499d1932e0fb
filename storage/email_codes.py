"""Codes that are mailed to an address and typed in again: whoever can do that reads the mail of that address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import Invalid
from storage.tokens import code_digest

_SQL = sql.load(__file__)

Purpose = Literal["sign-up", "reset", "email"]

MOST_ATTEMPTS = 5
"""How often a code may be typed wrong; then a new one has to be asked for."""


class WrongCode(Invalid):
    """This is not the code that was mailed, or it is too old; look again, or ask for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a code will do: make `user_id` an account, give them an address, or let whoever has the address in."""

    purpose: Purpose
    user_id: UUID | None
    email: str
    password_hash: str | None = None
    name: str | None = None


async def keep(conn: Connection, asked: Asked, code: str, now: datetime, expires_at: datetime) -> None:
    """Keep a code, in place of an earlier one for the same."""
    await conn.execute(
        _SQL["keep_reset"] if asked.purpose == "reset" else _SQL["keep"],
        asked.user_id,
        asked.purpose,
        asked.email,
        code_digest(code),
        asked.password_hash,
        asked.name,
        now,
        expires_at,
    )


async def attempt(
    conn: Connection, purpose: Purpose, *, user_id: UUID | None, email: str | None, code: str, now: datetime
) -> UUID:
    """Count an attempt, and the id of the code if it is the right one; by user, or for a reset by address.

    Not to be called in the transaction that uses the code: a wrong attempt has to be kept. Raises WrongCode.
    """
    record = await conn.fetchrow(_SQL["attempt"], purpose, user_id, email, now, MOST_ATTEMPTS)
    if record is None or record["code_hash"] != code_digest(code):
        raise WrongCode(field="code")
    found: UUID = record["id"]
    return found


async def use(conn: Connection, code_id: UUID) -> Asked:
    """Use a code up, once; what it does. Raises WrongCode."""
    record = await conn.fetchrow(_SQL["use"], code_id)
    if record is None:
        raise WrongCode(field="code")
    return Asked(**record)


async def sweep(conn: Connection, now: datetime, most: int) -> int:
    """Delete codes that are too old, at most so many; how many that were."""
    return len(await conn.fetch(_SQL["sweep"], now, most))
