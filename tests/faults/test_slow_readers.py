"""Rows 7 to 9: readers that do not read, connections that live for ever, silence that proxies take for death."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.faults.conftest import Ground, Report
from tests.faults.shopper import Answer, Shopper, shown, until
from tests.support.faultproxy import proxied
from tests.support.sse_client import Broken, request

SEND_LIMIT = 2.0
WORDS = 40_000
ROOT = Path(__file__).parents[2]
QUIET = Path(__file__).with_name("quiet_server.py")


def _deaf(shopper: Shopper, url: str, last: str) -> socket.socket:
    """A reader of the whole message that asks for it and then takes nothing."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    parts = urlsplit(url)
    deaf.connect((parts.hostname, parts.port))
    deaf.sendall(
        f"GET /api/chat/{shopper.chat}/stream HTTP/1.1\r\nhost: x\r\ncookie: {shopper.cookie}\r\n"
        f"last-event-id: {last}\r\n\r\n".encode()
    )
    return deaf


async def test_readers_that_do_not_read_are_let_go(pair: Ground, count: Callable[[int], int], report: Report) -> None:
    """The message is as long as answers get (some 400 kB), so that no socket's buffer holds it."""
    readers = max(20, count(200))
    pair.brain.pace = 0
    async with pair.running(send_timeout=SEND_LIMIT) as server:
        shopper = await pair.shopper(server.url)
        answer = await shopper.ask(f"talk {WORDS}")
        message = answer.client.message["id"]
        process = psutil.Process(server.pid)
        fds, rss = process.num_fds(), process.memory_info().rss
        deaf = [_deaf(shopper, server.url, f"@{message}.0") for _ in range(readers)]
        most, began, highest = 0, time.monotonic(), rss
        while process.num_fds() > fds + 2 or not most:
            most = max(most, process.num_fds() - fds)
            highest = max(highest, process.memory_info().rss)
            assert time.monotonic() - began < 30, f"{process.num_fds() - fds} connections are left"
            await asyncio.sleep(0.1)
        gone = time.monotonic() - began
        fresh = await pair.shopper(server.url)
        assert (await fresh.ask("talk 2")).text == "word0 word1 "
        for one in deaf:
            one.close()
    report("message kB", round(len(answer.text) / 1000))
    report("readers that read nothing", readers)
    report("memory a stalled reader kB", round((highest - rss) / readers / 1000))
    report("all connections closed after s", round(gone, 1))
    # Less than the message: nothing is kept for a reader that waits.
    assert (highest - rss) / readers < 150_000


async def test_a_slow_reader_has_bigger_chunks_and_costs_the_run_nothing(pair: Ground, report: Report) -> None:
    pair.brain.pace = 0
    shopper = await pair.shopper(pair.urls[0])
    quick, following = await shopper.begin(f"talk {WORDS}")
    slow = await request("GET", f"{pair.urls[0]}/api/chat/{shopper.chat}/stream", headers=shopper.headers, buffer=4096)
    late, longest = Answer(), 0
    async for event in slow.events():
        late.take(event)
        longest = max(longest, len(event.data or ""))
        await asyncio.sleep(0 if quick.over else 0.1)
    slow.close()
    await following
    assert shown(late.client.message) == shown(quick.client.message)
    report("longest chunk of the slow reader, characters", longest)
    assert longest > 10_000


async def test_no_response_lives_for_ever_and_none_ends_in_the_middle(pair: Ground, report: Report) -> None:
    async with pair.running(stream_life=1.5) as server:
        shopper = await pair.shopper(server.url)
        answer, lives = Answer(), list[float]()
        response = await shopper.post(shopper.body("slow 12"))
        while not answer.over:
            began = time.monotonic()
            try:
                await shopper.read(response, answer)
            except Broken:
                lives.append(time.monotonic() - began)
                response = await shopper.resume(answer.last_id)
                assert response.status == 200
        assert shown(answer.client.message) == shown((await shopper.history())[-1])
    report("longest life s, of 1.5", round(max(lives), 2))
    report("responses", len(lives) + 1)
    assert len(lives) >= 3
    assert max(lives) < 2.5


async def test_a_frozen_client_is_let_go_and_comes_back(pair: Ground, report: Report) -> None:
    """A client that is stopped (SIGSTOP) while its kernel goes on taking what is sent."""
    life = 1.5
    async with pair.running(stream_life=life, ping=0.5) as server:
        shopper = await pair.shopper(server.url)
        _, reading = await shopper.begin("hold 20 20")
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.page", server.url, shopper.chat, shopper.headers["cookie"],
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert client.stdout is not None
        assert (await client.stdout.readline()).strip() == b"begun"
        began = time.monotonic()
        client.send_signal(signal.SIGSTOP)
        await until(lambda: _connections(server.pid, client.pid) == 0)
        lived = time.monotonic() - began
        pair.brain.go.set()
        with suppress(Broken):
            await reading
        client.send_signal(signal.SIGCONT)
        told, _ = await client.communicate()
        stored = (await shopper.history())[-1]
    report(f"closed after s, of {life}", round(lived, 2))
    assert lived < life + 1
    assert json.loads(told) == shown(stored)


def _connections(server: int, client: int) -> int:
    """Connections of the server whose other end is the client."""
    theirs = {connection.laddr for connection in psutil.Process(client).net_connections("tcp")}
    return sum(connection.raddr in theirs for connection in psutil.Process(server).net_connections("tcp"))


async def test_silence_is_filled_with_pings(pair: Ground, count: Callable[[int], int], report: Report) -> None:
    """While a tool is silent, behind a proxy that gathers 16 KiB of any answer that does not ask it not to."""
    pause = count(60)
    async with pair.running(QUIET, ping=0.5) as server, proxied(("127.0.0.1", server.port)) as proxy:
        proxy.gathers = 16384
        shopper = await pair.shopper(proxy.url)
        asked = time.monotonic()
        response = await shopper.post(shopper.body(f"ponder {pause}"))
        assert response.headers["x-accel-buffering"] == "no"
        assert "no-transform" in response.headers["cache-control"]
        assert "content-encoding" not in response.headers
        answer, times = Answer(), [asked]
        async for event in response.events():
            answer.take(event)
            times.append(time.monotonic())
        response.close()
        assert shown(answer.client.message) == shown((await shopper.history())[-1])
        proxy.heeded = False
        late = await (await pair.shopper(proxy.url)).ask("talk 10")
    silence = max(after - before for before, after in pairwise(times))
    report("first event after ms", round((times[1] - times[0]) * 1000))
    report(f"longest silence s, of a tool silent for {pause} s, pings every 0.5", round(silence, 2))
    assert times[-1] - asked > pause
    assert silence < 1.5
    # A proxy that heeds nothing delays the answer and changes nothing of it.
    assert late.text.split()[-1] == "word9"
