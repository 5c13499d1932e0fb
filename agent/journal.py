"""The service's log, from `info` up, is kept in `system_audit` too: one place to look, over all processes."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime

from agent.loop import Loop
from storage import system_audit
from storage.database import Database
from storage.system_audit import Event, Severity
from storage.text import storable

_log = logging.getLogger(__name__)

OURS = ("server", "storage", "tools", "agent", "api")
"""The loggers whose records are kept: those of our own modules."""

_MOST = 1_000
_LONGEST = 2_000
_TRACE = 8_000


class Journal(logging.Handler):
    """Holds at most the last 1,000 records, and one background loop that writes them every `every` seconds.

    It listens from `attach` to `detach`. Records made before `start` wait for it; what cannot be written waits for the
    database to be back.
    """

    def __init__(self, *, process: str, every: float = 1.0) -> None:
        super().__init__(logging.INFO)
        self._process = process
        self._held: deque[Event] = deque(maxlen=_MOST)
        self._database: Database | None = None
        self._loop = Loop(
            "journal", self.flush_held, every=every, complaint="the journal could not be written", log=_log
        )

    def attach(self) -> None:
        """Listen to our loggers."""
        for name in OURS:
            logging.getLogger(name).addHandler(self)

    def start(self, database: Database) -> None:
        """Begin to write."""
        self._database = database
        self._loop.start()

    def detach(self) -> None:
        """Listen no more."""
        for name in OURS:
            logging.getLogger(name).removeHandler(self)

    async def stop(self) -> None:
        """Write what is left, and no more."""
        await self._loop.stop()
        await self._loop.once()

    def emit(self, record: logging.LogRecord) -> None:
        """Hold a record; its own troubles are not for itself."""
        if record.name != _log.name:
            self._held.append(self._event(record))

    async def flush_held(self) -> int:
        """Write what is held; how many that were."""
        if self._database is None or not self._held:
            return 0
        events = list(self._held)
        async with self._database.connection() as conn:
            await system_audit.write(conn, events)
        for event in events:
            if self._held and self._held[0] is event:
                self._held.popleft()
        return len(events)

    def _event(self, record: logging.LogRecord) -> Event:
        payload = {"process": self._process}
        if record.exc_info is not None and record.exc_info[0] is not None:
            trace = logging.Formatter().formatException(record.exc_info)
            payload["trace"] = storable(trace, _TRACE)
        return Event(
            component=record.name,
            severity=_severity(record.levelno),
            message=storable(record.getMessage(), _LONGEST),
            payload=payload,
            at=datetime.fromtimestamp(record.created, UTC),
        )


def _severity(level: int) -> Severity:
    if level >= logging.CRITICAL:
        return "critical"
    if level >= logging.ERROR:
        return "error"
    return "warning" if level >= logging.WARNING else "info"
