"""What a server process needs, loaded once: processes forked from here begin to serve within a second."""

from __future__ import annotations

import asyncio

import server  # noqa: F401 - loaded so that the processes forked from here have it
from agent.warmup import close_clients, warm


async def _warm() -> None:
    await warm()
    await close_clients()


asyncio.run(_warm())
