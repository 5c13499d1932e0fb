from __future__ import annotations

import argparse
import asyncio
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import cast

import orjson
import uvloop

from bench import ticks


@dataclass(frozen=True, slots=True)
class Load:
    """`streams` chats opened evenly over `ramp` seconds; late counts in a `window` after `ramp + settle`, seconds."""

    url: str
    streams: int
    ramp: float = 0.0
    settle: float = 0.0
    window: float = 0.0
    limit: float = 120.0


@dataclass(slots=True)
class Figures:
    """Seconds. `late`: each token of the window against its due time. `first`: POST to first token, one a stream."""

    late: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    tokens: int = 0
    bytes: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    streams: int
    tokens: int
    bytes: int
    failed: int
    seconds: float
    deltas_in_window: int
    late_p50_ms: float
    late_p99_ms: float
    first_p50_ms: float
    first_p99_ms: float


def percentile(values: list[float], share: float) -> float:
    """In milliseconds; infinite when nothing was measured."""
    if not values:
        return float("inf")
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def _request(host: str) -> bytes:
    message = {"id": uuid.uuid4().hex, "role": "user", "parts": [{"type": "text", "text": "Which shoes are light?"}]}
    body = orjson.dumps({"id": str(uuid.uuid4()), "messages": [message], "trigger": "submit-message"})
    head = (
        f"POST /api/chat HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    )
    return head.encode() + b"accept: */*\r\nconnection: close\r\n\r\n" + body


@dataclass(slots=True)
class Stream(asyncio.Protocol):
    """One chat's answer, read until its `[DONE]`: the AI SDK keeps the connection although it is asked to close it."""

    host: str
    figures: Figures
    window: tuple[float, float]
    over: asyncio.Future[None]
    sent: float = 0.0
    head: bytes | None = b""
    rest: bytes = b""
    tokens: int = 0
    transport: asyncio.Transport | None = None
    done: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        self.transport = cast("asyncio.Transport", transport)
        self.sent = time.monotonic()
        self.transport.write(_request(self.host))

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.figures.bytes += len(data)
        if self.head is not None:
            # Words of a header may look like tokens.
            self.head, blank, data = (self.head + data).partition(b"\r\n\r\n")
            if not blank:
                return
            if not self.head.startswith(b"HTTP/1.1 200"):
                print((self.head + blank + data)[:500], file=sys.stderr)
            self.head = None
        # What follows the last line end waits for the next piece: a token may be cut in two.
        whole, _, rest = (self.rest + data).rpartition(b"\n")
        self.rest = rest
        if found := ticks.tokens(whole):
            self._count(found, now)
        if b"[DONE]" in whole:
            self.done = True
            assert self.transport is not None
            self.transport.close()

    def _count(self, found: list[bytes], now: float) -> None:
        if not self.tokens:
            self.figures.first.append(now - self.sent)
        self.tokens += len(found)
        self.figures.tokens += len(found)
        if self.window[0] <= now < self.window[1]:
            self.figures.late += ticks.lateness(found, now)

    def connection_lost(self, exc: Exception | None) -> None:
        if not (self.done and self.tokens):
            self.figures.failed += 1
        if not self.over.done():
            self.over.set_result(None)


async def run(load: Load) -> Figures:
    """Open the load and read every stream to its end; those open after `limit` seconds count as failed."""
    loop = asyncio.get_running_loop()
    host, port = load.url.removeprefix("http://").split(":")
    figures = Figures()
    start = time.monotonic()
    opened = start + load.ramp + load.settle
    window = (opened, opened + load.window)
    waits: list[asyncio.Future[None]] = []
    for number in range(load.streams):
        pause = start + load.ramp * number / load.streams - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        over = loop.create_future()
        make = partial(Stream, f"{host}:{port}", figures, window, over)
        await loop.create_connection(make, host, int(port))
        waits.append(over)
    _, late = await asyncio.wait(waits, timeout=load.limit)
    figures.failed += len(late)
    figures.seconds = time.monotonic() - start
    return figures


async def one_by_one(url: str, count: int) -> Figures:
    """`count` answers, each asked for when the one before has ended."""
    total = Figures()
    for _ in range(count):
        single = await run(Load(url, 1, limit=30.0))
        total.first += single.first
        total.tokens += single.tokens
        total.failed += single.failed
        total.seconds += single.seconds
        if total.failed:
            break
    return total


def summarise(streams: int, figures: Figures) -> Summary:
    return Summary(
        streams=streams,
        tokens=figures.tokens,
        bytes=figures.bytes,
        failed=figures.failed,
        seconds=round(figures.seconds, 3),
        deltas_in_window=len(figures.late),
        late_p50_ms=percentile(figures.late, 0.5),
        late_p99_ms=percentile(figures.late, 0.99),
        first_p50_ms=percentile(figures.first, 0.5),
        first_p99_ms=percentile(figures.first, 0.99),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Read many chats at once and print how they came, as one JSON line.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--ramp", type=float, default=0.0)
    parser.add_argument("--settle", type=float, default=0.0)
    parser.add_argument("--window", type=float, default=0.0)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--one-by-one", type=int, default=0, help="so many answers after each other instead")
    asked = parser.parse_args()
    if asked.one_by_one:
        figures = uvloop.run(one_by_one(asked.url, asked.one_by_one))
    else:
        load = Load(asked.url, asked.streams, asked.ramp, asked.settle, asked.window, asked.limit)
        figures = uvloop.run(run(load))
    print(orjson.dumps(asdict(summarise(max(asked.streams, asked.one_by_one), figures))).decode())


if __name__ == "__main__":
    main()
