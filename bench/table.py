from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import Result

_COLUMNS: tuple[tuple[str, Callable[[Result], str]], ...] = (
    ("server", lambda result: result.name),
    ("first delta ms (p99)", lambda result: _pair(result.first_ms, ".1f", result.first_p99_ms, " ({:.0f})")),
    ("CPU an answer", lambda result: _one(result.answer_cpu, ".1f")),
    ("unpaced tok/s", lambda result: _one(result.unpaced_tokens_a_second, ",.0f")),
    ("unpaced CPU", lambda result: _pair(result.unpaced_cpu, ".0f", result.unpaced_database_cpu, " + {:.0f}")),
    ("paced CPU", lambda result: _pair(result.paced_cpu, ".0f", result.paced_database_cpu, " + {:.0f}")),
    ("p99 late ms", lambda result: _one(result.paced_late_p99_ms, ".0f")),
    ("streams", lambda result: _one(result.streams, "d")),
    ("peak RSS MB", lambda result: _one(result.peak_rss, ".0f", 1e6)),
    ("KB a stream", lambda result: _one(result.stream_bytes, ".0f", 1e3)),
)
_LEGEND = (
    "CPU: ms (user and system) per 1,000 tokens, + that of its Postgres; paced: 40 streams of 50 tok/s.\n"
    "CPU an answer: ms of an answer of ten tokens. First delta and paced: medians of rounds, in turns.\n"
    "streams: the most 50 tok/s streams with p99 lateness under 100 ms. KB a stream: growth of RSS over idle / 40."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    line: str
    reached: bool


def _one(value: float | None, form: str, unit: float | None = None) -> str:
    if value is None:
        return "-"
    return format(value / unit if unit else value, form)


def _pair(value: float | None, form: str, beside: float | None, then: str) -> str:
    return _one(value, form) + (then.format(beside) if beside else "")


def figures(results: Sequence[Result]) -> str:
    """A Markdown table, one line a server, and what its columns are."""
    heads = [head for head, _ in _COLUMNS]
    rows = [[cell(result) for _, cell in _COLUMNS] for result in results]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [_line(heads, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in rows]
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join([*lines, "", _LEGEND, machine])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def verdicts(results: Sequence[Result]) -> list[Verdict]:
    """Our figures against those of the peers that ran, each with its target."""
    by_name = {result.name: result for result in results}
    ours, aisdk, adapter = (by_name.get(name) for name in ("cartwright", "aisdk", "adapter"))
    alike = by_name.get("adapter+tools")
    if ours is None:
        return []
    found: list[Verdict] = []
    if aisdk is not None:
        if ours.paced_cpu and aisdk.paced_cpu:
            found.append(_at_most("paced CPU / AI SDK", ours.paced_cpu / aisdk.paced_cpu, 0.4))
        if ours.streams is not None and aisdk.streams is not None:
            found.append(_at_least("streams / AI SDK", ours.streams / max(1, aisdk.streams), 1.5))
    if adapter is not None:
        if ours.paced_cpu and adapter.paced_cpu:
            found.append(_at_most("paced CPU / adapter", ours.paced_cpu / adapter.paced_cpu, 0.3))
        if ours.first_ms is not None and adapter.first_ms is not None:
            found.append(_at_most("first delta - adapter, ms", ours.first_ms - adapter.first_ms, 3.0))
    if alike is not None and ours.first_ms is not None and alike.first_ms is not None:
        found.append(_at_most("first delta - adapter with our tools, ms", ours.first_ms - alike.first_ms, 3.0))
    return found


def _at_most(what: str, value: float, target: float) -> Verdict:
    return _verdict(f"{what}: {value:.2f} (target: at most {target})", reached=value <= target)


def _at_least(what: str, value: float, target: float) -> Verdict:
    return _verdict(f"{what}: {value:.2f} (target: at least {target})", reached=value >= target)


def _verdict(line: str, *, reached: bool) -> Verdict:
    return Verdict(line if reached else f"{line}  MISSED", reached)
