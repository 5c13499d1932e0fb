"""Rows 15, 17, 18, 19 and 22: what the database may do to us."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from storage.embedded import serve
from tests.faults.brain import Brain
from tests.faults.conftest import Ground, Report, prepared
from tests.faults.shopper import Answer, Shopper, shown
from tests.support.sse_client import Event, request

_EFFECTS = """
select count(*) from audit_log a join chats h on h.user_id = a.user_id where h.public_id = $1
"""
_WAITING = """
select count(*) = 3 from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%from messages%'
"""


@asynccontextmanager
async def _mortal(brain: Brain) -> AsyncIterator[tuple[Ground, Path]]:
    """A ground whose Postgres may be killed; whoever serves it starts it again."""
    with tempfile.TemporaryDirectory(prefix="cartwright-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with serve(folder / "data") as url, prepared(url, folder, brain) as ground:
            yield ground, folder / "data" / "postgres"


def _kill_postgres(pgdata: Path) -> None:
    """kill -9 of the postmaster and all it has started."""
    postmaster = psutil.Process(int((pgdata / "postmaster.pid").read_text().split("\n")[0]))
    killed = [postmaster, *postmaster.children(recursive=True)]
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(killed, timeout=5)


@pytest.mark.timeout(1800)
async def test_postgres_killed_under_load(
    brain: Brain, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    kills, answers, back = count(20), list[tuple[Shopper, Answer]](), list[float]()
    async with _mortal(brain) as (ground, pgdata), ground.running() as one, ground.running() as other:
        for _ in range(kills):
            shoppers = [await ground.shopper(one.url, other.url) for _ in range(8)]
            text = f"cart {ground.product.id} 3"
            asking = [asyncio.create_task(shopper.ask(text)) for shopper in shoppers]
            await asyncio.sleep(chance.uniform(0.2, 1.2))
            await asyncio.to_thread(_kill_postgres, pgdata)
            killed = time.monotonic()
            await one.ready()
            back.append(time.monotonic() - killed)
            answers += zip(shoppers, await asyncio.gather(*asking), strict=True)
            # One that dies sooner, again and again, is given up.
            await ground.until("select now() - pg_postmaster_start_time() > interval '7 s'")
        assert one.exit_code is None
        assert other.exit_code is None
        wrong = [fault for shopper, answer in answers for fault in await _judge(ground, one.url, shopper, answer)]
        whole = sum(answer.client.finished == "stop" for _, answer in answers)
        fresh = await ground.shopper(other.url)
        assert (await fresh.ask("talk 2")).text == "word0 word1 "
    report("kills of Postgres", kills)
    report("acknowledged ends lost", wrong or 0)
    report("answers whole", f"{whole} of {len(answers)}")
    report("ready again after the kill, worst s", round(max(back), 2))
    assert wrong == []


async def _judge(ground: Ground, url: str, shopper: Shopper, answer: Answer) -> list[str]:
    stored = (await shopper.history(url))[-1]
    wrong = []
    if shown(answer.client.message) != shown(stored):
        wrong.append(f"the reader has {shown(answer.client.message)}, the rows {shown(stored)}")
    came = {part["toolCallId"]: part.get("output") for part in stored["parts"] if part["type"] == "tool-update_cart"}
    done = [output for output in came.values() if output is not None]
    if any(came.get(call) != output for call, output in answer.outputs.items()):
        wrong.append(f"outputs seen {answer.outputs}, stored {came}")
    async with ground.database.connection() as conn:
        # One more may have failed and been tried again by the model with the same quantity, which changes nothing.
        if (effects := await conn.fetchval(_EFFECTS, shopper.chat)) != len(done):
            wrong.append(f"{effects} effects, {len(done)} outputs")
    return wrong


async def test_no_connection_is_held_while_models_are_silent(pair: Ground, report: Report) -> None:
    """More silent models than the pool has connections; the oldest transaction is no older than a statement."""
    async with pair.running(pool_size=3) as small:
        shoppers = [await pair.shopper(small.url) for _ in range(20)]
        open_ones = [await shopper.post(shopper.body("stall 3")) for shopper in shoppers]
        assert {response.status for response in open_ones} == {200}
        oldest = 0.0
        async with pair.database.connection() as conn:
            for _ in range(20):
                age = await conn.fetchval(
                    "select coalesce(max(extract(epoch from now() - xact_start)), 0) from pg_stat_activity "
                    "where application_name = 'cartwright' and pid <> pg_backend_pid()"
                )
                oldest = max(oldest, float(age))
                await asyncio.sleep(0.1)
        assert len(await shoppers[0].history()) == 1
        for response in open_ones:
            response.close()
    report("silent models on a pool of 3", len(shoppers))
    report("oldest transaction ms", round(oldest * 1000))
    assert oldest < 0.5


async def test_a_full_pool_is_told_soon_and_heals_at_once(pair: Ground, report: Report) -> None:
    async with pair.running(pool_size=4) as small:
        shopper = await pair.shopper(small.url)
        await shopper.ask("talk 2")

        async def look(path: str = f"/api/chat/{shopper.chat}") -> tuple[int, float]:
            began = time.monotonic()
            response = await request("GET", f"{small.url}{path}", headers=shopper.headers)
            response.close()
            return response.status, time.monotonic() - began

        async with pair.database.transaction() as conn:
            await conn.execute("lock table messages in access exclusive mode")
            holders = [asyncio.create_task(look()) for _ in range(3)]
            await pair.until(_WAITING)
            late = await asyncio.gather(look("/readyz"), *(look() for _ in range(20)))
        await asyncio.gather(*holders)
        status, healed = await look()
    slowest = max(seconds for _, seconds in late)
    report("slowest 503 s", round(slowest, 2))
    report("healed in ms", round(healed * 1000))
    assert {told for told, _ in late} == {503}
    assert slowest < 1.5
    assert status == 200


async def test_a_deaf_listener_costs_no_more_than_a_poll(pair: Ground, report: Report) -> None:
    """The connection that listens is ended every 100 ms: a reader on the other server follows by the poll alone."""
    shopper = await pair.shopper(pair.urls[0])
    response = await shopper.post(shopper.body("talk 400"))
    remote = Answer()
    times: list[float] = []

    def noted(event: Event) -> None:
        remote.take(event)
        times.append(time.monotonic())

    async def read() -> None:
        far = await request("GET", f"{pair.urls[1]}/api/chat/{shopper.chat}/stream", headers=shopper.headers)
        async for event in far.events():
            noted(event)
        far.close()

    reading = asyncio.create_task(read())
    here = Answer()
    following = asyncio.create_task(shopper.read(response, here))
    ended = 0
    while not reading.done():
        async with pair.database.connection() as conn:
            ended += await conn.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where query ilike 'listen%' and application_name = 'cartwright'"
            )
        await asyncio.sleep(0.1)
    await reading
    await following
    assert shown(remote.client.message) == shown(here.client.message) == shown((await shopper.history())[-1])
    gap = max(after - before for before, after in pairwise(times))
    report("listeners ended", ended)
    report("longest gap s", round(gap, 2))
    assert ended > 1
    assert gap < 2


_TROUBLE = """
create sequence trouble_seq;
create or replace function trouble() returns trigger language plpgsql as $$ begin
    if nextval('trouble_seq') % 7 = 0 then
        raise exception 'injected' using errcode = case when random() < 0.5 then '40001' else '40P01' end;
    end if;
    return null;
end $$;
create trigger trouble after insert or update on {table} for each statement execute function trouble();
"""


async def test_deadlocks_and_serialization_failures_are_tried_again(pair: Ground, report: Report) -> None:
    async with pair.database.connection() as conn:
        await conn.execute(_TROUBLE.format(table="parts"))
    try:
        shoppers = [await pair.shopper() for _ in range(12)]
        answers = await asyncio.gather(*(shopper.ask(f"cart {pair.product.id} 2") for shopper in shoppers))
    finally:
        async with pair.database.connection() as conn:
            struck = await conn.fetchval("select last_value from trouble_seq") // 7
            await conn.execute("drop function trouble cascade; drop sequence trouble_seq")
    for shopper, answer in zip(shoppers, answers, strict=True):
        assert await _judge(pair, pair.urls[0], shopper, answer) == []
    report("failures injected", struck)
    report("answers whole", sum(answer.client.finished == "stop" for answer in answers))
    assert struck > 3
    assert all(answer.client.finished == "stop" for answer in answers)


async def test_a_deadlock_at_the_door_is_told_as_busy(pair: Ground) -> None:
    async with pair.database.connection() as conn:
        await conn.execute(_TROUBLE.format(table="messages").replace("% 7", "% 1"))
    try:
        shopper = await pair.shopper()
        response = await shopper.post(shopper.body("talk 2"))
        told = await response.body()
    finally:
        async with pair.database.connection() as conn:
            await conn.execute("drop function trouble cascade; drop sequence trouble_seq")
    assert (response.status, told["code"], told["retry"]) == (503, "busy", True)
    assert response.headers["retry-after"] == "1"
    assert (await shopper.ask("talk 2")).text == "word0 word1 "
