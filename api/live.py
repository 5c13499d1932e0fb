"""Live streams are cut when the session they are read by is ended, in whichever process that happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from agent.loop import Loop
from storage import sessions
from storage.clock import Clock
from storage.database import Database

_log = logging.getLogger(__name__)


class Streams(Loop):
    """One loop a process, which asks about all sessions with a live stream here in one statement each `every` seconds.

    While the database cannot be asked, streams go on.
    """

    def __init__(self, *, database: Database, clock: Clock, every: float = 2.0) -> None:
        complaint = "sessions of live streams could not be read"
        super().__init__("streams", self._cut_ended, every=every, complaint=complaint, log=_log)
        self._database = database
        self._clock = clock
        self._held: dict[UUID, set[Callable[[], None]]] = {}

    @contextmanager
    def holding(self, session_id: UUID, cut: Callable[[], None]) -> Iterator[None]:
        """Have `cut` called once when the session may read no more, as long as the block lasts."""
        self._held.setdefault(session_id, set()).add(cut)
        try:
            yield
        finally:
            there = self._held.get(session_id, set())
            there.discard(cut)
            if not there:
                self._held.pop(session_id, None)

    async def _cut_ended(self) -> None:
        if not self._held:
            return
        async with self._database.connection() as conn:
            over = await sessions.ended(conn, tuple(self._held), self._clock())
        for session_id in over:
            for cut in tuple(self._held.get(session_id, ())):
                cut()
