from __future__ import annotations

import asyncio

from agent.signal import Signal


async def test_everybody_who_waits_is_woken_by_the_next_change() -> None:
    signal = Signal()
    waiting = [asyncio.create_task(signal.beyond(0)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    signal.give()
    await asyncio.gather(*waiting)


async def test_a_change_that_was_missed_is_not_waited_for() -> None:
    signal = Signal()
    seen = signal.count
    signal.give()
    await signal.beyond(seen)


async def test_a_waiter_that_goes_takes_nobody_with_it() -> None:
    signal = Signal()
    gone, stays = (asyncio.create_task(signal.beyond(0)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    signal.give()
    await stays
    assert gone.cancelled()
