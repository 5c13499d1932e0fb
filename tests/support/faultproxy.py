"""A link that can go wrong: TCP on loopback, passed on to a TCP port or a Unix socket."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class FaultProxy:
    """How the link is now; connections that are there follow every change.

    `slice`: answers come in pieces of so many bytes. `cut_after`: a connection breaks after so many bytes of answer.
    `latency`: seconds before each piece, both ways. `silent`: nothing passes, nobody is told. `gathers`: answers pass
    in pieces of so many bytes; `heeded`: but for those that ask not to be held (`x-accel-buffering: no`).
    """

    target: tuple[str, int] | str
    port: int = 0
    slice: int | None = None
    cut_after: int | None = None
    latency: float = 0.0
    silent: bool = False
    gathers: int = 0
    heeded: bool = True
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """RST to both ends of every connection."""
        for writer in self._writers:
            raw = writer.get_extra_info("socket")
            if raw is not None and raw.family == socket.AF_INET:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        self._writers.clear()

    def accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        try:
            match self.target:
                case str(path):
                    there, back = await asyncio.open_unix_connection(path)
                case (host, port):
                    there, back = await asyncio.open_connection(host, port)
            ends.append(back)
            self._writers.update(ends)
            both = [asyncio.create_task(self._up(reader, back)), asyncio.create_task(self._down(there, writer))]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        except OSError:
            pass
        finally:
            for end in ends:
                self._writers.discard(end)
                end.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            await self._pass(data, writer)

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed, gathered, at_once = 0, b"", False
        while data := await reader.read(1 << 16):
            at_once = at_once or (self.heeded and b"\nx-accel-buffering: no\r" in data.lower())
            gathered += data
            if len(gathered) < self.gathers and not at_once:
                continue
            data, gathered = gathered, b""
            size = self.slice or len(data)
            for start in range(0, len(data), size):
                piece = data[start : start + size]
                if self.cut_after is not None and passed + len(piece) > self.cut_after:
                    return
                await self._pass(piece, writer)
                passed += len(piece)
                if self.slice:
                    # Lets the other end read, so that pieces are reads of their own.
                    await asyncio.sleep(0)
        await self._pass(gathered, writer)

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if self.latency:
            await asyncio.sleep(self.latency)
        while self.silent:
            await asyncio.sleep(0.02)
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def proxied(target: tuple[str, int] | str) -> AsyncIterator[FaultProxy]:
    """A link to the target that works, until it is told otherwise."""
    proxy = FaultProxy(target)
    server = await asyncio.start_server(proxy.accepted, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
