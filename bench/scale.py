"""`python -m bench.scale`: what 1, 2 and 4 processes on one Postgres hold, what a stream costs it, where it ends."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from bench import contender, fleet, writes
from bench.fleet import Cost, Fleet
from bench.measure import RATE
from bench.writes import Telling, Writing

_PROCESSES = (1, 2, 4)
_FIRST = 32
_MOST = 400
_WINDOW = 5.0
_WRITE_SECONDS = 2.0
_NOTICES_A_SECOND = 20
_BATCHES = (1, 10, 50, 200, 500)
_LONG = 8_000

_COST_HEAD = (
    "| processes | streams | held | p99 late ms | service CPU | Postgres CPU | commits/s | part writes/s a stream |"
    " of them heap-only | WAL KB/s a stream |"
)
_WRITE_HEAD = (
    "| writers | runs a statement | text | statements/s | rows/s | ms a statement | Postgres µs a row | WAL B a row |"
)
_TELL_HEAD = "| senders | listeners | notices/s | Postgres µs a notice | p99 ms until all have heard |"


def _say(line: str) -> None:
    print(line, flush=True)


def _table(head: str) -> None:
    _say(f"\n{head}\n|{'---|' * (head.count('|') - 1)}")


def _cost(cost: Cost) -> str:
    thousands = cost.tokens / 1000
    stream_seconds = cost.streams * cost.seconds
    return (
        f"| {cost.processes} | {cost.streams} | {'yes' if cost.held else 'no'} | {cost.late_p99_ms:.0f} |"
        f" {cost.server_cpu * 1000 / thousands:.0f} | {cost.database_cpu * 1000 / thousands:.0f} |"
        f" {cost.commits / cost.seconds:.0f} | {cost.updates / stream_seconds:.1f} |"
        f" {cost.hot / max(1, cost.updates):.0%} | {cost.wal / stream_seconds / 1000:.1f} |"
    )


def _written(writing: Writing) -> str:
    return (
        f"| {writing.writers} | {writing.runs} | {writing.begin:,} | {writing.statements / writing.seconds:,.0f} |"
        f" {writing.rows / writing.seconds:,.0f} |"
        f" {writing.writers * writing.seconds * 1000 / writing.statements:.1f} |"
        f" {writing.database_cpu * 1e6 / writing.rows:.0f} | {writing.wal / writing.rows:,.0f} |"
    )


def _told(telling: Telling) -> str:
    return (
        f"| {telling.senders} | {telling.listeners} | {telling.notices / telling.seconds:,.0f} |"
        f" {telling.database_cpu * 1e6 / telling.notices:.0f} | {telling.late_p99_ms:.1f} |"
    )


def _upward() -> Iterator[int]:
    """Multiples of 4, each about a third more than the one before."""
    streams = _FIRST
    while streams <= _MOST:
        yield streams
        streams = streams * 4 // 12 * 4


def _most(servers: Fleet) -> None:
    """Up until a load is late, then once between the last two."""
    held = 0
    for streams in _upward():
        cost = servers.load(streams, _WINDOW)
        _say(_cost(cost))
        if not cost.held:
            between = (held + streams) // 8 * 4
            if between > held:
                _say(_cost(servers.load(between, _WINDOW)))
            return
        held = streams


def _fleets(url: str, master: psutil.Process, folder: Path, processes: Sequence[int]) -> None:
    model = contender.mock()
    idle: list[str] = []
    _table(_COST_HEAD)
    with contender.started(model, folder / "mock.log"):
        for count in processes:
            with fleet.fleet(count, model, url, master, folder) as servers:
                commits, connections = servers.idle(4.0)
                idle.append(f"{count} idle: {commits:.1f} transactions/s, {connections} connections")
                _most(servers)
    _say("\n" + "\n".join(idle))


async def _alone(url: str, master: psutil.Process) -> None:
    _table(_WRITE_HEAD)
    loads = [(1, runs, 0) for runs in _BATCHES] + [(1, 50, _LONG), (2, 50, 0), (4, 50, 0)]
    for writers, runs, begin in loads:
        done = await writes.writing(url, master, writers=writers, runs=runs, begin=begin, seconds=_WRITE_SECONDS)
        _say(_written(done))
    _table(_TELL_HEAD)
    pause = 1 / _NOTICES_A_SECOND
    for senders, listeners, every in [(4, 1, pause), (4, 10, pause), (4, 50, pause), (1, 1, 0.0), (4, 1, 0.0)]:
        told = await writes.telling(
            url, master, listeners=listeners, senders=senders, pause=every, seconds=_WRITE_SECONDS
        )
        _say(_told(told))


def main() -> None:
    # So that a stopped run ends the servers it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="Streams of 1, 2 and 4 processes on one Postgres, and its own limits.")
    parser.add_argument("--processes", nargs="*", type=int, default=_PROCESSES, help="none: Postgres alone")
    parser.add_argument("--no-writes", action="store_true", help="without the measurements of Postgres alone")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cartwright-scale-"))
    try:
        with fleet.postgres(folder) as (url, master):
            if not asked.no_writes:
                asyncio.run(_alone(url, master))
            if asked.processes:
                _say(f"\nCPU: ms per 1,000 tokens; streams of {RATE} tokens a second.")
                _fleets(url, master, folder, asked.processes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
