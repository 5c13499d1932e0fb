from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from bench.contender import REPO, Contender
from bench.load_client import Summary
from bench.meter import Meter, Usage

RATE = 50
LATE_LIMIT_MS = 100.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the parts of a run are: answers asked one by one, seconds of paced and tokens of unpaced streams."""

    singles: int = 60
    paced_seconds: int = 20
    unpaced_tokens: int = 4000
    window: float = 6.0
    most: int = 1600


@dataclass(frozen=True, slots=True)
class Result:
    """One contender's figures. CPU in ms per 1,000 tokens, `database_*` that of its Postgres beside its own."""

    name: str
    first_ms: float
    first_p99_ms: float
    unpaced_tokens_a_second: float
    unpaced_cpu: float
    unpaced_database_cpu: float
    paced_cpu: float
    paced_database_cpu: float
    paced_late_p99_ms: float
    streams: int
    peak_rss: int
    stream_bytes: float


class MeasureError(Exception):
    """A load ended with failed streams or lost tokens; the server under test or the mock has a fault."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contender, started and warm, with the mock it asks."""

    contender: Contender
    model: Contender
    meter: Meter
    effort: Effort
    say: Say

    def all(self) -> Result:
        self._load(tokens=20, rate=0, one_by_one=20)
        idle = self.meter.rss()
        single, _ = self._load(tokens=20, rate=RATE, one_by_one=self.effort.singles)
        tokens = RATE * self.effort.paced_seconds
        paced, cost = self._load(tokens=tokens, rate=RATE, streams=40, ramp=2.0, window=self.effort.paced_seconds - 3.0)
        # Memory before the unpaced load: that one holds more than a stream at human pace ever does.
        held = max(0, cost.rss - idle) / 40
        self.say(f"{self.contender.name}: 40 paced streams, {_per_thousand(cost.server_cpu, paced.tokens):.0f} ms CPU")
        unpaced, rush = self._load(tokens=self.effort.unpaced_tokens, rate=0, streams=8)
        streams, peak = self._most_streams()
        return Result(
            name=self.contender.name,
            first_ms=single.first_p50_ms,
            first_p99_ms=single.first_p99_ms,
            unpaced_tokens_a_second=unpaced.tokens / unpaced.seconds,
            unpaced_cpu=_per_thousand(rush.server_cpu, unpaced.tokens),
            unpaced_database_cpu=_per_thousand(rush.database_cpu, unpaced.tokens),
            paced_cpu=_per_thousand(cost.server_cpu, paced.tokens),
            paced_database_cpu=_per_thousand(cost.database_cpu, paced.tokens),
            paced_late_p99_ms=paced.late_p99_ms,
            streams=streams,
            peak_rss=max(cost.rss, rush.rss, peak),
            stream_bytes=held,
        )

    def _most_streams(self) -> tuple[int, int]:
        """Up by a third until one load is late, then twice in between."""
        held, late, peak = 0, 0, 0
        for streams in _upward(self.effort.most):
            kept, rss = self._keeps_up(streams)
            peak = max(peak, rss)
            if not kept:
                late = streams
                break
            held = streams
        for _ in range(2 if late else 0):
            between = (held + late) // 2
            kept, rss = self._keeps_up(between)
            peak = max(peak, rss)
            held, late = (between, late) if kept else (held, between)
        return held, peak

    def _keeps_up(self, streams: int) -> tuple[bool, int]:
        ramp = max(1.0, streams / 40)
        tokens = int(RATE * (ramp + 1.0 + self.effort.window))
        try:
            summary, usage = self._load(
                tokens=tokens, rate=RATE, streams=streams, ramp=ramp, settle=1.0, window=self.effort.window
            )
        except MeasureError as error:
            self.say(f"{self.contender.name}: {streams} streams: {error}")
            return False, 0
        self.say(f"{self.contender.name}: {streams} streams, p99 late {summary.late_p99_ms:.0f} ms")
        # Too slow to deliver in the window is late as well, though what came was not counted.
        whole = summary.deltas_in_window >= 0.98 * streams * RATE * self.effort.window
        return whole and summary.late_p99_ms < LATE_LIMIT_MS, usage.rss

    def _load(
        self,
        *,
        tokens: int,
        rate: int,
        streams: int = 1,
        one_by_one: int = 0,
        ramp: float = 0.0,
        settle: float = 0.0,
        window: float = 0.0,
    ) -> tuple[Summary, Usage]:
        with urllib.request.urlopen(f"{self.model.url}/plan?tokens={tokens}&rate={rate}", timeout=5) as told:
            told.read()
        options = {
            "url": self.contender.url,
            "streams": streams,
            "one-by-one": one_by_one,
            "ramp": ramp,
            "settle": settle,
            "window": window,
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        with self.meter.measured() as usage:
            done = subprocess.run(
                [sys.executable, "-m", "bench.load_client", *arguments],
                cwd=REPO,
                check=True,
                stdout=subprocess.PIPE,
                timeout=300,
            )
        self._quiet()
        summary = Summary(**orjson.loads(done.stdout))
        if summary.failed or summary.tokens != tokens * (one_by_one or streams):
            raise MeasureError(f"{summary.failed} streams failed, {summary.tokens} tokens came")
        return summary, usage

    def _quiet(self) -> None:
        """Until the mock has no open stream: a server may go on reading after its client has left."""
        for _ in range(300):
            with urllib.request.urlopen(f"{self.model.url}/plan", timeout=5) as told:
                if orjson.loads(told.read())["open"] == 0:
                    return
            time.sleep(0.1)


def _upward(most: int) -> Iterator[int]:
    streams = 16
    while streams <= most:
        yield streams
        streams = int(streams * 4 / 3)


def _per_thousand(cpu_seconds: float, tokens: int) -> float:
    return cpu_seconds * 1_000_000 / tokens
