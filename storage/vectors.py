"""The vector columns: their dimension, which belongs to the configured model, and their index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg

from storage import sql
from storage.advisory import alone
from storage.database import Connection
from storage.errors import Busy

_SQL = sql.load(__file__)

_LOCK_KEY = 0x6361727476656374
_SMALL = 5000
# Of the mean of one catalogue, which is .3 to .4 long, a quarter.
_MOVED = 0.1
# Of 43,000 rows the index is built with some 1,500 a second; so long takes one of 900,000.
_PATIENCE = 600.0

LOOK, LOOK_LONGER = "180", "450"
"""How many rows the index looks at: few find the nearest to a name, a long instruction is far from all of them."""


async def dimension(conn: Connection) -> int:
    """How many numbers a vector in the database has."""
    found: int = await conn.fetchval(_SQL["dimension"])
    return found


def _alone(conn: asyncpg.Connection[asyncpg.Record]) -> AbstractAsyncContextManager[None]:
    """One process at a time drops or builds the index, so that it agrees with `centre`. Raises Busy."""
    busy = Busy("another process builds the index of vectors; try again when it is done")
    return alone(conn, _LOCK_KEY, patience=_PATIENCE, error=busy)


async def drop_index(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Let searches scan the vectors exactly; not inside a transaction. Raises Busy."""
    async with _alone(conn):
        await conn.execute(_SQL["drop_index"])


async def ensure_index(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Build the index of the vectors unless it is there and valid; not inside a transaction. Raises Busy."""
    if await conn.fetchval(_SQL["indexed"]):
        return
    async with _alone(conn):
        if not await conn.fetchval(_SQL["indexed"]):
            await conn.execute(_SQL["drop_index"])
            await conn.execute(_SQL["room"])
            await conn.execute(await conn.fetchval(_SQL["centre"]))


@asynccontextmanager
async def bulk_index(conn: asyncpg.Connection[asyncpg.Record]) -> AsyncIterator[None]:
    """For the length of a bulk load into a small catalogue, no index of the vectors: building it once is ten times
    quicker than adding to it row by row, and an exact scan of a small catalogue is quick. At the end there is one
    around what is about the mean.
    """
    if await conn.fetchval(_SQL["counted"], _SMALL) < _SMALL:
        await drop_index(conn)
    try:
        yield
    finally:
        if await conn.fetchval(_SQL["moved"], _MOVED):
            await drop_index(conn)
        await ensure_index(conn)
