"""Row 39: a session that ends cuts what is read by it, on every server."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import httpx

from tests.faults.conftest import Ground, Report


async def test_a_session_that_ends_cuts_its_streams_on_every_server(
    pair: Ground, chance: random.Random, count: Callable[[int], int], report: Report
) -> None:
    took = []
    for number in range(count(30)):
        here, there = pair.urls
        shopper = await pair.shopper(here)
        answer, asking = await shopper.begin("stall 10")
        ended_at = (here, there)[number % 2]
        async with httpx.AsyncClient(headers={"cookie": shopper.cookie or ""}) as http:
            reading = http.stream("GET", f"{here}/api/chat/{shopper.chat}/stream")
            async with reading as response:
                assert response.status_code == 200
                began = time.monotonic()
                async with httpx.AsyncClient(headers={"cookie": shopper.cookie or ""}) as other:
                    assert (await other.post(f"{ended_at}/v1/auth/sign-out")).status_code == 204
                took.append(await _cut(response) - began)
        # Whoever asked is cut as well, and not told that the answer is whole.
        await asyncio.wait([asking], timeout=5)
        assert asking.done()
        assert not answer.over
    took.sort()
    report("sign-out to cut p50 ms", round(took[len(took) // 2] * 1000))
    report("sign-out to cut max ms", round(took[-1] * 1000))
    assert took[-1] < 5


async def _cut(response: httpx.Response) -> float:
    """When the stream broke off; one that ends cleanly was not cut."""
    try:
        async for line in response.aiter_lines():
            assert line != "data: [DONE]"
    except httpx.RemoteProtocolError:
        return time.monotonic()
    raise AssertionError("the stream ended cleanly")
