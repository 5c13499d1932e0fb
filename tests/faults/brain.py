"""A model on loopback for many chats at once: what it says follows from what the shopper asked and how far it is.

`talk N`: N words. `cart PRODUCT N`: N steps that each set the quantity of the product, one more every time, then words.
`stall N`: N words, then silence. `slow N`: a word every half second. `hold N M`: N words, and M more once `go` is set.
`cart PRODUCT N hold K`: step K stays in the middle of its call until `go` is set. `ponder SECONDS`: a silent tool.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.providers import openai
from tests.support.providers.script import Arguments, Call, End, Item, Script, Stall, Text

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(slots=True)
class Brain:
    """`pace`: seconds between two pieces. `asked`: bodies of requests; `gone`: when clients hung up in an answer.

    `go`: what is held goes on.
    """

    pace: float = 0.01
    words: int = 12
    asked: list[dict[str, Any]] = field(default_factory=list)
    gone: list[float] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    open: int = 0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (body := await _request(reader)) is not None:
                self.asked.append(body)
                self.open += 1
                try:
                    await self._answer(body, reader, writer)
                finally:
                    self.open -= 1
        except ConnectionError:
            self.gone.append(time.monotonic())
        finally:
            writer.close()

    async def _answer(
        self, body: Mapping[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked, done = _situation(body["messages"])
        pace = 0.5 if asked[0] == "slow" else self.pace
        writer.write(_HEAD)
        for number, script in enumerate(self.scripts(asked, done)):
            if number:
                await self.go.wait()
            await self._say(script, pace, reader, writer)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _say(
        self, script: Script, pace: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for step in openai.reply(script).steps:
            if reader.at_eof():
                raise ConnectionResetError
            if isinstance(step, bytes):
                writer.write(b"%x\r\n%s\r\n" % (len(step), step))
                await writer.drain()
                await asyncio.sleep(pace)
            elif isinstance(step, Stall):
                await reader.read(1)
                raise ConnectionResetError

    def scripts(self, asked: Sequence[str], done: int) -> list[Script]:
        """Between two of them it waits to go on."""
        match asked:
            case ["cart", product, steps, *hold] if done < int(steps):
                given = json.dumps({"product_id": product, "quantity": done + 1})
                half = len(given) // 2
                call = Call(0, f"call-{uuid4().hex}", "update_cart")
                begun: list[Item] = [
                    Text(f"Step {done} begins. "),
                    Text("One moment. "),
                    call,
                    Arguments(0, given[:half]),
                ]
                rest: list[Item] = [Arguments(0, given[half:]), End("tool_calls")]
                return [begun, rest] if hold == ["hold", str(done)] else [[*begun, *rest]]
            case ["ponder", seconds] if not done:
                call = Call(0, f"call-{uuid4().hex}", "ponder")
                return [[call, Arguments(0, json.dumps({"seconds": float(seconds)})), End("tool_calls")]]
            case ["cart" | "ponder", *_]:
                return [[*self.said(self.words), End()]]
            case ["talk" | "slow", words]:
                return [[*self.said(int(words)), End()]]
            case ["hold", words, more]:
                return [self.said(int(words)), [*self.said(int(more)), End()]]
            case ["stall", words]:
                return [[*self.said(int(words)), Stall()]]
            case _:
                return [[Text("I do not know."), End()]]

    def said(self, count: int) -> list[Text]:
        return [Text(f"word{number} ") for number in range(count)]


def _situation(messages: Sequence[Mapping[str, Any]]) -> tuple[list[str], int]:
    """The shopper's last words, and how many tools have answered since."""
    last = max(place for place, message in enumerate(messages) if message["role"] == "user")
    content = messages[last]["content"]
    text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    return text.split(), sum(message["role"] == "tool" for message in messages[last:])


async def _request(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
        )
        body: dict[str, Any] = json.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return body


@asynccontextmanager
async def thinking(brain: Brain) -> AsyncIterator[Brain]:
    """The brain behind a port of loopback."""
    tasks: set[asyncio.Task[None]] = set()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(brain.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, backlog=1024)
    brain.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield brain
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
