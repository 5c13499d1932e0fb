from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from server import NoCuts

_NO_CUTS = NoCuts()
_GRACE = 1


class _Server(uvicorn.Server):
    """Leaves as soon as it is told to and its requests are over: uvicorn itself looks ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = list(self.server_state.tasks)
        late = (await asyncio.wait(tasks, timeout=_GRACE))[1] if tasks else ()
        for task in late:
            task.cancel("the server leaves")
        await asyncio.gather(*late, return_exceptions=True)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve `app` on a free loopback port of this event loop; yields its base URL without a trailing slash."""
    logging.getLogger("uvicorn.error").addFilter(_NO_CUTS)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.told.set()
        await task
        listener.close()
