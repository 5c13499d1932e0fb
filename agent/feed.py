"""The feed serves a reader: from memory while this process makes the answer, otherwise from rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from agent.chunks import Chunk
from agent.reader import Reader, View
from agent.recorder import Recorder
from agent.runner import Runner
from storage import messages, parts, runs
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.runs import Run, RunEnd, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Follows answers. `poll` is how often, in seconds, rows made by another process are looked at."""

    database: Database
    runner: Runner
    poll: float = 0.25

    async def follow(self, message_id: UUID, reader: Reader) -> AsyncIterator[list[Chunk]]:
        """What the message holds beyond the reader, then whatever grows, until it ends."""
        recorder = self.runner.recorder(message_id)
        if recorder is not None:
            async for grown in _from_memory(recorder, reader):
                yield grown
        while not reader.finished:
            async with self.database.connection() as conn:
                view = await stored(conn, message_id)
            if grown := reader.read(view):
                yield grown
            elif not reader.finished:
                await asyncio.sleep(self.poll)


async def _from_memory(recorder: Recorder, reader: Reader) -> AsyncIterator[list[Chunk]]:
    while not (reader.finished or recorder.lost):
        changed = recorder.changed
        if grown := reader.read(recorder.view()):
            yield grown
        else:
            await changed.wait()


async def stored(conn: Connection, message_id: UUID) -> View:
    """The message as its rows have it. Raises NotFound."""
    run = await runs.of_message(conn, message_id)
    message = await messages.get(conn, message_id)
    if run is None or message is None:
        raise NotFound("There is no such message.")
    found = await parts.of_message(conn, message_id)
    return View(message.public_id, message.metadata, found, found, _end(run), message.metadata)


def _end(run: Run) -> RunEnd | None:
    match run.state:
        case "queued" | "running":
            return None
        case state:
            return RunEnd(
                state=state,
                finish_reason=run.finish_reason or "other",
                usage=Usage(),
                error_code=run.error_code,
                error_text=run.error_text,
                error_retry=run.error_retry,
            )
