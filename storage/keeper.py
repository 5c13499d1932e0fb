"""The keeper starts the embedded server again when it has died: who runs a server is its supervisor."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from storage.errors import CartwrightError

_log = logging.getLogger(__name__)

_LONGEST_PAUSE = 30.0


class Mortal(Protocol):
    """What is kept: a server that may die."""

    def is_up(self) -> bool: ...

    def revive(self) -> None: ...


class Keeper:
    """One background loop a server. Times are seconds.

    It looks every `look`. Starts that follow one another wait twice as long each time; after `tries` of which none
    has lived for `settled` it gives up, and says so to the operator.
    """

    def __init__(
        self, server: Mortal, *, look: float = 1.0, pause: float = 1.0, tries: int = 6, settled: float = 5.0
    ) -> None:
        self._server = server
        self._look = look
        self._pause = pause
        self._tries = tries
        self._settled = settled
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look after the server, which runs."""
        self._task = asyncio.create_task(self._loop(), name="cartwright-embedded-keeper")

    async def stop(self) -> None:
        """Leave the server to itself."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _loop(self) -> None:
        now, tried, last = asyncio.get_running_loop().time, 0, 0.0
        while True:
            await asyncio.sleep(self._look)
            if await asyncio.to_thread(self._server.is_up):
                tried = 0 if now() - last > self._settled else tried
                continue
            if tried == self._tries:
                break
            if tried:
                await asyncio.sleep(min(self._pause * 2 ** (tried - 1), _LONGEST_PAUSE))
            tried, last = tried + 1, now()
            await self._start_again(tried)
        _log.error(
            "the embedded server has died and was started %d times in vain, the service answers 503: "
            "look at postgres/server.log in the data folder, then restart the service",
            tried,
        )

    async def _start_again(self, number: int) -> None:
        try:
            await asyncio.to_thread(self._server.revive)
            _log.warning("the embedded server had died and was started again (start %d of %d)", number, self._tries)
        except CartwrightError as error:
            _log.error("the embedded server has died, start %d of %d failed: %s", number, self._tries, error)
