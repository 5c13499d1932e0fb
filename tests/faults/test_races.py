"""Row 5: two messages at once, the same one twice, and what `whenBusy` makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, shown, until

RACERS = 30

_WAITING = """
select count(*) = $2 from runs r join chats c on c.id = r.chat_id where c.public_id = $1 and r.state = 'queued'
"""


async def _raced(shopper: Shopper, body: object, url: str) -> tuple[int, Any]:
    response = await shopper.post(body, url)
    if response.status != 200:
        return response.status, await response.body()
    answer = Answer()
    await shopper.read(response, answer)
    return 200, answer


async def _runs(pair: Ground, chat: str) -> int:
    async with pair.database.connection() as conn:
        found: int = await conn.fetchval(
            "select count(*) from runs r join chats c on c.id = r.chat_id where c.public_id = $1", chat
        )
        return found


async def test_the_same_message_many_times_is_one_run(
    pair: Ground, count: Callable[[int], int], report: Report
) -> None:
    rounds, busy = count(50), 0
    for _ in range(rounds):
        shopper = await pair.shopper()
        body = shopper.body("talk 4")
        came = await asyncio.gather(*(_raced(shopper, body, pair.urls[number % 2]) for number in range(RACERS)))
        answers = [answer for status, answer in came if status == 200]
        assert {status for status, _ in came} <= {200, 503}, came
        assert answers
        busy += len(came) - len(answers)
        stored = (await shopper.history())[-1]
        assert all(shown(answer.client.message) == shown(stored) for answer in answers)
        assert await _runs(pair, shopper.chat) == 1
    report("runs a message", 1)
    report("racers told to try again (503)", f"{busy} of {rounds * RACERS}")


async def test_other_messages_meanwhile_are_told_the_run(pair: Ground) -> None:
    shopper = await pair.shopper()
    bodies = [shopper.body("hold 3 3") for _ in range(8)]
    racing = [asyncio.create_task(_raced(shopper, body, pair.urls[at % 2])) for at, body in enumerate(bodies)]
    await until(lambda: sum(race.done() for race in racing) == 7)
    pair.brain.go.set()
    came = await asyncio.gather(*racing)
    told = [body for status, body in came if status == 409]
    assert sorted(status for status, _ in came) == [200] + [409] * 7
    async with pair.database.connection() as conn:
        run = await conn.fetchval(
            "select r.id from runs r join chats c on c.id = r.chat_id where c.public_id = $1", shopper.chat
        )
    assert all(str(run) in body["detail"] for body in told)


async def test_a_message_that_interrupts_takes_the_place_of_the_answer(pair: Ground) -> None:
    shopper = await pair.shopper()
    _, first = await shopper.begin("stall 4", pair.urls[0])
    status, second = await _raced(shopper, shopper.body("talk 3", whenBusy="interrupt"), pair.urls[1])
    assert (status, second.text) == (200, "word0 word1 word2 ")
    await first
    history = await shopper.history()
    assert [message["metadata"].get("state") for message in history if message["role"] == "assistant"] == [
        "stopped",
        "finished",
    ]


async def test_messages_that_wait_are_answered_in_their_order(pair: Ground) -> None:
    shopper = await pair.shopper()
    first, reading = await shopper.begin("hold 10 50", pair.urls[0])
    later = []
    for words in (2, 3, 4):
        body = shopper.body(f"talk {words}", whenBusy="enqueue")
        later.append(asyncio.create_task(_raced(shopper, body, pair.urls[words % 2])))
        await pair.until(_WAITING, shopper.chat, words - 1)
    pair.brain.go.set()
    came = [answer for _, answer in await asyncio.gather(*later)]
    await reading
    assert [len(answer.text.split()) for answer in (first, *came)] == [60, 2, 3, 4]
    history = await shopper.history()
    assert [message["role"] for message in history] == ["user", "assistant"] * 4
    async with pair.database.connection() as conn:
        overlaps = await conn.fetchval(
            """select count(*) from runs a join runs b on a.chat_id = b.chat_id and a.id < b.id
            join chats c on c.id = a.chat_id
            where c.public_id = $1 and a.started_at < b.finished_at and b.started_at < a.finished_at""",
            shopper.chat,
        )
    assert overlaps == 0
