"""A signal wakes everybody who waits for the next change."""

from __future__ import annotations

import asyncio


class Signal:
    """Counts changes; who has seen `count` of them can wait for the next one.

    Cheaper than an `asyncio.Event` a change: with nobody waiting, a change is one addition.
    """

    __slots__ = ("_waiting", "count")

    def __init__(self) -> None:
        self.count = 0
        self._waiting: list[asyncio.Future[None]] = []

    def give(self) -> None:
        """There was a change."""
        self.count += 1
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for future in waiting:
                if not future.done():
                    future.set_result(None)

    async def beyond(self, seen: int) -> None:
        """Returns once `count` is more than `seen`."""
        while self.count <= seen:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
