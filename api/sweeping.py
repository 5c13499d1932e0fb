"""What has expired leaves: sessions, codes, throttles."""

from __future__ import annotations

import logging
from datetime import timedelta

from agent.loop import Loop
from storage import housekeeping
from storage.clock import Clock
from storage.database import Database

_log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long a session that is over stays, for whoever looks into what happened."""

_MOST = 1000


class Sweeper(Loop):
    """One loop a process, which sweeps every `every` seconds; one process at a time, at most 1,000 rows of a table."""

    def __init__(self, *, database: Database, clock: Clock, every: float = 600.0) -> None:
        super().__init__("sweeper", self.sweep, every=every, complaint="what has expired could not be swept", log=_log)
        self._database = database
        self._clock = clock

    async def sweep(self) -> int:
        """Sweep once; how many rows left. None do while another process is at it."""
        now = self._clock()
        async with self._database.transaction() as conn:
            rows = await housekeeping.sweep(conn, now, now - KEPT, _MOST)
        if rows:
            _log.info("swept %d rows that had expired", rows)
        return rows
