"""The connection pool: codecs, time limits and transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy
from pgvector.asyncpg import register_vector

from storage.errors import Busy, DatabaseUnreachable, MissingExtension

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
_Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

# Seconds and milliseconds of reliability.md section 5; jit costs more than it saves on statements this short.
_SESSION = {
    "application_name": "cartwright",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "2s",
    "jit": "off",
}

# asyncpg falls over its own state (InternalClientError) when a server closes a connection at the wrong moment.
CONNECTION_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
)
"""The server is gone or sends us away: whether what was under way has committed is unknown."""

# Others hold what we wait for, or too many want something at once: the same may work a moment later.
_CROWDED = (
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
)

# TimeoutError and a refused socket are OSErrors; the others are a server that starts, stops or is full.
_UNREACHABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


def _encode(value: object) -> str:
    return orjson.dumps(value).decode()


async def prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Teach a connection our types: json and jsonb are Python objects, vectors are numpy's and pgvector's."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=_encode, decoder=orjson.loads)
    try:
        await register_vector(connection)
    except ValueError:
        raise MissingExtension from None


async def _reset(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Nothing here leaves state in a session but an open transaction; asyncpg's own reset is a round trip each time."""
    if connection.is_in_transaction():
        await connection.reset()


@contextmanager
def _reaching() -> Iterator[None]:
    """Turn what a first connection fails with into words for the operator, without the URL and its password."""
    try:
        yield
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseUnreachable(f"the database cannot be reached: {error}") from error


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A connection of one's own outside any pool, with no time limits. Raises DatabaseUnreachable."""
    limits = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    with _reaching():
        return await asyncpg.connect(url, server_settings=_SESSION | limits)


@dataclass(frozen=True, slots=True)
class Database:
    """A handle on a pool of connections; `Database.open` makes one."""

    pool: _Pool
    acquire_timeout: float

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        pool_size: int = 10,
        warm: int = 1,
        acquire_timeout: float = 1.0,
        command_timeout: float = 5.0,
        statement_cache_size: int = 100,
    ) -> Database:
        """Open a pool of at most `pool_size` connections, `warm` of them at once, to a migrated database.

        Times are seconds. Behind pgbouncer in transaction mode: a `statement_cache_size` of 0, its
        `ignore_startup_parameters` for the time limits and jit, and these set on the role instead (docs/scaling.md).
        Raises DatabaseUnreachable and MissingExtension.
        """
        with _reaching():
            pool = await asyncpg.create_pool(
                url,
                min_size=min(warm, pool_size),
                max_size=pool_size,
                command_timeout=command_timeout,
                statement_cache_size=statement_cache_size,
                # asyncpg would prepare anew each time what is longer than 15 kB, as a search is, and all else after
                # 300 s; but the server keeps a plan only from the sixth time on.
                max_cacheable_statement_size=0,
                max_cached_statement_lifetime=0,
                server_settings=_SESSION,
                init=prepare,
                reset=_reset,
            )
        return cls(pool, acquire_timeout)

    async def close(self) -> None:
        """Wait for the connections in use, then close them all."""
        await self.pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit. Raises Busy when none is free within the acquire timeout."""
        try:
            connection = await self.pool.acquire(timeout=self.acquire_timeout)
        except _UNREACHABLE as error:
            raise Busy("no database connection is free; try again in a moment") from error
        try:
            yield connection
        except _CROWDED as error:
            raise Busy("the database is busy; try again in a moment") from error
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside a transaction that commits when the block ends and rolls back when it raises."""
        async with self.connection() as connection, connection.transaction():
            yield connection


@asynccontextmanager
async def bulk(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection with our types and no time limits, for jobs that run long (load, embed)."""
    connection = await connect(url)
    try:
        await prepare(connection)
        yield connection
    finally:
        await connection.close()
