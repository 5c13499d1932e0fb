"""Row 3: readers that leave and never come back."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable

from agent.warmup import warm
from storage.embedder import create
from storage.settings import StorageSettings
from tests.faults.conftest import Ground as Shared
from tests.faults.conftest import Report
from tests.faults.shopper import Shopper, until
from tests.support.providers import openai
from tests.support.providers.loopback import Reply
from tests.support.providers.script import End, Text, Wait
from tests.support.service import Ground, running
from tests.support.sse_client import Broken

CHATS = 10


def _figures() -> tuple[int, int]:
    """Tasks and file descriptors of this process; the provider, which is in it too, keeps its connections."""
    tasks = [task for task in asyncio.all_tasks() if task.get_name() != "provider-connection"]
    return len(tasks), len(os.listdir("/proc/self/fd"))


async def _left(shopper: Shopper, body: object | None, after: float) -> None:
    """Post, or read on, and hang up without a word."""
    try:
        response = await (shopper.post(body) if body else shopper.resume(None))
        await asyncio.sleep(after)
        response.close()
    except Broken:
        pass


async def test_readers_that_leave_leave_nothing_behind(
    ground: Shared, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    readers, gate = count(1000), asyncio.Event()
    await warm()
    words = [Text(f"word{number} ") for number in range(20)]
    reply = Reply([*openai.reply(words).steps, Wait(gate), *openai.reply([*words, End()]).steps])
    here = Ground(ground.url, ground.database, create(StorageSettings()))
    async with running(here, openai.reply([*words, End()]), reply) as service:
        # The first stream of a process starts what all of them share.
        await (await ground.shopper(service.url)).ask("hello")
        shoppers = [await ground.shopper(service.url) for _ in range(CHATS)]
        before = _figures()
        await asyncio.gather(*(_left(one, one.body("hello"), 0.2) for one in shoppers))
        for _ in range(readers // 100):
            batch = [_left(chance.choice(shoppers), None, chance.uniform(0, 0.3)) for _ in range(100)]
            await asyncio.gather(*batch)
        made = list(service.service.runner.running)
        gate.set()
        pool = ground.database.pool
        await until(lambda: not service.service.runner.running and _figures()[0] <= before[0])
        # All but the one the flusher keeps; a loop may hold one for a moment.
        await until(lambda: pool.get_idle_size() == pool.get_size() - 1)
        after = _figures()
        texts = [(await one.history())[-1] for one in shoppers]
    report("readers that left", readers + CHATS)
    report("tasks left", after[0] - before[0])
    report("descriptors left", after[1] - before[1])
    report("runs finished", f"{sum(text['metadata']['state'] == 'finished' for text in texts)} of {len(made)}")
    assert len(made) == CHATS
    assert all(text["metadata"]["state"] == "finished" for text in texts)
    # The provider's connections are kept for the next answer.
    assert after[1] - before[1] <= 2 * CHATS + pool.get_size()
