"""Row 16: the link to Postgres is black-holed, reset, slow or in pieces; every call ends, and all heals by itself."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qs, urlsplit

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, shown, until
from tests.support.faultproxy import FaultProxy, proxied
from tests.support.sse_client import Broken, request

# Acquire 1 s and command 5 s, once each, and what this machine needs.
_LONGEST = 9.0


async def _called(shopper: Shopper, method: str, path: str) -> tuple[int, float]:
    began = time.monotonic()
    try:
        response = await request(method, f"{shopper.urls[0]}{path}", headers=shopper.headers)
        response.close()
        status = response.status
    except Broken:
        status = 0
    return status, time.monotonic() - began


async def _posted(shopper: Shopper) -> tuple[int, float]:
    began = time.monotonic()
    response = await shopper.post(shopper.body("talk 2"))
    response.close()
    return response.status, time.monotonic() - began


async def _all_routes(ground: Ground, shopper: Shopper) -> list[tuple[int, float]]:
    fresh = await ground.shopper(*shopper.urls)
    chat = f"/api/chat/{shopper.chat}"
    came = await asyncio.gather(
        _called(shopper, "GET", chat),
        _called(shopper, "GET", f"{chat}/stream"),
        _called(shopper, "POST", f"{chat}/stop"),
        _called(shopper, "GET", "/readyz"),
        _posted(fresh),
    )
    return list(came)


async def _healed(url: str) -> float:
    began = time.monotonic()
    while True:
        response = await request("GET", f"{url}/readyz")
        response.close()
        if response.status == 200:
            return time.monotonic() - began
        assert time.monotonic() - began < 30
        await asyncio.sleep(0.05)


async def test_a_link_that_goes_wrong(pair: Ground, report: Report) -> None:
    folder = parse_qs(urlsplit(pair.url).query)["host"][0]
    async with proxied(f"{folder}/.s.PGSQL.5432") as link:
        url = f"postgresql://postgres@127.0.0.1:{link.port}/cartwright?sslmode=disable"
        async with pair.running(database_url=url) as server:
            shopper = await pair.shopper(server.url)
            await shopper.ask("talk 2")
            for toxic in ("silent", "reset", "latency", "slices"):
                worst, healed, statuses = await _under(toxic, link, pair, shopper)
                report(f"{toxic}: worst call s", round(worst, 2))
                report(f"{toxic}: healed after s", round(healed, 2))
                report(f"{toxic}: statuses", statuses)
                assert worst < _LONGEST, toxic
                assert statuses <= {200, 204, 503}, toxic
            answer = await shopper.ask(f"cart {pair.product.id} 2")
            assert shown(answer.client.message) == shown((await shopper.history())[-1])


async def _under(toxic: str, link: FaultProxy, pair: Ground, shopper: Shopper) -> tuple[float, float, set[int]]:
    begun: list[Answer] = []
    other = await pair.shopper(*shopper.urls)
    asking = asyncio.create_task(other.ask(f"cart {pair.product.id} 2", begun=begun.append))
    await until(lambda: begun)
    match toxic:
        case "silent":
            link.silent = True
        case "reset":
            link.reset()
        case "latency":
            link.latency = 0.05
        case _:
            link.slice = 1
    came = await _all_routes(pair, shopper)
    link.silent, link.latency, link.slice = False, 0.0, None
    healed = await _healed(shopper.urls[0])
    assert (await asking).client.finished == "stop", toxic
    return max(seconds for _, seconds in came), healed, {status for status, _ in came}
