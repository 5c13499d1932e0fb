"""Live streams are cut when the session they are read by is ended, in whichever process that happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import asyncpg

from storage import sessions
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy

_log = logging.getLogger(__name__)


class Streams:
    """One loop a process, which asks about all sessions with a live stream here in one statement each `every` seconds.

    While the database cannot be asked, streams go on.
    """

    def __init__(self, *, database: Database, clock: Clock, every: float = 2.0) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._held: dict[UUID, set[Callable[[], None]]] = {}
        self._soon = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def holding(self, session_id: UUID, cut: Callable[[], None]) -> Iterator[None]:
        """Have `cut` called once when the session may read no more, as long as the block lasts."""
        self._held.setdefault(session_id, set()).add(cut)
        try:
            yield
        finally:
            there = self._held.get(session_id, set())
            there.discard(cut)
            if not there:
                self._held.pop(session_id, None)

    def look(self) -> None:
        """Ask at once: a session was ended in this process."""
        self._soon.set()

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._loop(), name="cartwright-streams")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._soon.wait()
            self._soon.clear()
            try:
                await self._cut_ended()
            except (*CONNECTION_LOST, Busy, asyncpg.PostgresError) as error:
                _log.warning("sessions of live streams cannot be read now: %s", error)
            except Exception:
                _log.exception("sessions of live streams could not be read")

    async def _cut_ended(self) -> None:
        if not self._held:
            return
        async with self._database.connection() as conn:
            over = await sessions.ended(conn, tuple(self._held), self._clock())
        for session_id in over:
            for cut in tuple(self._held.get(session_id, ())):
                cut()
