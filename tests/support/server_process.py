"""The real server in a process of its own, that a test may kill, stop and continue."""

from __future__ import annotations

import asyncio
import os
import runpy
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

SERVER = Path(__file__).parents[2] / "server.py"
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.support.preloaded"])
_START_LIMIT = 60.0


def _kept_port() -> socket.socket:
    """A port that stays ours while the server is down: bound and not listened on, it is given to nobody else.

    The server can bind it beside us, since both say SO_REUSEADDR.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    return kept


def _serve(script: str, env: Mapping[str, str], log: str) -> None:
    """Runs in the child: `python server.py`, or another script that serves."""
    with Path(log).open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.update(env)
    runpy.run_path(script, run_name="__main__")


@dataclass(slots=True)
class ServerProcess:
    """One server on a port of its own, which it keeps when it is started again."""

    env: Mapping[str, str]
    log: Path
    process: ForkServerProcess | None = None
    script: Path = SERVER
    kept: socket.socket = field(default_factory=_kept_port)

    @property
    def port(self) -> int:
        port: int = self.kept.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        assert self.process.pid is not None
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.exitcode

    async def start(self) -> None:
        env = {"CARTWRIGHT_LIMIT_GUESTS": "0", **self.env, "CARTWRIGHT_PORT": str(self.port)}
        self.process = _FORKS.Process(target=_serve, args=(str(self.script), env, str(self.log)), daemon=True)
        self.process.start()
        await self.ready()

    async def ready(self) -> None:
        deadline = time.monotonic() + _START_LIMIT
        async with httpx.AsyncClient(base_url=self.url) as http:
            while time.monotonic() < deadline and self.exit_code is None:
                try:
                    if (await http.get("/readyz", timeout=2)).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"the server does not become ready:\n{self.log.read_text()[-3000:]}")

    def send(self, sign: signal.Signals) -> None:
        os.kill(self.pid, sign)

    async def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        await self.ended(10)

    async def ended(self, seconds: float) -> float:
        """Wait until the process has ended; how long that took."""
        assert self.process is not None
        began = time.monotonic()
        await asyncio.to_thread(self.process.join, seconds)
        assert self.exit_code is not None, "the process does not end"
        return time.monotonic() - began

    async def terminate(self, seconds: float = 20) -> float:
        """SIGTERM, and how long the process took to end."""
        self.send(signal.SIGTERM)
        return await self.ended(seconds)

    async def close(self) -> None:
        if self.process is not None and self.exit_code is None:
            self.send(signal.SIGCONT)
            await self.kill()
        self.kept.close()
