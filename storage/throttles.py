"""How often something may be tried, counted in the database for all processes together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import sql
from storage.database import Connection
from storage.errors import TooMany

_SQL = sql.load(__file__)


class TooOften(TooMany):
    """This was tried too often; wait a little and try again."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` times at once, then one time each `every`: the generic cell rate algorithm, one row a key."""

    burst: int
    every: timedelta


def key(*names: str) -> bytes:
    """A key of what is counted; addresses and names are not kept, their digest is."""
    return hashlib.sha256("\n".join(names).encode()).digest()


async def take(conn: Connection, counted: bytes, rate: Rate, now: datetime, times: int = 1) -> timedelta | None:
    """Take so many times at once; None where they were left, otherwise how long until they are."""
    row = await conn.fetchrow(_SQL["take"], counted, now, rate.every * times, rate.every * rate.burst)
    if row is None:
        # Somebody else was first a moment ago, and took the last one.
        return timedelta(seconds=1)
    if row["taken"]:
        return None
    free_at: datetime = row["free_at"]
    return max(free_at + rate.every * times - rate.every * rate.burst - now, timedelta(seconds=1))


async def allow(conn: Connection, *counted: tuple[bytes, Rate], now: datetime) -> None:
    """Take one time of each; outside the transaction of what is tried, so that it counts also when that fails.

    Raises TooOften.
    """
    for each, rate in counted:
        if (wait := await take(conn, each, rate, now)) is not None:
            raise TooOften(wait=wait)


async def give_back(conn: Connection, counted: bytes) -> None:
    """Forget what was counted: whoever it was has shown to be in the right."""
    await conn.execute(_SQL["give_back"], counted)


async def sweep(conn: Connection, now: datetime, most: int) -> int:
    """Delete rows that say nothing any more, at most so many; how many that were."""
    return len(await conn.fetch(_SQL["sweep"], now, most))
