"""Advisory locks: what one session at a time may do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tenacity import AsyncRetrying, RetryError, retry_if_result, stop_after_delay, wait_fixed

from storage import sql
from storage.database import Connection
from storage.errors import CartwrightError

_SQL = sql.load(__file__)


@asynccontextmanager
async def alone(conn: Connection, key: int, *, patience: float, error: CartwrightError) -> AsyncIterator[None]:
    """The lock `key` for the length of the block; raises `error` when another session has it for `patience` seconds.

    Polled: a session that waits inside pg_advisory_lock() holds a snapshot, for which a concurrent build of an index
    would wait.
    """
    polling = AsyncRetrying(
        retry=retry_if_result(lambda held: not held), wait=wait_fixed(0.1), stop=stop_after_delay(patience)
    )
    try:
        await polling(conn.fetchval, _SQL["try_lock"], key)
    except RetryError:
        raise error from None
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute(_SQL["unlock"], key)
