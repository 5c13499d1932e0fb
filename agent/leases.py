"""The lease loop: keeps the leases of this process, stops what somebody asked to stop, takes over what was left."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import asyncpg

from agent import job, recovery
from agent.notices import Notices
from agent.runner import Runner
from storage import parts, runs
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy, NotFound
from storage.runs import Run

_log = logging.getLogger(__name__)

_PASSING = (*CONNECTION_LOST, Busy, asyncpg.PostgresError)


class Leases:
    """One background loop a process. Times are seconds; `patience` is how long a lease outlives its last renewal."""

    def __init__(
        self,
        *,
        database: Database,
        runner: Runner,
        notices: Notices,
        clock: Clock,
        patience: float = 15.0,
        heartbeat: float = 5.0,
        look: float = 0.5,
    ) -> None:
        self.lasts = timedelta(seconds=patience)
        self._database = database
        self._runner = runner
        self._notices = notices
        self._clock = clock
        self._heartbeat = heartbeat
        self._look = look
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to keep leases and to take runs over."""
        loops = {"keep": self._keep, "stops": self._stop_asked, "take": self._take_over}
        self._tasks = [asyncio.create_task(loop(), name=f"cartwright-leases-{name}") for name, loop in loops.items()]

    async def stop(self) -> None:
        """Take nothing over any more and let leases run out."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            held = self._runner.running
            if not held:
                continue
            try:
                async with self._database.connection() as conn:
                    still = await runs.extend(conn, self._runner.name, held, self._clock() + self.lasts)
            except _PASSING as error:
                _log.warning("leases could not be kept: %s", error)
                continue
            for run_id in held:
                if run_id not in still:
                    self._runner.lose(run_id)

    async def _stop_asked(self) -> None:
        while True:
            await _set_within(self._notices.stop_asked, self._look)
            if not self._runner.running:
                continue
            try:
                async with self._database.connection() as conn:
                    asked = await runs.to_stop(conn, self._runner.name)
            except _PASSING as error:
                _log.warning("requests to stop could not be read: %s", error)
                continue
            await asyncio.gather(*(self._runner.stop(run_id) for run_id in asked))

    async def _take_over(self) -> None:
        while True:
            await _set_within(self._notices.run_waits, self._heartbeat / 2)
            try:
                while (taken := await self.take_one()) is not None:
                    _log.info("took over run %s, attempt %d", taken.id, taken.attempts)
            except _PASSING as error:
                _log.warning("no run could be taken over: %s", error)

    async def take_one(self) -> Run | None:
        """Take over one run whose owner is gone, or begin one that waited for its turn."""
        now = self._clock()
        async with self._database.transaction() as conn:
            run = await runs.take_over(conn, self._runner.name, now, now + self.lasts)
            if run is None:
                return None
            if run.epoch > 1:
                left = recovery.remains(await parts.of_message(conn, run.message_id))
                await runs.retract(conn, run, len(left.kept))
            renewed = await runs.get(conn, run.id) or run
            try:
                taken = await job.read(conn, renewed)
            except NotFound:
                _log.warning("run %s has lost its chat", run.id)
                return run
        self._runner.submit(taken)
        if await self._to_stop(run.id):
            await self._runner.stop(run.id)
        return run

    async def _to_stop(self, run_id: UUID) -> bool:
        async with self._database.connection() as conn:
            return run_id in await runs.to_stop(conn, self._runner.name)


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
