"""Actions that nobody answered in time are settled as expired, so that pages and the model see them so."""

from __future__ import annotations

import logging

from agent import deciding
from agent.loop import Loop
from storage import actions
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.embedder import Embedder

_log = logging.getLogger(__name__)

_MOST = 100


class Expiry(Loop):
    """One background loop a process, which looks every `every` seconds; several processes do not harm each other.

    Nothing rests on it: an action past its time is expired whether or not this has written it yet.
    """

    def __init__(self, *, database: Database, embedder: Embedder, clock: Clock, every: float = 20.0) -> None:
        super().__init__("expiry", self.look, every=every, complaint="expired actions could not be settled", log=_log)
        self._database = database
        self._embedder = embedder
        self._clock = clock

    async def look(self) -> int:
        """Settle what is due, some at a time; how many were. One that cannot be settled does not keep the others."""
        async with self._database.connection() as conn:
            found = await actions.due(conn, self._clock(), _MOST)
        settled = 0
        for action in found:
            try:
                async with self._database.transaction() as conn:
                    settled += await deciding.expire(conn, action, self._embedder, self._clock)
            except CONNECTION_LOST:
                raise
            except Exception:
                _log.exception("the expired action %s could not be settled", action.id)
        return settled
