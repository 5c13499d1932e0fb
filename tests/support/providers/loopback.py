"""A model provider on loopback: answers each request with the next scripted reply and notes what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, assert_never

from tests.support.providers.script import Cut, Stall, Wait, Wire


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, then bytes as they are to be sent; `slice` cuts them into pieces of so many bytes."""

    steps: Sequence[Wire]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    slice: int | None = None


def refusal(status: int, body: object, **headers: str) -> Reply:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Reply([json.dumps(body).encode()], status=status, headers=named, content_type="application/json")


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Provider:
    """`url` is its address; the last reply is given again when the list is used up."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self.replies = list(replies)
        self.asked: list[Asked] = []
        self.connections = 0
        self.called = asyncio.Event()
        self.gone = asyncio.Event()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (asked := await _request(reader)) is not None:
                self.asked.append(asked)
                self.called.set()
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                if not await self._send(reply, reader, writer):
                    return
        except ConnectionError:
            self.gone.set()
        finally:
            writer.close()

    async def _send(self, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(_head(reply))
        for step in reply.steps:
            match step:
                case bytes():
                    await _pieces(step, reply.slice, writer)
                case Stall():
                    await writer.drain()
                    await reader.read(1)
                    self.gone.set()
                    return False
                case Wait():
                    await writer.drain()
                    await step.until.wait()
                case Cut():
                    await writer.drain()
                    writer.transport.close()
                    return False
                case _:
                    assert_never(step)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


async def _pieces(data: bytes, size: int | None, writer: asyncio.StreamWriter) -> None:
    for start in range(0, len(data), size or len(data) or 1):
        piece = data[start : start + (size or len(data))]
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
        # Lets the reader run, so that pieces are reads of their own.
        await asyncio.sleep(0)


def _head(reply: Reply) -> bytes:
    headers = {"content-type": reply.content_type, "transfer-encoding": "chunked", **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Scripted"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(first.split(" ")[1], headers, json.loads(body) if body else {})


@asynccontextmanager
async def provider(*replies: Reply) -> AsyncIterator[Provider]:
    made = Provider(replies)
    tasks: set[asyncio.Task[None]] = set()
    writers: set[asyncio.StreamWriter] = set()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        tasks.add(asyncio.create_task(made.serve(reader, writer), name="provider-connection"))

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.gather(*tasks)
