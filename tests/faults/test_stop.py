"""Row 4: an answer is stopped by way of another server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, shown, until


async def test_a_stop_by_way_of_another_server(
    pair: Ground, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    took = []
    for number in range(count(100)):
        asked = ("talk 400", "stall 4", f"cart {pair.product.id} 40")[number % 3]
        # Every fourth is stopped as soon as it has been asked for.
        took.append(await _stopped(pair, asked, None if number % 4 == 3 else chance.uniform(0, 0.7)))
    took.sort()
    report("stop to abort p50 ms", round(took[len(took) // 2] * 1000))
    report("stop to abort p99 ms", round(took[int(len(took) * 0.99)] * 1000))
    assert took[int(len(took) * 0.99)] < 1


async def _stopped(pair: Ground, text: str, after: float | None) -> float:
    """Seconds from the request to stop until a reader on the owner's server saw the end; `after` its first words."""
    here, there = pair.urls
    shopper = await pair.shopper(here)
    answer, reading = await shopper.begin(text, said=after is not None)
    await asyncio.sleep(after or 0)
    gone = len(pair.brain.gone)
    began = time.monotonic()
    told = await shopper.stop(there)
    await reading
    assert told["state"] == "stopped", told
    # Between two steps of a cart there is no connection to close, nor before the model was asked.
    if after is not None and not text.startswith("cart"):
        await until(lambda: len(pair.brain.gone) > gone, seconds=1)
    await _says_so(pair, shopper, answer)
    await _goes_on(pair, shopper, there)
    return answer.seen - began


async def _says_so(pair: Ground, shopper: Shopper, answer: Answer) -> None:
    stored = (await shopper.history(pair.urls[1]))[-1]
    assert shown(answer.client.message) == shown(stored)
    assert all(part.get("state") not in ("streaming", "input-streaming") for part in stored["parts"])
    assert stored["metadata"]["state"] == "stopped"
    usage = stored["metadata"]["usage"]
    assert usage["outputTokens"] > 0 or not answer.text


async def _goes_on(pair: Ground, shopper: Shopper, url: str) -> None:
    """The chat goes on, on the other server, and the model is shown no call without its outcome."""
    pair.brain.asked.clear()
    answer = await Shopper([url], chat=shopper.chat, cookie=shopper.cookie).ask("talk 2")
    assert answer.text == "word0 word1 "
    [asked] = pair.brain.asked
    calls = [call["id"] for message in asked["messages"] for call in message.get("tool_calls") or ()]
    outcomes = [message["tool_call_id"] for message in asked["messages"] if message["role"] == "tool"]
    assert sorted(calls) == sorted(outcomes)


async def test_usage_of_an_answer_cut_short_is_estimated(pair: Ground) -> None:
    shopper = await pair.shopper(pair.urls[0])
    answer, reading = await shopper.begin("stall 20")
    await until(lambda: len(answer.text.split()) == 20)
    await shopper.stop(pair.urls[1])
    await reading
    usage = (await shopper.history())[-1]["metadata"]["usage"]
    assert usage["estimated"]
    assert 20 <= usage["outputTokens"] <= 60


async def test_stopping_what_is_idle_and_what_is_not_ones_own(pair: Ground) -> None:
    shopper, stranger = await pair.shopper(), await pair.shopper()
    await shopper.ask("talk 2")
    assert (await shopper.stop(pair.urls[1]))["state"] == "idle"
    stranger.chat = shopper.chat
    assert (await stranger.stop(pair.urls[1]))["status"] == 404
