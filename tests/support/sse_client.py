"""A reader of event streams over a plain socket: every event as it comes, and a clean end told from a broken one."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class Broken(ConnectionError):
    """The connection ended before the response did."""


@dataclass(frozen=True, slots=True)
class Event:
    """`data` is None for a comment."""

    id: str | None
    data: str | None

    @property
    def chunk(self) -> dict[str, Any]:
        assert self.data is not None
        decoded: dict[str, Any] = json.loads(self.data)
        return decoded


@dataclass(slots=True)
class Response:
    """A response whose head has come."""

    status: int
    headers: Mapping[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes = field(default=b"")

    async def events(self) -> AsyncIterator[Event]:
        """Raises Broken when the connection ends first."""
        async for data in self._chunks():
            *whole, self.rest = (self.rest + data).replace(b"\r\n", b"\n").split(b"\n\n")
            for event in whole:
                yield _event(event.decode())
        if self.rest:
            raise Broken("the response ends within an event")

    async def body(self) -> Any:
        try:
            data = b"".join([piece async for piece in self._chunks()])
        finally:
            self.close()
        return json.loads(data) if data else None

    async def _chunks(self) -> AsyncIterator[bytes]:
        try:
            if self.headers.get("transfer-encoding") != "chunked":
                yield await self.reader.readexactly(int(self.headers.get("content-length", "0")))
                return
            while (size := int(await self.reader.readuntil(b"\r\n"), 16)) > 0:
                yield (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readuntil(b"\r\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Broken(str(error)) from error

    def close(self) -> None:
        self.writer.transport.abort()


async def request(
    method: str, url: str, *, body: object = None, headers: Mapping[str, str] | None = None, buffer: int | None = None
) -> Response:
    """Send a request and read the response's head; the kernel keeps `buffer` bytes unread. Raises Broken."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    payload = b"" if body is None else json.dumps(body).encode()
    given = {"host": parts.netloc, "connection": "close", "content-length": str(len(payload)), **(headers or {})}
    if body is not None:
        given["content-type"] = "application/json"
    lines = [f"{method} {parts.path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    writer = None
    try:
        reader, writer = await _connected(parts.hostname, parts.port or 80, buffer)
        writer.write("\r\n".join(lines).encode() + payload)
        first, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        if writer is not None:
            writer.transport.abort()
        raise Broken(str(error)) from error
    told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in fields if line)}
    return Response(int(first.split(" ")[1]), told, reader, writer)


async def _connected(host: str, port: int, buffer: int | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if buffer is None:
        return await asyncio.open_connection(host, port, limit=1 << 20)
    made = socket.socket()
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    await asyncio.get_running_loop().sock_connect(made, (host, port))
    return await asyncio.open_connection(sock=made, limit=buffer)


def _event(text: str) -> Event:
    event_id: str | None = None
    data: str | None = None
    for line in text.split("\n"):
        name, _, value = line.partition(": ")
        if name == "id":
            event_id = value
        elif name == "data":
            data = value
    return Event(event_id, data)
