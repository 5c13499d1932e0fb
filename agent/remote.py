"""An answer that another process makes, as its rows have it: read once for all readers here, and only what is new."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from agent import recovery
from agent.reader import View
from storage import messages, parts, runs
from storage.database import Connection
from storage.errors import NotFound
from storage.messages import Message
from storage.parts import Part
from storage.runs import Run, RunEnd, Usage


@dataclass(slots=True)
class Remote:
    """What is known here of one such answer; parts that are closed are not read again."""

    message_id: UUID
    _closed: list[Part] = field(default_factory=list)
    _run: Run | None = None

    async def read(self, conn: Connection) -> View:
        """The answer as it stands. Raises NotFound."""
        run = await self._current(conn)
        while True:
            fresh = await parts.since(conn, self.message_id, len(self._closed))
            again = await self._current(conn)
            if again.epoch == run.epoch:
                break
            run = again
        message = await messages.get(conn, self.message_id)
        if message is None:
            raise NotFound("There is no such message.")
        found = [*self._closed, *fresh]
        while len(self._closed) < len(found) and found[len(self._closed)].closed:
            self._closed.append(found[len(self._closed)])
        return view(run, message, found)

    async def _current(self, conn: Connection) -> Run:
        """The run as it stands. A take-over takes parts back: what is known of them counts no longer."""
        run = await runs.of_message(conn, self.message_id)
        if run is None:
            raise NotFound("There is no such message.")
        if self._run is None or run.epoch != self._run.epoch:
            self._closed.clear()
        self._run = run
        return run


def view(run: Run, message: Message, found: list[Part]) -> View:
    """Rows as a reader sees them."""
    ended = _end(run)
    return View(
        message_id=message.public_id,
        start_metadata=message.metadata,
        parts=found,
        facts=recovery.remains(found).kept if ended is None else found,
        retractions=run.retractions,
        ended=ended,
        end_metadata=message.metadata,
    )


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
