"""What has expired leaves: sessions, codes, throttles."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import asyncpg

from storage import housekeeping
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy

_log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long a session that is over stays, for whoever looks into what happened."""

_MOST = 1000


class Sweeper:
    """One loop a process, which sweeps every `every` seconds; one process at a time, at most 1,000 rows of a table."""

    def __init__(self, *, database: Database, clock: Clock, every: float = 600.0) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._loop(), name="cartwright-sweeper")

    async def stop(self) -> None:
        """Sweep no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                if (rows := await self.sweep()) > 0:
                    _log.info("swept %d rows that had expired", rows)
            except (*CONNECTION_LOST, Busy, asyncpg.PostgresError) as error:
                _log.warning("what has expired could not be swept: %s", error)
            except Exception:
                _log.exception("what has expired could not be swept")

    async def sweep(self) -> int:
        """Sweep once; how many rows left. None do while another process is at it."""
        now = self._clock()
        async with self._database.transaction() as conn:
            return await housekeeping.sweep(conn, now, now - KEPT, _MOST)
