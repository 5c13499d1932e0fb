"""Notices from other processes: answers that grew, runs to stop, runs that wait for somebody to make them.

One connection a process listens. What it misses costs latency only: everybody who waits here also looks at the rows
from time to time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from storage.errors import DatabaseUnreachable
from storage.notices import CHANNEL

_log = logging.getLogger(__name__)

Listening: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

GREW, STOP, WAITING = "grew", "stop", "waiting"
_MOST = 200


def grew(message_ids: Iterable[UUID]) -> list[str]:
    """The notices that these answers have grown, as few as the limit of a payload allows."""
    ids = [message_id.hex for message_id in message_ids]
    return [f"{GREW}:{','.join(ids[start : start + _MOST])}" for start in range(0, len(ids), _MOST)]


class Notices:
    """Listens for this process. `start` and `stop` belong to the runner."""

    def __init__(self, connect: Callable[[], Awaitable[Listening]], *, retry_after: float = 1.0) -> None:
        self._connect = connect
        self._retry_after = retry_after
        self._watched: dict[UUID, asyncio.Event] = {}
        self._task: asyncio.Task[None] | None = None
        self.stop_asked = asyncio.Event()
        self.run_waits = asyncio.Event()

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._loop(), name="cartwright-notices")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def watch(self, message_id: UUID) -> asyncio.Event:
        """Set once, when the answer has grown; take it before looking at the rows."""
        return self._watched.setdefault(message_id, asyncio.Event())

    def unwatch(self, message_id: UUID) -> None:
        """Nobody here waits for this answer any longer."""
        self._watched.pop(message_id, None)

    async def _loop(self) -> None:
        while True:
            try:
                await self._listen()
            except (DatabaseUnreachable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("notices are not heard, rows are polled: %s", error)
            await asyncio.sleep(self._retry_after)

    async def _listen(self) -> None:
        conn = await self._connect()
        try:
            gone = asyncio.Event()
            conn.add_termination_listener(lambda _: gone.set())
            await conn.add_listener(CHANNEL, self._heard)
            self.wake_all()
            await gone.wait()
        finally:
            conn.terminate()

    def _heard(self, _conn: Any, _pid: int, _channel: str, payload: object) -> None:
        kind, _, ids = str(payload).partition(":")
        if kind == STOP:
            self.stop_asked.set()
        elif kind == WAITING:
            self.run_waits.set()
        elif kind == GREW:
            for text in ids.split(","):
                if (event := self._watched.pop(UUID(text), None)) is not None:
                    event.set()

    def wake_all(self) -> None:
        """Let everybody look once: what was said while nobody listened is lost."""
        for event in self._watched.values():
            event.set()
        self._watched.clear()
        self.stop_asked.set()
        self.run_waits.set()
