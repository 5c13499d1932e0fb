"""The runner owns the runs of this process: each is a task of its own, which no reader that leaves can stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic_ai import Agent, UsageLimitExceeded, UsageLimits
from pydantic_ai.models import Model

from agent import ending, history, shopper
from agent.door import Door
from agent.errors import ModelFailed
from agent.flusher import Flusher
from agent.recorder import Recorder
from agent.tee import Tee
from agent.turn import Lease, Turn
from storage import messages, parts, runs
from storage.ai_options import AiOptions
from storage.clock import Clock
from storage.database import Database
from storage.embedder import Embedder
from storage.messages import Message
from storage.parts import Part
from storage.people import Person
from storage.runs import Fenced, Run

_log = logging.getLogger(__name__)

ModelMaker = Callable[[str, Tee], Model]
"""Makes the model of one run: its name, and where its words go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use: model requests, tool calls, seconds."""

    requests: int = 8
    tool_calls: int = 16
    seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A turn to answer, for whom and with what."""

    turn: Turn
    person: Person
    options: AiOptions
    base_url: str


class Runner:
    """Starts and ends runs. `start` and `stop` belong to the server's lifespan."""

    def __init__(
        self,
        *,
        database: Database,
        agent: Agent[Door, str],
        embedder: Embedder,
        make_model: ModelMaker,
        clock: Clock,
        name: str,
        limits: Limits,
        lease: timedelta = timedelta(seconds=15),
        heartbeat: float = 5.0,
    ) -> None:
        self._database = database
        self._agent = agent
        self._embedder = embedder
        self._make_model = make_model
        self._clock = clock
        self._limits = limits
        self._heartbeat = heartbeat
        self._flusher = Flusher(database)
        self._recorders: dict[UUID, Recorder] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._beat: asyncio.Task[None] | None = None
        self.lease = Lease(owner=name, lasts=lease)

    async def start(self) -> None:
        """Begin to keep leases and to write parts."""
        self._flusher.start()
        self._beat = asyncio.create_task(self._keep_leases(), name="cartwright-leases")

    async def stop(self, grace: float = 5.0) -> None:
        """Let runs end within `grace` seconds, then break them off with an error that invites to ask again."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=grace)
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        await self._flusher.stop()

    def recorder(self, message_id: UUID) -> Recorder | None:
        """The recorder of an answer this process is making."""
        return self._recorders.get(message_id)

    def submit(self, job: Job) -> None:
        """Begin to answer."""
        run = job.turn.run
        recorder = Recorder(run, job.turn.answer.public_id, job.turn.answer.metadata, self._flusher, self._clock)
        self._recorders[run.message_id] = recorder
        task = asyncio.create_task(self._run(job, recorder), name=f"cartwright-run-{run.id}")
        self._tasks[run.id] = task
        task.add_done_callback(lambda _: self._forget(run))

    def _forget(self, run: Run) -> None:
        self._tasks.pop(run.id, None)
        self._recorders.pop(run.message_id, None)

    async def _run(self, job: Job, recorder: Recorder) -> None:
        try:
            outcome = await self._outcome(job, recorder)
            await ending.end(self._database, recorder, outcome, self._clock)
        except Fenced:
            _log.warning("run %s is held by another process now", recorder.run.id)
            recorder.lose()
        except Exception:
            _log.exception("run %s could not be ended", recorder.run.id)
            recorder.lose()

    async def _outcome(self, job: Job, recorder: Recorder) -> ending.Outcome:
        try:
            async with asyncio.timeout(self._limits.seconds):
                reason = await self._answer(job, recorder)
        except ModelFailed as error:
            return ending.failed(error.code, error.detail, retry=error.retry)
        except TimeoutError:
            return ending.failed("run-timeout", "The answer took too long. Please try again.", retry=True)
        except UsageLimitExceeded:
            text = "This needed more steps than one answer may take. Please ask for less at once."
            return ending.failed("too-many-steps", text, retry=False)
        except Fenced:
            raise
        except asyncio.CancelledError:
            text = "The answer was interrupted because the server is stopping. Please ask again."
            return ending.failed("interrupted", text, retry=True)
        except Exception:
            _log.exception("run %s failed", recorder.run.id)
            return ending.failed("internal", "Something went wrong on our side. Please try again.", retry=True)
        return ending.finished(reason)

    async def _answer(self, job: Job, recorder: Recorder) -> str | None:
        door = Door(
            database=self._database,
            embedder=self._embedder,
            clock=self._clock,
            base_url=job.base_url,
            person=job.person,
            store_id=job.turn.chat.store_id,
            recorder=recorder,
        )
        return await shopper.answer(
            self._agent,
            model=self._make_model(job.options.model, recorder),
            options=job.options,
            history=history.model_messages(await self._branch(job.turn.run)),
            door=door,
            limits=UsageLimits(request_limit=self._limits.requests, tool_calls_limit=self._limits.tool_calls),
        )

    async def _branch(self, run: Run) -> Sequence[tuple[Message, Sequence[Part]]]:
        async with self._database.connection() as conn:
            branch = await messages.branch(conn, run.user_message_id)
            found = await parts.of_messages(conn, [message.id for message in branch])
        return [(message, found[message.id]) for message in branch]

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            until = self._clock() + self.lease.lasts
            try:
                async with self._database.connection() as conn:
                    await runs.extend(conn, self.lease.owner, list(self._tasks), until)
            except Exception:
                _log.exception("leases could not be kept")
