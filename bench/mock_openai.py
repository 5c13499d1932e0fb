from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import parse_qs, urlsplit

import uvloop

from bench import ticks

# What one event of api.openai.com carries besides the text.
_EVENT = (
    b'data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1764000000,"model":"mock",'
    b'"service_tier":"default","system_fingerprint":"fp_mock","choices":[{"index":0,"delta":%s,'
    b'"logprobs":null,"finish_reason":%s}],"usage":null}\n\n'
)
_USAGE = (
    b'data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1764000000,"model":"mock","choices":[],'
    b'"usage":{"prompt_tokens":20,"completion_tokens":%d,"total_tokens":%d}}\n\ndata: [DONE]\n\n'
)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
_ROLE = _EVENT % (b'{"role":"assistant","content":"","refusal":null}', b"null")
_BEFORE, _AFTER = (_EVENT % (b'{"content":"@"}', b"null")).split(b"@")
_STOP = _EVENT % (b"{}", b'"stop"')
_EVENT_LENGTH = len(_BEFORE) + ticks.TOKEN_LENGTH + len(_AFTER)
_CHUNK_HEAD = b"%x\r\n" % _EVENT_LENGTH
_BURST = 32


@dataclass(slots=True)
class Plan:
    """What each answer is: `tokens` tokens at `rate` tokens a second, as fast as the reader takes them when 0."""

    tokens: int = 100
    rate: float = 50.0
    open: int = 0
    served: int = 0


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


@dataclass(slots=True)
class Answer:
    """One stream. Token i is due at its start + i / rate, whatever happened to the ones before."""

    transport: asyncio.Transport
    plan: Plan
    done: Callable[[], None]
    loop: asyncio.AbstractEventLoop
    start: float = 0.0
    sent: int = 0
    tokens: int = 0
    rate: float = 0.0
    timer: asyncio.TimerHandle | None = None
    paused: bool = False

    def begin(self) -> None:
        self.tokens, self.rate = self.plan.tokens, self.plan.rate
        self.plan.open += 1
        self.start = time.monotonic()
        self.transport.write(_HEAD + _chunk(_ROLE))
        self.go_on()

    def go_on(self) -> None:
        self.timer = None
        if self.rate:
            self._paced()
        else:
            self._unpaced()

    def _paced(self) -> None:
        now = time.monotonic()
        pieces: list[bytes] = []
        while self.sent < self.tokens and (due := self.start + self.sent / self.rate) <= now:
            pieces += (_CHUNK_HEAD, _BEFORE, ticks.token(due), _AFTER, b"\r\n")
            self.sent += 1
        self.transport.write(b"".join(pieces))
        if self.sent == self.tokens:
            self._finish()
        else:
            self.timer = self.loop.call_later(self.start + self.sent / self.rate - now, self.go_on)

    def _unpaced(self) -> None:
        while self.sent < self.tokens and not self.paused:
            count = min(_BURST, self.tokens - self.sent)
            event = _BEFORE + ticks.token(time.monotonic()) + _AFTER
            self.transport.write(_chunk(event * count))
            self.sent += count
        if self.sent == self.tokens:
            self._finish()

    def _finish(self) -> None:
        self.transport.write(_chunk(_STOP) + _chunk(_USAGE % (self.tokens, self.tokens + 20)) + b"0\r\n\r\n")
        self.plan.served += 1
        self.stop()
        self.done()

    def stop(self) -> None:
        self.plan.open -= 1
        if self.timer is not None:
            self.timer.cancel()


@dataclass(slots=True)
class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as the model clients use."""

    plan: Plan
    transport: asyncio.Transport | None = None
    buffer: bytes = b""
    answer: Answer | None = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes.
        transport = cast("asyncio.Transport", transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None:
            self.answer.stop()
            self.answer = None

    def pause_writing(self) -> None:
        if self.answer is not None:
            self.answer.paused = True

    def resume_writing(self) -> None:
        if self.answer is not None:
            self.answer.paused = False
            if not self.answer.rate:
                self.answer.go_on()

    def _next(self) -> None:
        head, blank, rest = self.buffer.partition(b"\r\n\r\n")
        if not blank or self.answer is not None or self.transport is None:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        if method == "POST":
            self.answer = Answer(self.transport, self.plan, self._answered, self.loop)
            self.answer.begin()
        else:
            self._told(target)

    def _answered(self) -> None:
        self.answer = None
        self._next()

    def _told(self, target: str) -> None:
        """GET /plan?tokens=N&rate=R sets what the next answers are; any GET tells how many are open and served."""
        assert self.transport is not None
        asked = parse_qs(urlsplit(target).query)
        if "tokens" in asked:
            self.plan.tokens, self.plan.rate = int(asked["tokens"][0]), float(asked["rate"][0])
            self.plan.served = 0
        body = b'{"open":%d,"served":%d}' % (self.plan.open, self.plan.served)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)
        self._next()


async def serve(port: int) -> None:
    """A model server on loopback that speaks the streaming wire format of OpenAI's chat completions, for ever."""
    plan = Plan()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(plan), "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A loopback model server in OpenAI's streaming wire format.")
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
