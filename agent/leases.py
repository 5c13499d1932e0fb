"""The lease loop: keeps the leases of this process, stops what somebody asked to stop, takes over what was left."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from agent import job, recovery
from agent.loop import PASSING, set_within
from agent.notices import Notices
from agent.runner import Runner
from storage import parts, runs
from storage.clock import Clock
from storage.database import Database
from storage.runs import Run

_log = logging.getLogger(__name__)


class Leases:
    """Background loops of a process. Times are seconds; `patience` is how long a lease outlives its last renewal.

    Leases are renewed three times as often as they would run out. While `draining` is set nothing is taken over.
    """

    def __init__(
        self,
        *,
        database: Database,
        runner: Runner,
        notices: Notices,
        clock: Clock,
        draining: asyncio.Event,
        patience: float = 15.0,
        look: float = 0.5,
    ) -> None:
        self.lasts = timedelta(seconds=patience)
        self._database = database
        self._runner = runner
        self._notices = notices
        self._clock = clock
        self._draining = draining
        self._heartbeat = patience / 3
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
        pause = self._heartbeat
        while True:
            await asyncio.sleep(pause)
            kept = await self._tried(self.keep_held, "leases could not be kept")
            pause = self._heartbeat if kept else min(self._look, self._heartbeat)

    async def _stop_asked(self) -> None:
        while True:
            await set_within(self._notices.stop_asked, self._look)
            if self._runner.running:
                await self._tried(self.stop_asked, "requests to stop could not be read")

    async def _take_over(self) -> None:
        while True:
            await set_within(self._notices.run_waits, self._heartbeat / 2)
            if not await self._tried(self.take_all, "no run could be taken over"):
                # After an outage every lease has run out: whoever lives renews its own first.
                await asyncio.sleep(self._heartbeat)

    async def _tried(self, work: Callable[[], Awaitable[None]], complaint: str) -> bool:
        """Whether it worked. A loop outlives whatever goes wrong in it: without it runs are neither kept nor taken."""
        try:
            await work()
        except PASSING as error:
            _log.warning("%s: %s", complaint, error)
            return False
        except Exception:
            _log.exception("%s", complaint)
            return False
        return True

    async def keep_held(self) -> None:
        """Renew the leases of the runs made here; let go of those another process has taken."""
        if not (held := self._runner.running):
            return
        async with self._database.connection() as conn:
            still = await runs.extend(conn, self._runner.name, held, self._clock() + self.lasts)
        for run_id in held:
            if run_id not in still:
                self._runner.lose(run_id)

    async def stop_asked(self) -> None:
        """Stop the runs made here that somebody asked to stop."""
        async with self._database.connection() as conn:
            asked = await runs.to_stop(conn, self._runner.name)
        for run_id in asked:
            self._runner.ask_to_stop(run_id)

    async def take_all(self) -> None:
        """Take over whatever there is to take."""
        while not self._draining.is_set() and (taken := await self.take_one()) is not None:
            _log.info("took over run %s, attempt %d", taken.id, taken.attempts)

    async def take_one(self) -> Run | None:
        """Take over one run whose owner is gone, or begin one that waited for its turn."""
        now = self._clock()
        async with self._database.transaction() as conn:
            run = await runs.take_over(conn, self._runner.name, now, now + self.lasts, self._runner.running)
            if run is None:
                return None
            if run.epoch > 1:
                left = recovery.remains(await parts.of_message(conn, run.message_id))
                await runs.retract(conn, run, len(left.kept))
        # Outside that transaction: a run that cannot be read must not keep the others from being taken.
        async with self._database.connection() as conn:
            taken = await job.read(conn, await runs.get(conn, run.id) or run)
            asked = await runs.to_stop(conn, self._runner.name)
        self._runner.submit(replace(taken, stop_asked=run.id in asked))
        return run
