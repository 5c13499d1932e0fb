"""A background loop: a piece of work done again and again, which outlives whatever goes wrong in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from storage.database import CONNECTION_LOST
from storage.errors import Busy

PASSING = (*CONNECTION_LOST, Busy, asyncpg.PostgresError)
"""What a loop meets while the database is away or busy: worth a line in the log, not a trace."""


class Loop:
    """One task, named `cartwright-NAME`, that does `work` every `every` seconds and at once when it is woken.

    `complaint` is what `log` is told when the work fails. Who starts it stops it.
    """

    def __init__(
        self, name: str, work: Callable[[], Awaitable[object]], *, every: float, complaint: str, log: logging.Logger
    ) -> None:
        self._name = f"cartwright-{name}"
        self._work = work
        self._every = every
        self._complaint = complaint
        self._log = log
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There is something to do: do not wait for the time to pass."""
        self._woken.set()

    def start(self) -> None:
        """Begin, with a pause."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Do no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> None:
        """Do the work now; what goes wrong is logged."""
        try:
            await self._work()
        except PASSING as error:
            self._log.warning("%s: %s", self._complaint, error)
        except Exception:
            self._log.exception(self._complaint)

    async def _run(self) -> None:
        while True:
            await set_within(self._woken, self._every)
            await self.once()


async def set_within(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, so many seconds at most; it is clear afterwards."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
