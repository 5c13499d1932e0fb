"""Row 2: a reader that is cut at any point and comes back, on either server, has the same message."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, shown
from tests.support.faultproxy import proxied
from tests.support.sse_client import Broken, Event, request

STEPS = 2


async def _events(shopper: Shopper, url: str, last: str | None) -> list[Event]:
    headers = shopper.headers | ({"last-event-id": last} if last else {})
    response = await request("GET", f"{url}/api/chat/{shopper.chat}/stream", headers=headers)
    assert response.status == 200, response.status
    try:
        return [event async for event in response.events()]
    finally:
        response.close()


async def test_a_finished_message_is_read_on_from_every_event(pair: Ground, report: Report) -> None:
    shopper = await pair.shopper()
    response = await shopper.post(shopper.body(f"cart {pair.product.id} {STEPS}"))
    golden = [event async for event in response.events()]
    response.close()
    stored = (await shopper.history())[-1]
    first: list[float] = []
    for place in range(len(golden) - 1):
        answer = Answer()
        for event in golden[: place + 1]:
            answer.take(event)
        began = time.monotonic()
        for event in await _events(shopper, pair.urls[place % 2], answer.last_id):
            if answer.seen < began and event.data is not None:
                first.append(time.monotonic() - began)
            answer.take(event)
        assert shown(answer.client.message) == shown(stored), (place, golden[place])
        assert answer.client.finished == "stop"
    report("cuts identical", f"{len(golden) - 1} of {len(golden) - 1}")
    report("whole rest p99 ms", round(sorted(first)[int(len(first) * 0.99)] * 1000))


async def test_an_answer_under_way_is_read_on_from_every_event(
    pair: Ground, count: Callable[[int], int], report: Report
) -> None:
    # Every answer has this many events, however many words a look of a reader finds.
    pair.brain.words, sure = 6, 26
    places = range(0, 2 * sure, max(1, 50 // count(100)))
    gate, cuts = asyncio.Semaphore(8), list[int]()

    async def cut_at(place: int) -> None:
        async with gate:
            shopper = await pair.shopper(*(pair.urls[::-1] if place % 2 else pair.urls))

            def cut(answer: Answer) -> None:
                seen[0] += 1
                if seen[0] == place + 1:
                    cuts.append(place)
                    raise Broken("cut by the test")

            seen = [0]
            answer = await shopper.ask(f"cart {pair.product.id} {STEPS}", begun=cut)
            assert shown(answer.client.message) == shown((await shopper.history())[-1]), place
            assert answer.breaks == (place in cuts)

    await asyncio.gather(*(cut_at(place) for place in places))
    report("cuts identical", f"{len(cuts)} of {len(cuts)}")
    assert set(cuts) >= {place for place in places if place < sure}


async def test_slices_of_one_byte_cut_anywhere(
    pair: Ground, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    host, port = "127.0.0.1", pair.servers[0].port
    cuts = count(100)
    async with proxied((host, port)) as link:
        link.slice = 1
        for _ in range(cuts):
            link.cut_after = chance.randrange(300, 6000)
            shopper = await pair.shopper(link.url, pair.urls[1], resumes=chance.random() < 0.7)
            answer = await shopper.ask(f"cart {pair.product.id} 1")
            assert shown(answer.client.message) == shown((await shopper.history(pair.urls[1]))[-1])
    report("cuts identical", f"{cuts} of {cuts}")


async def test_what_is_no_place_is_refused_and_a_strangers_is_not_told(pair: Ground) -> None:
    shopper, stranger = await pair.shopper(), await pair.shopper()
    answer = await shopper.ask("talk 3")
    for last in ("-1.0", "9" * 30 + ".0", "1.1.1", "x", "0.0@" + "m" * 300 + ".0", "99.1" + (answer.last_id or "")[3:]):
        response = await request(
            "GET", f"{pair.urls[0]}/api/chat/{shopper.chat}/stream", headers=shopper.headers | {"last-event-id": last}
        )
        response.close()
        assert response.status in (204, 422), last
    assert answer.last_id is not None
    stranger.chat = shopper.chat
    response = await stranger.resume(answer.last_id)
    response.close()
    assert response.status == 204
    with suppress(Broken):
        await shopper.history()
