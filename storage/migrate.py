"""The migration runner: numbered plain .sql files, forward only.

A file runs in one transaction together with its row in `migrations`; one whose first line is `-- no-transaction`
holds a single statement (`create index concurrently`) and runs outside. Runners take turns by an advisory lock.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from storage import sql
from storage.advisory import alone
from storage.database import Connection, connect
from storage.errors import DatabaseTooNew, MigrationEdited, MigrationFailed, MissingExtension, WrongServer

_SQL = sql.load(__file__)
_log = logging.getLogger(__name__)

FOLDER = Path(__file__).with_name("migrations")
_LOCK_KEY = 0x43415254
_FILE = re.compile(r"(\d{4})_\w+\.sql")
_CONCURRENT = re.compile(r"create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file; `digest` is the SHA-256 of its text with Unix line ends."""

    number: int
    name: str
    text: str
    digest: bytes

    @property
    def transactional(self) -> bool:
        return not self.text.startswith("-- no-transaction")


def read(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of a folder by number. Raises ValueError for a stray name and for a gap or a repeat."""
    found: list[Migration] = []
    for number, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        match = _FILE.fullmatch(path.name)
        if match is None or int(match[1]) != number:
            raise ValueError(f"{path.name} is not migration {number:04d}")
        text = path.read_text(encoding="utf-8")
        found.append(Migration(number, path.stem, text, hashlib.sha256(text.encode()).digest()))
    return tuple(found)


async def migrate(url: str, folder: Path = FOLDER, *, patience: float = 120.0) -> list[str]:
    """Apply what is pending and return its names; waits up to `patience` seconds for another runner and for each lock.

    Raises WrongServer, MissingExtension, MigrationEdited, DatabaseTooNew and MigrationFailed.
    """
    migrations = read(folder)
    conn = await connect(url)
    try:
        await _check_server(conn)
        busy = MigrationFailed("another process is migrating this database and does not finish")
        async with alone(conn, _LOCK_KEY, patience=patience, error=busy):
            pending = await _pending(conn, migrations)
            for migration in pending:
                await _apply(conn, migration, patience)
            return [migration.name for migration in pending]
    finally:
        await conn.close()


async def _check_server(conn: Connection) -> None:
    if await conn.fetchval(_SQL["server_version"]) < 160000:
        raise WrongServer(f"PostgreSQL 16 or later is needed; this server is {conn.get_server_version().major}")
    version: str | None = await conn.fetchval(_SQL["vector_version"])
    if version is None:
        raise MissingExtension
    if tuple(int(number) for number in version.split(".")[:2]) < (0, 8):
        raise MissingExtension(f"pgvector 0.8 or later is needed; this server has {version} (alter extension update?)")


async def _pending(conn: Connection, migrations: tuple[Migration, ...]) -> list[Migration]:
    await conn.execute(_SQL["make_table"])
    applied = {row["number"]: row for row in await conn.fetch(_SQL["applied"])}
    newest = max(applied, default=0)
    if newest > len(migrations):
        raise DatabaseTooNew(f"the database has migration {applied[newest]['name']}, which this checkout does not know")
    for migration in migrations:
        row = applied.get(migration.number)
        if row is not None and row["digest"] != migration.digest:
            raise MigrationEdited(
                f"{migration.name}.sql was edited after it had been applied; put it back and add a new file"
            )
    return [migration for migration in migrations if migration.number not in applied]


async def _apply(conn: Connection, migration: Migration, patience: float) -> None:
    _log.info("migrating: %s", migration.name)
    apply = _apply_inside if migration.transactional else _apply_outside
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(asyncpg.LockNotAvailableError),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        stop=stop_after_delay(patience),
        reraise=True,
    )
    try:
        await retrying(apply, conn, migration)
    except asyncpg.PostgresError as error:
        raise MigrationFailed(f"{migration.name}: {error}") from error


async def _apply_inside(conn: Connection, migration: Migration) -> None:
    async with conn.transaction():
        await conn.execute(_SQL["wait_briefly"])
        await conn.execute(migration.text)
        await conn.execute(_SQL["record"], migration.number, migration.name, migration.digest)


async def _apply_outside(conn: Connection, migration: Migration) -> None:
    await conn.execute(_SQL["wait_on"])
    index = _CONCURRENT.search(migration.text)
    if index is not None:
        drop: str | None = await conn.fetchval(_SQL["drop_invalid_index"], index[1].lower())
        if drop is not None:
            await conn.execute(drop)
    await conn.execute(migration.text)
    await conn.execute(_SQL["record"], migration.number, migration.name, migration.digest)
