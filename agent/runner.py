"""The runner makes the answers of this process: each is a task of its own, which no reader that leaves can stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
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
from agent.recorder import Recorder
from agent.tee import Tee
from storage import runs
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
    """What one run may use: model requests, tool calls, seconds."""

    requests: int = 8
    tool_calls: int = 16
    seconds: float = 120.0


@dataclass(slots=True)
class _Live:
    recorder: Recorder
    task: asyncio.Task[None]
    broken_off: Reason | None = None


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
        self._tools = {tool.name: tool for tool in tools}
        self._agent = shopper.build(self._tools.values())
        self._embedder = embedder
        self._make_model = make_model
        self._clock = clock
        self._limits = limits
        self._live: dict[UUID, _Live] = {}
        self._by_message: dict[UUID, Recorder] = {}

    @property
    def running(self) -> list[UUID]:
        """The runs this process makes."""
        return list(self._live)

    def recorder(self, message_id: UUID) -> Recorder | None:
        """The recorder of an answer this process is making."""
        return self._by_message.get(message_id)

    def submit(self, job: Job) -> None:
        """Begin to make an answer, or go on with one that another process began."""
        run, left = job.run, recovery.remains(job.parts)
        recorder = Recorder(
            run, job.answer.public_id, job.metadata, self._flusher, self._clock, kept=left.kept, steps=job.steps
        )
        self._by_message[run.message_id] = recorder
        task = asyncio.create_task(self._run(job, left, recorder), name=f"cartwright-run-{run.id}")
        self._live[run.id] = _Live(recorder, task)
        task.add_done_callback(lambda _: self._forget(job))

    async def stop(self, run_id: UUID) -> bool:
        """Stop a run of this process and wait for its end; False when it is not made here."""
        return await self._break_off(run_id, "stop")

    def lose(self, run_id: UUID) -> None:
        """Another process holds this run by now: let go of it and write nothing more."""
        if (live := self._live.get(run_id)) is not None:
            live.broken_off = "lost"
            live.task.cancel()

    async def close(self, grace: float) -> None:
        """Let runs end within `grace` seconds, then hand the others back so that another process goes on at once."""
        if self._live:
            await asyncio.wait([live.task for live in self._live.values()], timeout=grace)
        await asyncio.gather(*(self._break_off(run_id, "hand-back") for run_id in self.running))

    async def _break_off(self, run_id: UUID, reason: Reason) -> bool:
        live = self._live.get(run_id)
        if live is None:
            return False
        if live.broken_off is None:
            live.broken_off = reason
            live.task.cancel()
        await asyncio.wait([live.task])
        return True

    def _forget(self, job: Job) -> None:
        self._live.pop(job.run.id, None)
        self._by_message.pop(job.run.message_id, None)

    async def _run(self, job: Job, left: recovery.Remains, recorder: Recorder) -> None:
        try:
            try:
                outcome: ending.Outcome | None = await self._outcome(job, left, recorder)
            except asyncio.CancelledError:
                outcome = await self._broken_off(job, recorder)
            if outcome is not None:
                await ending.end(self._database, recorder, outcome, self._clock)
        except Fenced:
            _log.warning("run %s is held by another process now", recorder.run.id)
        except Exception:
            _log.exception("run %s could not be ended; it is left to be taken over", recorder.run.id)
        finally:
            recorder.leave()

    async def _broken_off(self, job: Job, recorder: Recorder) -> ending.Outcome | None:
        live = self._live.get(job.run.id)
        reason: Reason = "hand-back" if live is None or live.broken_off is None else live.broken_off
        match reason:
            case "stop":
                return ending.stopped()
            case "hand-back":
                await recorder.flushed()
                async with self._database.connection() as conn:
                    await runs.hand_back(conn, self.name, [job.run.id], self._clock())
            case "lost":
                pass
        return None

    async def _outcome(self, job: Job, left: recovery.Remains, recorder: Recorder) -> ending.Outcome:
        if left.error is not None:
            return ending.failed_before(left.error)
        if left.complete:
            return ending.finished("stop")
        if job.run.attempts > runs.MAX_ATTEMPTS:
            text = "The answer was interrupted too often. Please ask again."
            return ending.failed("abandoned", text, retry=True)
        try:
            async with asyncio.timeout(self._limits.seconds):
                return ending.finished(await self._answer(job, left, recorder))
        except ModelFailed as error:
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

    async def _answer(self, job: Job, left: recovery.Remains, recorder: Recorder) -> str | None:
        door = Door(
            database=self._database,
            embedder=self._embedder,
            clock=self._clock,
            base_url=job.run.base_url,
            person=job.person,
            store_id=job.store_id,
            recorder=recorder,
            tools=self._tools,
        )
        for call in left.open_calls:
            await door.go_on(call)
        return await shopper.answer(
            self._agent,
            model=self._make_model(job.options.model, recorder),
            options=job.options,
            history=history.model_messages([*job.branch, (job.answer, recorder.parts)]),
            door=door,
            limits=UsageLimits(request_limit=self._limits.requests, tool_calls_limit=self._limits.tool_calls),
        )
