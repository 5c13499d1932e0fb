"""Guests who cannot come back are forgotten after a time."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from agent.loop import Loop
from storage import erasing, system_audit
from storage.clock import Clock
from storage.database import Database

_log = logging.getLogger(__name__)

_LOOKS = 2000
_FIRST = UUID(int=0)


class Forgetter(Loop):
    """One loop a process, which looks at 2,000 guests every `every` seconds and deletes at most `most` of them.

    It goes through all guests in the order of their ids and then begins anew. Each one goes in a transaction of their
    own. Each process has its place and its bound; a sweep that meets another one deleting ends there. `after` is how
    long a guest is kept.
    """

    def __init__(
        self, *, database: Database, clock: Clock, after: timedelta, every: float = 600.0, most: int = 500
    ) -> None:
        super().__init__("forgetter", self.sweep, every=every, complaint="guests could not be forgotten", log=_log)
        self._database = database
        self._clock = clock
        self._after = after
        self._most = most
        self._last = _FIRST

    async def sweep(self) -> int:
        """Look once; how many guests were deleted."""
        now = self._clock()
        async with self._database.connection() as conn:
            looked = await erasing.guests_after(conn, self._last, _LOOKS)
            found = await erasing.abandoned(conn, looked, now - self._after, now)
        gone = 0
        try:
            for user_id in found[: self._most]:
                async with self._database.transaction() as conn:
                    if not await erasing.alone(conn):
                        return gone
                    # Who cannot be deleted, whatever the reason, does not keep the others.
                    self._last = user_id
                    gone += await erasing.forget(conn, user_id, now - self._after, now)
        finally:
            if gone:
                async with self._database.connection() as conn:
                    await system_audit.note(conn, "auth", "info", "guests were deleted", {"count": gone})
        if len(found) <= self._most:
            self._last = looked[-1] if len(looked) == _LOOKS else _FIRST
        return gone
