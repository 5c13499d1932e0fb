"""The vector columns: their dimension, which belongs to the configured model, and their index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)

_SMALL = 5000

LOOK, LOOK_LONGER = "200", "450"
"""How many rows the index looks at: few find the nearest to a name, a long instruction is far from all of them."""


async def dimension(conn: Connection) -> int:
    """How many numbers a vector in the database has."""
    found: int = await conn.fetchval(_SQL["dimension"])
    return found


async def drop_index(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Let searches scan the vectors exactly; not inside a transaction."""
    await conn.execute(_SQL["drop_index"])


async def ensure_index(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Build the index of the vectors unless it is there and valid; not inside a transaction."""
    if not await conn.fetchval(_SQL["indexed"]):
        await conn.execute(_SQL["drop_index"])
        await conn.execute(_SQL["room"])
        await conn.execute(await conn.fetchval(_SQL["centre"]))


@asynccontextmanager
async def bulk_index(conn: asyncpg.Connection[asyncpg.Record]) -> AsyncIterator[None]:
    """For the length of a bulk load into a small catalogue, no index of the vectors: building it once is ten times
    quicker than adding to it row by row, and an exact scan of a small catalogue is quick.
    """
    if await conn.fetchval(_SQL["counted"], _SMALL) < _SMALL:
        await drop_index(conn)
    try:
        yield
    finally:
        await ensure_index(conn)
