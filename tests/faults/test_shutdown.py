"""Rows 13 and 14: a server is told to stop under load; servers are restarted one after the other under readers."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeAlias

import httpx

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, all_begun, shown
from tests.support.server_process import SERVER

STREAMS = 50

Asking: TypeAlias = list[tuple[Shopper, asyncio.Task[Answer]]]

_RUNS = """
select r.state, r.attempts, r.epoch from runs r join chats c on c.id = r.chat_id where c.public_id = any($1::text[])
"""


async def _asking(
    ground: Ground, urls: list[str], text: str, streams: int
) -> list[tuple[Shopper, asyncio.Task[Answer]]]:
    """Returns once all of them have begun."""
    ground.brain.pace = 0.03
    shoppers = [await ground.shopper(*urls) for _ in range(streams)]
    return list(zip(shoppers, await all_begun([(one, text) for one in shoppers]), strict=True))


async def test_told_to_stop_it_hands_its_answers_on(pair: Ground, report: Report) -> None:
    # With so long a lease only what was handed back can have been taken over.
    async with pair.running(drain=1, lease=60) as leaving:
        asking = await _asking(pair, [leaving.url, pair.urls[0]], "hold 40 200", STREAMS)
        leaving.send(signal.SIGTERM)
        pair.brain.go.set()
        began, refused = time.monotonic(), None
        async with httpx.AsyncClient(base_url=leaving.url) as http:
            while refused is None:
                try:
                    ready = await http.get("/readyz", timeout=2)
                    refused = time.monotonic() - began if ready.status_code == 503 else None
                except httpx.TransportError:
                    refused = time.monotonic() - began
        took = refused + await leaving.ended(20)
        assert leaving.exit_code == 0
        answers = [await task for _, task in asking]
        for (shopper, _), answer in zip(asking, answers, strict=True):
            assert shown(answer.client.message) == shown((await shopper.history(pair.urls[0]))[-1])
            assert answer.client.finished == "stop"
        async with pair.database.connection() as conn:
            runs = await conn.fetch(_RUNS, [shopper.chat for shopper, _ in asking])
    report("streams when told", STREAMS)
    report("unready after s", round(refused, 2))
    report("exit after s", round(took, 2))
    report("answers handed on", sum(row["epoch"] > 1 for row in runs))
    report("longest gap s", round(max(answer.gap for answer in answers), 2))
    assert {(row["state"], row["attempts"]) for row in runs} == {("finished", 1)}
    # A server that is slow to hear of it may let some end.
    assert sum(row["epoch"] > 1 for row in runs) > STREAMS // 2
    assert took < 8


async def test_servers_restarted_in_turn_under_readers(
    pair: Ground, count: Callable[[int], int], report: Report
) -> None:
    restarts = count(20) + 1
    async with pair.running(drain=0.5) as one, pair.running(drain=0.5) as other:
        asking: Asking = []
        for number in range(restarts):
            asking += await _asking(pair, [one.url, other.url], "talk 100", STREAMS)
            server = (one, other)[number % 2]
            assert await server.terminate() < 10
            await server.start()
        answers = [await task for _, task in asking]
        for (shopper, _), answer in zip(asking, answers, strict=True):
            assert shown(answer.client.message) == shown((await shopper.history(one.url))[-1])
    report("restarts", restarts)
    report("answers identical", f"{len(answers)} of {len(answers)}")
    report("longest gap s", round(max(answer.gap for answer in answers), 2))


async def test_python_server_py_leaves_with_0(pair: Ground) -> None:
    """The program itself, not a fork of it."""
    server = pair.server(port=0)
    process = await asyncio.create_subprocess_exec(
        sys.executable, SERVER, env={"PATH": "/usr/bin:/bin", **server.env}, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        url = (await process.stdout.readline()).decode().strip()
        shopper = await pair.shopper(url)
        assert (await shopper.ask("talk 2")).text == "word0 word1 "
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    await server.close()
    assert process.returncode == 0
