from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, TypeAlias

import orjson

from bench.contender import REPO, Contender
from bench.load_client import Summary
from bench.meter import Meter, Usage

RATE = 50
LATE_LIMIT_MS = 100.0
_STREAMS = 40
# Not a multiple of a token's time, so that the streams' tokens do not fall due at the same moments.
_RAMP = 2.013
Say = Callable[[str], None]
Part: TypeAlias = Literal["first", "paced", "unpaced", "streams"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the parts of a run are. `rounds` are of the first two parts, whose figures are medians.

    Answers asked one by one in a round, seconds of paced streams in a round, tokens of an unpaced stream, seconds in
    which lateness is counted, most streams to try.
    """

    rounds: int = 3
    singles: int = 40
    paced_seconds: int = 20
    unpaced_tokens: int = 4000
    window: float = 6.0
    most: int = 1600


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One contender's figures, None where their part was not run.

    CPU in ms per 1,000 tokens, but `answer_cpu` in ms an answer; `database_*` that of its Postgres beside its own.
    """

    name: str
    first_ms: float | None = None
    first_p99_ms: float | None = None
    answer_cpu: float | None = None
    paced_cpu: float | None = None
    paced_database_cpu: float | None = None
    paced_late_p99_ms: float | None = None
    stream_bytes: float | None = None
    unpaced_tokens_a_second: float | None = None
    unpaced_cpu: float | None = None
    unpaced_database_cpu: float | None = None
    streams: int | None = None
    peak_rss: int = 0


class MeasureError(Exception):
    """A load ended with failed streams or lost tokens; the server under test or the mock has a fault."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked for, how it came, and what it cost."""

    summary: Summary
    usage: Usage

    @property
    def cpu(self) -> float:
        return _per_thousand(self.usage.server_cpu, self.summary.tokens)

    @property
    def database_cpu(self) -> float:
        return _per_thousand(self.usage.database_cpu, self.summary.tokens)


@dataclass(slots=True)
class Run:
    """One contender, started, with the mock it asks; what is measured collects in it."""

    contender: Contender
    model: Contender
    meter: Meter
    effort: Effort
    say: Say
    idle: int = 0
    firsts: list[Load] = field(default_factory=list)
    paced: list[Load] = field(default_factory=list)
    rush: Load | None = None
    most: tuple[int, int] | None = None

    def warm(self) -> None:
        self._load(tokens=20, rate=0, one_by_one=20)
        self.idle = self.meter.rss()

    def measure(self, part: Part) -> None:
        """One round of the first two parts, all of the others."""
        match part:
            case "first":
                self.firsts.append(self._load(tokens=10, rate=RATE, one_by_one=self.effort.singles))
                self._tell(f"first delta {self.firsts[-1].summary.first_p50_ms:.1f} ms")
            case "paced":
                seconds = self.effort.paced_seconds
                load = self._load(tokens=RATE * seconds, rate=RATE, streams=_STREAMS, ramp=_RAMP, window=seconds - 3.0)
                self.paced.append(load)
                self._tell(f"{_STREAMS} paced streams, {load.cpu:.0f} ms CPU")
            case "unpaced":
                self.rush = self._load(tokens=self.effort.unpaced_tokens, rate=0, streams=8)
            case "streams":
                self.most = self._most_streams()

    def result(self) -> Result:
        firsts, paced, rush = self.firsts, self.paced, self.rush
        rss = [load.usage.rss for load in (*firsts, *paced, *([rush] if rush else []))]
        return Result(
            name=self.contender.name,
            first_ms=_median(load.summary.first_p50_ms for load in firsts),
            first_p99_ms=_median(load.summary.first_p99_ms for load in firsts),
            answer_cpu=_median(load.usage.server_cpu * 1000 / self.effort.singles for load in firsts),
            paced_cpu=_median(load.cpu for load in paced),
            paced_database_cpu=_median(load.database_cpu for load in paced),
            paced_late_p99_ms=_median(load.summary.late_p99_ms for load in paced),
            # The first round's: an unpaced load holds more than a stream at human pace ever does.
            stream_bytes=max(0, paced[0].usage.rss - self.idle) / _STREAMS if paced else None,
            unpaced_tokens_a_second=rush.summary.tokens / rush.summary.seconds if rush else None,
            unpaced_cpu=rush.cpu if rush else None,
            unpaced_database_cpu=rush.database_cpu if rush else None,
            streams=self.most[0] if self.most else None,
            peak_rss=max([self.idle, *rss, *([self.most[1]] if self.most else [])]),
        )

    def _most_streams(self) -> tuple[int, int]:
        """Up by a third until one load is late, then twice in between; and the peak RSS."""
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
            load = self._load(
                tokens=tokens, rate=RATE, streams=streams, ramp=ramp, settle=1.0, window=self.effort.window
            )
        except MeasureError as error:
            self._tell(f"{streams} streams: {error}")
            return False, 0
        summary = load.summary
        self._tell(f"{streams} streams, p99 late {summary.late_p99_ms:.0f} ms")
        # Too slow to deliver in the window is late as well, though what came was not counted.
        whole = summary.deltas_in_window >= 0.98 * streams * RATE * self.effort.window
        return whole and summary.late_p99_ms < LATE_LIMIT_MS, load.usage.rss

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
    ) -> Load:
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
        # What was not counted is infinite, which JSON has no word for.
        told = {name: float("inf") if value is None else value for name, value in orjson.loads(done.stdout).items()}
        summary = Summary(**told)
        if summary.failed or summary.tokens != tokens * (one_by_one or streams):
            raise MeasureError(f"{summary.failed} streams failed, {summary.tokens} tokens came")
        return Load(summary, usage)

    def _quiet(self) -> None:
        """Until the mock has no open stream: a server may go on reading after its client has left."""
        for _ in range(300):
            with urllib.request.urlopen(f"{self.model.url}/plan", timeout=5) as told:
                if orjson.loads(told.read())["open"] == 0:
                    return
            time.sleep(0.1)

    def _tell(self, line: str) -> None:
        self.say(f"{self.contender.name}: {line}")


def _upward(most: int) -> Iterator[int]:
    streams = 16
    while streams <= most:
        yield streams
        streams = int(streams * 4 / 3)


def _median(values: Iterator[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def _per_thousand(cpu_seconds: float, tokens: int) -> float:
    return cpu_seconds * 1_000_000 / tokens
