"""The agent's door to the tools: a call is durable before it runs, its effect and its output commit together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from pydantic_ai import ApprovalRequired, ToolFailed
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from agent import recovery
from agent.recorder import Recorder
from agent.tool_outcome import Outcome
from storage import people, runs
from storage.audit import Cause
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Connection, Database
from storage.embedder import Embedder
from storage.errors import Busy, CartwrightError
from storage.parts import DataPart, Json, Part, SourceUrlPart, ToolPart
from storage.people import Person
from storage.runs import Fenced
from tools import confirmation
from tools.context import ToolContext
from tools.results import DataPart as ShownData
from tools.tool import Result, Tool

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Calls the tools for one run, in the name of the person who asked."""

    database: Database
    embedder: Embedder
    clock: Clock
    base_url: str
    person: Person
    store_id: UUID | None
    recorder: Recorder
    tools: Mapping[str, Tool]

    async def call(self, tool: Tool, call_id: str, raw: Mapping[str, Json]) -> Json:
        """Run `tool` and record how it came out; returns its output.

        Raises ToolFailed with what the model may read, ApprovalRequired once a person is asked to confirm the call.
        """
        await self.recorder.called(call_id, tool.name, raw)
        try:
            if tool.confirm is not None:
                await self._shielded(self._ask(tool, call_id, raw), call_id)
                raise ApprovalRequired
            if tool.effect == "write":
                return await self._shielded(self._write(tool, call_id, raw), call_id)
            async with self.database.connection() as conn:
                result = await tool.call(await self._context(conn, call_id, held=False), raw)
            await self.recorder.settle(call_id, _outcome(result))
            return cast("Json", result.output)
        except (Fenced, ApprovalRequired):
            raise
        except CartwrightError as error:
            text = sentence(error)
            if error.actor == "operator":
                _log.exception("tool %s failed", tool.name)
            await self.recorder.settle(call_id, Outcome(error_text=text))
            raise ToolFailed(text) from error
        except Exception as error:
            _log.exception("tool %s failed", tool.name)
            text = "This did not work because of a fault in the shop."
            await self.recorder.settle(call_id, Outcome(error_text=text))
            raise ToolFailed(text) from error

    async def go_on(self, part: ToolPart) -> None:
        """Run a call that was asked for before this process took the run over; how it comes out is recorded."""
        tool = self.tools.get(part.tool_name)
        if tool is None:
            await self.recorder.settle(part.tool_call_id, Outcome(error_text="There is no such tool any more."))
            return
        with suppress(ToolFailed, ApprovalRequired):
            await self.call(tool, part.tool_call_id, recovery.tool_input(part))

    async def _shielded(self, work: Coroutine[object, object, Json], call_id: str) -> Json:
        """A write that has begun is seen to its end: broken off in its commit, nobody would know how it came out."""
        write = asyncio.create_task(work, name=f"cartwright-write-{call_id}")
        try:
            return await asyncio.shield(write)
        except asyncio.CancelledError:
            await asyncio.wait([write])
            if write.done() and not write.cancelled() and (error := write.exception()) is not None:
                _log.warning("tool call %s was broken off and failed: %s", call_id, error)
            raise

    async def _write(self, tool: Tool, call_id: str, raw: Mapping[str, Json]) -> Json:
        async with self.recorder.settling:
            try:
                async with self.database.transaction() as conn:
                    result = await tool.call(await self._context(conn, call_id, held=True), raw)
                    settled = await self.recorder.settle_within(conn, call_id, _outcome(result))
            except CONNECTION_LOST:
                await self._reload()
                if (known := self.recorder.output(call_id)) is not None:
                    return known
                raise
            self.recorder.publish(settled)
        return cast("Json", result.output)

    async def _ask(self, tool: Tool, call_id: str, raw: Mapping[str, Json]) -> Json:
        """Ask the person: the action, the part that asks and what the page shows of it commit together."""
        async with self.recorder.settling:
            try:
                async with self.database.transaction() as conn:
                    ctx = await self._context(conn, call_id, held=True)
                    action = await confirmation.ask(ctx, tool, raw)
                    shown = data_part(confirmation.action_part(action, ctx, call_id))
                    asked = await self.recorder.ask_within(conn, call_id, action.id, shown)
            except CONNECTION_LOST:
                await self._reload()
                if self.recorder.asks_for(call_id):
                    return None
                raise
            self.recorder.publish(asked)
        return None

    async def _reload(self) -> None:
        """The connection broke and the outcome is unknown: the rows know it. Raises Fenced while they cannot be read.

        Nothing may be made of an unknown outcome: the run is then left to whoever takes it over, and reads the rows.
        """
        try:
            await self._read_rows()
        except (*CONNECTION_LOST, Busy) as error:
            self.recorder.lose()
            raise Fenced("The outcome of a call is unknown, and the database is out of reach.") from error

    @retry(
        retry=retry_if_exception_type((*CONNECTION_LOST, Busy)),
        wait=wait_fixed(0.25),
        stop=stop_after_delay(30),
        reraise=True,
    )
    async def _read_rows(self) -> None:
        async with self.database.transaction() as conn:
            # Waits for the lost transaction's own lock: until it is over, its rows may still appear.
            if await runs.lock(conn, self.recorder.run.id) != self.recorder.run.epoch:
                # Another process makes the answer by now: its parts, shown as ours, would pass over what it took back.
                self.recorder.lose()
                raise Fenced
            await self.recorder.reload(conn)

    async def _context(self, conn: Connection, call_id: str, *, held: bool) -> ToolContext:
        """A guest may have signed in since the run began: the chat says whose it is, and stays theirs while `held`."""
        run = self.recorder.run
        person = await people.of_run(conn, run.id, self.person.session_id, held=held)
        return ToolContext(
            conn=conn,
            person=person,
            store_id=self.store_id,
            embedder=self.embedder,
            clock=self.clock,
            base_url=self.base_url,
            cause=Cause(message_id=run.message_id, tool_call_id=call_id),
        )


def follow(result: Result) -> tuple[Part, ...]:
    """The parts that follow from a tool's result, for the page; whoever keeps them sets order and step."""
    sources = [
        SourceUrlPart(order=0, step=0, source_id=source.source_id, url=source.url, title=source.title)
        for source in result.sources
    ]
    return (*map(data_part, result.data), *sources)


def data_part(shown: ShownData) -> DataPart:
    """A tool's data part as a part of a message."""
    return DataPart(order=0, step=0, name=shown.name, data_id=shown.id, content=cast("Json", shown.content))


def _outcome(result: Result) -> Outcome:
    return Outcome(output=cast("Json", result.output), parts=follow(result))


def sentence(error: CartwrightError) -> str:
    """What the model and the shopper may read of it."""
    if error.actor == "operator":
        return "This did not work because of a fault in the shop."
    return error.detail
