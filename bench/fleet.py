"""Several server processes on one Postgres, loaded at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import psutil

from bench import contender
from bench.contender import REPO, Contender
from bench.load_client import Summary
from bench.measure import LATE_LIMIT_MS, RATE
from bench.meter import Meter, postmaster
from storage import sql
from storage.database import connect
from storage.embedded import Server
from storage.migrate import migrate

_SQL = sql.load(__file__)

RAMP = 40
"""Streams opened a second: an answer's beginning costs far more than its going on."""
_SETTLE = 2.0
_VERSION = 18


@dataclass(frozen=True, slots=True)
class Cost:
    """Of `seconds` in which `streams` were open on `processes`; CPU in seconds, lateness of the worst process in ms."""

    processes: int
    streams: int
    seconds: float
    tokens: float
    late_p99_ms: float
    whole: bool
    server_cpu: float
    database_cpu: float
    commits: int
    updates: int
    hot: int
    wal: int

    @property
    def held(self) -> bool:
        """Whether every token came and came in time."""
        return self.whole and self.late_p99_ms < LATE_LIMIT_MS


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """An embedded server with a migrated database, and its postmaster; durable as in production."""
    server = Server(folder, _VERSION, durable=True, patience=60.0)
    url = server.enter()
    try:
        asyncio.run(migrate(url))
        master = postmaster(folder)
        assert master is not None
        yield url, master
    finally:
        server.leave()


@dataclass(frozen=True, slots=True)
class Fleet:
    """Servers that have started, the mock model they ask, and the Postgres they share."""

    servers: tuple[Contender, ...]
    pids: tuple[int, ...]
    model: Contender
    url: str
    master: psutil.Process

    def load(self, streams: int, window: float) -> Cost:
        """Open the streams, spread evenly; the cost of `window` seconds in which all of them are open."""
        ramp = max(1.0, streams / RAMP)
        tokens = int(RATE * (ramp + _SETTLE + window + 2.0))
        _ask(f"{self.model.url}/plan?tokens={tokens}&rate={RATE}")
        share = streams // len(self.servers)
        clients = [_client(server.url, share, ramp, window) for server in self.servers]
        time.sleep(ramp + _SETTLE)
        before = self._counters()
        with ExitStack() as stack:
            used = [stack.enter_context(Meter(psutil.Process(pid)).measured()) for pid in self.pids]
            database = stack.enter_context(Meter(self.master).measured())
            time.sleep(window)
        after = self._counters()
        summaries = [Summary(**orjson.loads(client.communicate(timeout=120)[0])) for client in clients]
        whole = all(
            not each.failed and each.tokens == tokens * share and each.deltas_in_window >= 0.98 * share * RATE * window
            for each in summaries
        )
        return Cost(
            processes=len(self.servers),
            streams=streams,
            seconds=window,
            tokens=share * len(self.servers) * RATE * window,
            late_p99_ms=max(each.late_p99_ms for each in summaries),
            whole=whole,
            server_cpu=sum(each.server_cpu for each in used),
            database_cpu=database.server_cpu,
            commits=after["commits"] - before["commits"],
            updates=after["updates"] - before["updates"],
            hot=after["hot"] - before["hot"],
            wal=after["wal"] - before["wal"],
        )

    def idle(self, seconds: float) -> tuple[float, int]:
        """Transactions a second with nobody there, and the connections all processes hold."""
        time.sleep(2.0)
        before = self._counters()
        time.sleep(seconds)
        return (self._counters()["commits"] - before["commits"]) / seconds, asyncio.run(_connections(self.url))

    def _counters(self) -> dict[str, int]:
        return asyncio.run(_counters(self.url))


@contextmanager
def fleet(processes: int, model: Contender, url: str, master: psutil.Process, folder: Path) -> Iterator[Fleet]:
    """Start so many servers; each has answered a few chats before it is measured."""
    with ExitStack() as stack:
        servers, pids = [], []
        for number in range(processes):
            server = contender.ours(model, folder)
            server = replace(server, env={**server.env, "CARTWRIGHT_DATABASE_URL": url}, data=None)
            pids.append(stack.enter_context(contender.started(server, folder / f"server-{processes}-{number}.log")))
            servers.append(server)
        made = Fleet(tuple(servers), tuple(pids), model, url, master)
        made.load(4 * processes, 1.0)
        yield made


def _client(url: str, streams: int, ramp: float, window: float) -> subprocess.Popen[bytes]:
    options = {"url": url, "streams": streams, "ramp": ramp, "settle": _SETTLE, "window": window}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "bench.load_client", *arguments]
    return subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE)


def _ask(url: str) -> None:
    with urllib.request.urlopen(url, timeout=5) as told:
        told.read()


async def _counters(url: str) -> dict[str, int]:
    conn = await connect(url)
    try:
        (record,) = await conn.fetch(_SQL["counters"])
        return dict(record)
    finally:
        await conn.close()


async def _connections(url: str) -> int:
    conn = await connect(url)
    try:
        (record,) = await conn.fetch(_SQL["connections"])
        return int(record["count"])
    finally:
        await conn.close()
