"""Row 1: `kill -9` of a server in the middle of answers that change carts."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from storage.database import Connection
from tests.faults.conftest import LEASE, Ground, Report
from tests.faults.shopper import Answer, Shopper, shown
from tests.support.server_process import ServerProcess

RUNS_A_KILL = 5
STEPS = 3

# A transaction that touched a cart is an effect, also one that found nothing to change.
_WATCH = """
create table if not exists touched (cart_id uuid, xid xid8, primary key (cart_id, xid));
create or replace function touch() returns trigger language plpgsql as
$$ begin insert into touched values (new.id, pg_current_xact_id()) on conflict do nothing; return new; end $$;
create or replace trigger touched after insert or update on carts for each row execute function touch();
"""
_EFFECTS = """
select count(*) from touched t join carts c on c.id = t.cart_id join chats h on h.user_id = c.user_id
where h.public_id = $1
"""
_AUDITED = """
select count(*), count(distinct p.id) from audit_log a join chats h on h.user_id = a.user_id
left join parts p on p.id = a.part_id where h.public_id = $1
"""
_WORDS = """
select p."order", p.text_text from parts p join messages m on m.id = p.message_id join chats h on h.id = m.chat_id
where h.public_id = $1 and m.role = 'assistant' and p.type = 'text' and p.closed
"""


@dataclass(slots=True)
class Tally:
    """`recovery`: seconds from the kill to the end of the answer, one a reader that was cut."""

    answers: list[tuple[Shopper, Answer]] = field(default_factory=list)
    recovery: list[float] = field(default_factory=list)


@pytest.mark.timeout(3600)
async def test_a_server_killed_at_random_points(
    ground: Ground, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    kills = count(200)
    async with ground.database.connection() as conn:
        await conn.execute(_WATCH)
    tally = Tally()
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(ground.running()) for _ in range(2)]
        for number in range(kills):
            victim = servers[chance.randrange(2)]
            await _kill_once(ground, servers, victim, chance, tally)
            if number % 10 == 9:
                print(f"{number + 1} kills", flush=True)
        wrong = [fault for shopper, answer in tally.answers for fault in await _judge(ground, servers, shopper, answer)]
    resets = sum(answer.resets for _, answer in tally.answers)
    async with ground.database.connection() as conn:
        running = await conn.fetchval("select count(*) from runs where state in ('running', 'queued')")
        attempts = await conn.fetchval("select max(attempts) from runs")
    for fault in wrong:
        print(fault, flush=True)
    report("kills", kills)
    report("runs", len(tally.answers))
    report("runs not terminal", running)
    report("parts seen to end", sum(len(answer.ended) + len(answer.outputs) for _, answer in tally.answers))
    report("steps taken back before readers' eyes", resets)
    report("most attempts", attempts)
    report("kill to whole answer p50 s", _share(tally.recovery, 0.5))
    report("kill to whole answer p99 s", _share(tally.recovery, 0.99))
    assert wrong == []
    assert running == 0
    assert _share(tally.recovery, 0.99) < LEASE * 5


async def _kill_once(
    ground: Ground, servers: list[ServerProcess], victim: ServerProcess, chance: random.Random, tally: Tally
) -> None:
    other = next(server for server in servers if server is not victim)
    shoppers = [
        # Every other one comes back to the other server; one in three knows neither cursors nor `reset-step`.
        await ground.shopper(victim.url, other.url, resumes=number % 3 != 0, resets=number % 3 != 0)
        for number in range(RUNS_A_KILL)
    ]
    asking = [asyncio.create_task(one.ask(f"cart {ground.product.id} {STEPS}")) for one in shoppers]
    await asyncio.sleep(chance.uniform(0.05, 1.2))
    await victim.kill()
    killed = time.monotonic()
    restarting = asyncio.create_task(victim.start())
    async with asyncio.timeout(90):
        answers = await asyncio.gather(*asking)
        await restarting
    tally.answers += zip(shoppers, answers, strict=True)
    tally.recovery += [answer.seen - killed for answer in answers if answer.breaks]


async def _judge(ground: Ground, servers: list[ServerProcess], shopper: Shopper, answer: Answer) -> list[str]:
    """What is wrong with one answer; nothing when all promises were kept."""
    history = await shopper.history(servers[0].url)
    stored = history[-1]
    wrong = []
    if shown(answer.client.message) != shown(stored):
        wrong.append(f"{shopper.chat}: the reader has {shown(answer.client.message)}, the rows {shown(stored)}")
    calls = {part["toolCallId"]: part.get("output") for part in stored["parts"] if part["type"] == "tool-update_cart"}
    lost = {call: output for call, output in answer.outputs.items() if calls.get(call) != output}
    if lost:
        wrong.append(f"{shopper.chat}: outputs a reader saw are not in the rows: {lost}")
    async with ground.database.connection() as conn:
        words = {row["order"]: row["text_text"] for row in await conn.fetch(_WORDS, shopper.chat)}
        taken_back = {order: said for order, said in answer.ended.items() if words.get(order) != said}
        if taken_back:
            wrong.append(f"{shopper.chat}: words a reader saw end are not in the rows: {taken_back}")
        wrong += await _effects(conn, shopper.chat, len(calls))
    if stored["metadata"].get("state") != "finished" or len(calls) != STEPS:
        wrong.append(f"{shopper.chat}: {stored['metadata']}, {len(calls)} calls")
    return wrong


async def _effects(conn: Connection, chat: str, calls: int) -> list[str]:
    effects = await conn.fetchval(_EFFECTS, chat)
    [(audited, distinct)] = await conn.fetch(_AUDITED, chat)
    if (effects, audited, distinct) == (calls, calls, calls):
        return []
    return [f"{chat}: {calls} calls, {effects} effects, {audited} audit rows of {distinct} calls"]


def _share(values: list[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 2) if values else 0.0
