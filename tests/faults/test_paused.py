"""Row 6: a server is stopped (SIGSTOP) until another one has its answers, then goes on (SIGCONT)."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable

from tests.faults.conftest import LEASE, Ground, Report
from tests.faults.shopper import all_begun, shown

RUNS = 6

_ROWS = """
select p.*, r.epoch, r.state, r.owner, r.retractions from parts p join runs r on r.message_id = p.message_id
join chats c on c.id = r.chat_id where c.public_id = any($1::text[]) order by p.message_id, p."order"
"""
_TAKEN_OVER = """
select count(*) = 0 from runs r join chats c on c.id = r.chat_id
where c.public_id = any($1::text[]) and (r.epoch < 2 or r.state = 'running')
"""


async def test_a_paused_owner_writes_nothing_once_it_goes_on(
    pair: Ground, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    rounds, seen = count(20), 0
    async with pair.running() as paused:
        for _ in range(rounds):
            shoppers = [await pair.shopper(paused.url, pair.urls[0]) for _ in range(RUNS)]
            texts = ["hold 60 60", f"cart {pair.product.id} 30 hold 20"] * (RUNS // 2)
            asking = await all_begun(list(zip(shoppers, texts, strict=True)))
            await asyncio.sleep(chance.uniform(0, 1))
            # Its readers see nothing of it: their connections are as good as any.
            paused.send(signal.SIGSTOP)
            pair.brain.go.set()
            await pair.until(_TAKEN_OVER, [one.chat for one in shoppers])
            async with pair.database.connection() as conn:
                before = await conn.fetch(_ROWS, [one.chat for one in shoppers])
            paused.send(signal.SIGCONT)
            answers = await asyncio.gather(*asking)
            await asyncio.sleep(LEASE / 2)
            async with pair.database.connection() as conn:
                after = await conn.fetch(_ROWS, [one.chat for one in shoppers])
            assert [dict(row) for row in after] == [dict(row) for row in before]
            for shopper, answer in zip(shoppers, answers, strict=True):
                assert shown(answer.client.message) == shown((await shopper.history(pair.urls[0]))[-1])
            seen += len(after)
            pair.brain.go.clear()
        fresh = await pair.shopper(paused.url)
        assert (await fresh.ask("talk 2")).text == "word0 word1 "
    report("rows changed by a stale owner", f"0 of {seen}")
