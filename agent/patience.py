from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agent.errors import ModelFailed


@asynccontextmanager
async def patience(seconds: float, late: type[ModelFailed], model: str) -> AsyncIterator[Callable[[], None]]:
    """Raises `late` when the block takes longer than `seconds` since it began or since the yielded call was last made.

    The call may come thousands of times a second: the timer is moved a few times in `seconds`, so a silence is noticed
    up to a sixteenth early.
    """
    loop = asyncio.get_running_loop()
    moved = loop.time()
    try:
        async with asyncio.timeout(seconds) as limit:

            def again() -> None:
                nonlocal moved
                now = loop.time()
                if now - moved > seconds / 16:
                    moved = now
                    limit.reschedule(now + seconds)

            yield again
    except TimeoutError:
        if not limit.expired():
            raise
        raise late(model=model) from None
