"""The runner makes the answers of this process: each is a task of its own, which no reader that leaves can stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic_ai import UsageLimitExceeded, UsageLimits
from pydantic_ai.models import Model

from agent import ending, history, recovery, shopper
from agent.door import Door
from agent.errors import ModelFailed
from agent.flusher import Flusher
from agent.job import Job
from agent.notices import WAITING
from agent.recorder import Recorder
from agent.tee import Tee
from storage import notices, runs
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.embedder import Embedder
from storage.errors import Busy
from storage.runs import Fenced
from tools.tool import Tool

_log = logging.getLogger(__name__)

ModelMaker = Callable[[str, Tee], Model]
"""Makes the model of one run: its name, and where its words go."""

Reason = Literal["stop", "hand-back", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use: model requests, tool calls, tokens of output, seconds."""

    requests: int = 8
    tool_calls: int = 16
    output_tokens: int = 16_000
    seconds: float = 120.0


@dataclass(slots=True)
class _Live:
    recorder: Recorder
    task: asyncio.Task[None]
    broken_off: Reason | None = None
    ending: bool = False

    def break_off(self, reason: Reason) -> None:
        """Cancel what it does, once, and not while it writes its end."""
        if self.broken_off is None:
            self.broken_off = reason
            if not self.ending:
                self.task.cancel()


class Runner:
    """Starts runs and breaks them off. `close` belongs to the server's lifespan."""

    def __init__(
        self,
        *,
        database: Database,
        flusher: Flusher,
        tools: Iterable[Tool],
        embedder: Embedder,
        make_model: ModelMaker,
        clock: Clock,
        name: str,
        limits: Limits,
    ) -> None:
        self.name = name
        self._database = database
        self._flusher = flusher
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in tools}
        self._agent = shopper.build(self.tools.values())
        self._embedder = embedder
        self._make_model = make_model
        self._clock = clock
        self._limits = limits
        self._live: dict[UUID, _Live] = {}
        self._by_message: dict[UUID, Recorder] = {}

    @property
    def running(self) -> list[UUID]:
        """The runs this process makes."""
        return [run_id for run_id, live in self._live.items() if live.recorder.laid_down]

    def recorder(self, message_id: UUID) -> Recorder | None:
        """The recorder of an answer this process is making. One that has ended is in the rows, and may go on there."""
        recorder = self._by_message.get(message_id)
        return None if recorder is None or recorder.view().ended is not None else recorder

    def submit(self, job: Job, laid_down: asyncio.Event | None = None) -> None:
        """Begin to make an answer, or go on with one that another process began.

        With `laid_down` its row has not committed yet: until the event is set the agent gets ready, and asks no model.
        Whoever gave it either sets it or calls `lose`.
        """
        run, left = job.run, recovery.remains(job.parts)
        recorder = Recorder(
            run,
            job.answer.public_id,
            job.metadata,
            self._flusher,
            self._clock,
            kept=left.kept,
            steps=job.steps,
            laid_down=laid_down,
        )
        self._by_message[run.message_id] = recorder
        task = asyncio.create_task(self._run(job, left, recorder), name=f"cartwright-run-{run.id}")
        live = self._live[run.id] = _Live(recorder, task)
        task.add_done_callback(lambda _: self._forget(live))

    def ask_to_stop(self, run_id: UUID) -> asyncio.Task[None] | None:
        """Stop a run of this process; its task, which ends with it. None when it is not made here."""
        if (live := self._live.get(run_id)) is None:
            return None
        live.break_off("stop")
        return live.task

    async def stop(self, run_id: UUID, patience: float) -> bool:
        """Stop a run of this process and wait, so many seconds, for its end; False when it is not made here."""
        task = self.ask_to_stop(run_id)
        if task is not None:
            await asyncio.wait([task], timeout=patience)
        return task is not None

    def lose(self, run_id: UUID) -> None:
        """Another process holds this run by now: let go of it and write nothing more."""
        if (live := self._live.get(run_id)) is not None:
            live.break_off("lost")

    async def close(self, grace: float, patience: float = 4.0) -> None:
        """Let runs end within `grace` seconds, then hand the others back so that another process goes on at once.

        What could not be written within `patience` seconds more is left to be taken over when its lease runs out.
        """
        if self._live:
            await asyncio.wait([live.task for live in self._live.values()], timeout=grace)
        left = dict(self._live)
        if not left:
            return
        for live in left.values():
            live.break_off("hand-back")
        waiting = {live.task: run_id for run_id, live in left.items()}
        now = asyncio.get_running_loop().time
        deadline = now() + patience
        while waiting and now() < deadline:
            timeout = deadline - now()
            done, _ = await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            await self._hand_back([waiting.pop(task) for task in done])
        for task in waiting:
            task.cancel()
        await self._hand_back(list(waiting.values()))

    async def _hand_back(self, run_ids: list[UUID]) -> None:
        if not run_ids:
            return
        try:
            async with self._database.connection() as conn:
                await runs.hand_back(conn, self.name, run_ids, self._clock())
                await notices.send(conn, WAITING)
        except (*CONNECTION_LOST, Busy) as error:
            _log.warning("%d runs could not be handed back: %s", len(run_ids), error)

    def _forget(self, live: _Live) -> None:
        run = live.recorder.run
        live.recorder.leave()
        if self._live.get(run.id) is live:
            del self._live[run.id]
        if self._by_message.get(run.message_id) is live.recorder:
            del self._by_message[run.message_id]

    async def _run(self, job: Job, left: recovery.Remains, recorder: Recorder) -> None:
        live = self._live[job.run.id]
        try:
            try:
                outcome: ending.Outcome | None = await self._outcome(job, left, recorder)
            except asyncio.CancelledError:
                outcome = await self._broken_off(live)
            if outcome is not None:
                await recorder.ready()
                live.ending = True
                await ending.end(self._database, recorder, outcome, self._clock)
        except Fenced:
            if recorder.refused:
                await self._give_up(live)
            else:
                _log.warning("run %s is held by another process now", recorder.run.id)
        except Exception:
            _log.exception("run %s could not be ended; it is left to be taken over", recorder.run.id)
        finally:
            recorder.leave()

    async def _give_up(self, live: _Live) -> None:
        """A part that no row can hold would stop whoever makes the answer again: it fails, with the parts it has."""
        text, run = "A part of this answer could not be stored. Please ask in other words.", live.recorder.run
        # No process takes what it still makes itself.
        self._forget(live)
        try:
            async with self._database.connection() as conn:
                await runs.give_up(conn, run, "unstorable", text, self._clock(), retry=False)
                await notices.send(conn, WAITING)
        except (*CONNECTION_LOST, Busy) as error:
            _log.warning("run %s could not be given up: %s", run.id, error)

    async def _broken_off(self, live: _Live) -> ending.Outcome | None:
        match live.broken_off:
            case "stop":
                return ending.stopped()
            case "hand-back":
                await live.recorder.flushed()
            case "lost" | None:
                pass
        return None

    async def _outcome(self, job: Job, left: recovery.Remains, recorder: Recorder) -> ending.Outcome:
        if left.error is not None:
            return ending.failed_before(left.error)
        if job.stop_asked:
            return ending.stopped()
        if job.run.error_code is not None:
            return ending.failed(job.run.error_code, job.run.error_text or "", retry=bool(job.run.error_retry))
        if left.complete:
            last = next((step for step in reversed(job.steps) if step.step == recorder.step), None)
            return ending.finished(last.finish_reason if last is not None else None)
        if job.run.attempts > runs.MAX_ATTEMPTS:
            text = "The answer was interrupted too often. Please ask again."
            return ending.failed("abandoned", text, retry=True)
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._answer(job, left, recorder)
        except ModelFailed as error:
            _log.warning("run %s: %s: %s", recorder.run.id, error.code, error.reason)
            return ending.failed(error.code, error.detail, retry=error.retry)
        except TimeoutError:
            return ending.failed("run-timeout", "The answer took too long. Please try again.", retry=True)
        except UsageLimitExceeded:
            text = "This needed more steps than one answer may take. Please ask for less at once."
            return ending.failed("too-many-steps", text, retry=False)
        except Fenced:
            raise
        except (*CONNECTION_LOST, Busy):
            _log.exception("run %s failed at the database", recorder.run.id)
            return ending.failed("busy", "The shop is busy right now. Please try again in a moment.", retry=True)
        except Exception:
            _log.exception("run %s failed", recorder.run.id)
            return ending.failed("internal", "Something went wrong on our side. Please try again.", retry=True)

    async def _answer(self, job: Job, left: recovery.Remains, recorder: Recorder) -> ending.Outcome:
        door = Door(
            database=self._database,
            embedder=self._embedder,
            clock=self._clock,
            base_url=job.run.base_url,
            person=job.person,
            store_id=job.store_id,
            recorder=recorder,
            tools=self.tools,
        )
        for call in left.open_calls:
            await door.go_on(call)
        if recorder.asks:
            return ending.waiting()
        reason = await shopper.answer(
            self._agent,
            model=self._make_model(job.options.model, recorder),
            options=job.options,
            history=history.model_messages([*job.branch, (job.answer, recorder.parts)]),
            door=door,
            limits=UsageLimits(
                request_limit=self._limits.requests,
                tool_calls_limit=self._limits.tool_calls,
                output_tokens_limit=self._limits.output_tokens,
            ),
        )
        return ending.waiting() if recorder.asks else ending.finished(reason)
