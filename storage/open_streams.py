"""How many streams somebody reads at once, over all processes.

A stream has a latest end, so what a process that died had open counts no longer than that.
"""

from __future__ import annotations

from datetime import datetime

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)


async def open_(conn: Connection, key: bytes, now: datetime, until: datetime, most: int) -> bool:
    """Whether one more may be open, and is from now on; `until` is its latest end, by which it is closed."""
    return await conn.fetchval(_SQL["open"], key, now, until, most) is not None


async def close(conn: Connection, key: bytes, now: datetime, until: datetime) -> None:
    """One less; it has had this latest end."""
    if await conn.fetchval(_SQL["close"], key, until) is not None:
        await conn.execute(_SQL["forget"], key, now)


async def sweep(conn: Connection, now: datetime, most: int) -> int:
    """Delete what only says of streams that are over, at most so many rows; how many that were."""
    return len(await conn.fetch(_SQL["sweep"], now, most))
