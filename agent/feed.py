"""The feed serves readers: from memory while this process makes the answer, otherwise from rows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from uuid import UUID

from agent.cursor import Marked, marked
from agent.notices import Notices
from agent.reader import Cut, Reader, View
from agent.recorder import Recorder
from agent.remote import Remote
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy

_log = logging.getLogger(__name__)


class Feed:
    """Follows answers for readers of this process.

    `recorder_of` finds the recorder of an answer made here; `poll` is how often, in seconds, rows made by another
    process are looked at when no notice comes.
    """

    def __init__(
        self,
        *,
        database: Database,
        notices: Notices,
        recorder_of: Callable[[UUID], Recorder | None],
        poll: float = 1.0,
    ) -> None:
        self._database = database
        self._notices = notices
        self._recorder_of = recorder_of
        self._poll = poll
        self._remotes: dict[UUID, _Shared] = {}
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let every reader go: the server stops."""
        self._closing.set()
        self._notices.wake_all()

    async def view(self, message_id: UUID) -> View:
        """The answer as it stands now. Raises NotFound."""
        if (recorder := self._made_here(message_id)) is not None:
            return recorder.view()
        async with self._database.connection() as conn:
            return await Remote(message_id).read(conn)

    async def follow(self, message_id: UUID, reader: Reader, life: float) -> AsyncGenerator[list[Marked], None]:
        """What the message holds beyond the reader, then whatever grows, until it ends.

        Raises Cut: Retracted, or Closing when the server stops or `life` seconds are over.
        """
        deadline = asyncio.get_running_loop().time() + life
        while not reader.finished:
            if (recorder := self._made_here(message_id)) is not None:
                source = self._from_memory(message_id, recorder, reader, deadline)
            else:
                source = self._from_rows(message_id, reader, deadline)
            async with aclosing(source) as looks:
                async for grown in looks:
                    yield grown

    def _made_here(self, message_id: UUID) -> Recorder | None:
        """The recorder of an answer made here; one that was lost to another process knows less than the rows."""
        recorder = self._recorder_of(message_id)
        return None if recorder is None or recorder.lost else recorder

    async def _from_memory(
        self, message_id: UUID, recorder: Recorder, reader: Reader, deadline: float
    ) -> AsyncGenerator[list[Marked], None]:
        loop, name = asyncio.get_running_loop(), str(message_id)
        # One timer a response, not one a wait: at this place every microsecond is paid per token.
        alarm = loop.call_at(deadline, recorder.changes.give)
        try:
            while not recorder.lost:
                seen = recorder.changes.count
                if grown := marked(reader, recorder.view(), name):
                    yield grown
                if reader.finished:
                    return
                if self._closing.is_set() or loop.time() >= deadline:
                    raise Closing
                await recorder.changes.beyond(seen)
        finally:
            alarm.cancel()

    async def _from_rows(self, message_id: UUID, reader: Reader, deadline: float) -> AsyncGenerator[list[Marked], None]:
        name, shared = str(message_id), self._remotes.setdefault(message_id, _Shared(Remote(message_id)))
        shared.readers += 1
        try:
            while not reader.finished and self._made_here(message_id) is None:
                grew = self._notices.watch(message_id)
                view = await self._look(shared, grew)
                if view is not None and (grown := marked(reader, view, name)):
                    yield grown
                else:
                    await self._until(grew, deadline)
                    shared.stale = shared.stale or not grew.is_set()
        finally:
            shared.readers -= 1
            if shared.readers == 0:
                self._remotes.pop(message_id, None)
                self._notices.unwatch(message_id)

    async def _look(self, shared: _Shared, grew: asyncio.Event) -> View | None:
        try:
            return await shared.read(self._database, grew)
        except (*CONNECTION_LOST, Busy) as error:
            _log.warning("rows cannot be read now, readers wait: %s", error)
            return None

    async def _until(self, event: asyncio.Event, deadline: float) -> None:
        """Wait for the event for as long as one poll. Raises Closing past the deadline or when the server stops."""
        if self._closing.is_set() or asyncio.get_running_loop().time() >= deadline:
            raise Closing
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await event.wait()


class Closing(Cut):
    """The server stops, or the response has lived long enough: the reader comes back."""


class _Shared:
    """One look at the rows serves every reader that waited for it."""

    def __init__(self, remote: Remote) -> None:
        self.readers = 0
        self.stale = True
        self._remote = remote
        self._seen: asyncio.Event | None = None
        self._view: View | None = None
        self._lock = asyncio.Lock()

    async def read(self, database: Database, grew: asyncio.Event) -> View:
        """The answer's rows as of `grew`, which is set when they have grown since."""
        async with self._lock:
            if self.stale or self._view is None or self._seen is not grew or grew.is_set():
                self.stale, self._seen = False, grew
                async with database.connection() as conn:
                    self._view = await self._remote.read(conn)
            return self._view
