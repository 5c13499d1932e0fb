"""Storage made ready: the configured database, or the embedded server, migrated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage import vectors
from storage.database import bulk
from storage.embedded import serve
from storage.migrate import migrate
from storage.settings import StorageSettings


@asynccontextmanager
async def ready(settings: StorageSettings) -> AsyncIterator[str]:
    """The URL of a migrated database, for the length of the block; raises what `embedded` and `migrate` raise."""
    if settings.database_url is not None:
        await _migrated(settings.direct_url or settings.database_url)
        yield settings.database_url
        return
    async with serve(settings.data) as url:
        await _migrated(url)
        yield url


async def _migrated(url: str) -> None:
    """With the index of the vectors, which no migration can build: it depends on what they are."""
    await migrate(url)
    async with bulk(url) as conn:
        await vectors.ensure_index(conn)
