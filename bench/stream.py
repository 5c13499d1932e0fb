"""Streaming cost beside two peers: `python -m bench.stream`. All servers get the same tokens in the same run."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import get_args

from bench import contender, table
from bench.contender import Contender, ContenderError
from bench.measure import Effort, Part, Result, Run
from bench.meter import Meter

QUICK = Effort(rounds=1, singles=20, paced_seconds=8, unpaced_tokens=1000, window=3.0, most=400)
PARTS: tuple[Part, ...] = get_args(Part)
NAMES = ("adapter", "adapter+tools", "aisdk", "cartwright")


@contextmanager
def _folder() -> Iterator[Path]:
    """Not TemporaryDirectory: the embedded Postgres may still write its last files while the folder goes."""
    folder = Path(tempfile.mkdtemp(prefix="cartwright-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _contender(name: str, model: Contender, folder: Path) -> Contender:
    match name:
        case "adapter":
            return contender.adapter(model)
        case "adapter+tools":
            return contender.adapter(model, with_tools=True)
        case "aisdk":
            return contender.aisdk(model)
        case _:
            return contender.ours(model, folder / "data")


def _started(names: Sequence[str], effort: Effort, folder: Path, stack: ExitStack) -> list[Run]:
    """The servers, beside one mock model, each warm. A peer that cannot start is left out, with a word."""
    model = contender.mock()
    stack.enter_context(contender.started(model, folder / "mock.log"))
    runs: list[Run] = []
    for name in names:
        try:
            server = _contender(name, model, folder)
            pid = stack.enter_context(contender.started(server, folder / f"{name}.log"))
        except ContenderError as error:
            _say(f"{name} is left out: {error}")
            continue
        runs.append(Run(server, model, Meter.of(pid, server.data), effort, _say))
        runs[-1].warm()
    return runs


def run(names: Sequence[str], parts: Sequence[Part], effort: Effort) -> list[Result]:
    """Measure the servers in turns, so that whatever else the machine does meets all of them alike."""
    with _folder() as folder, ExitStack() as stack:
        runs = _started(names, effort, folder, stack)
        for part in parts:
            for _ in range(effort.rounds if part in ("first", "paced") else 1):
                for one in runs:
                    one.measure(part)
        return [one.result() for one in runs]


def main() -> int:
    """1 when a target is missed."""
    # So that a stopped run ends the servers it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="CPU, streams, first delta and memory of our stream and two peers'.")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, help="of first and paced, in place of 3")
    parser.add_argument("--quick", action="store_true", help="shorter loads, for a look; not for the log")
    asked = parser.parse_args()
    effort = QUICK if asked.quick else Effort()
    results = run(asked.only, asked.parts, replace(effort, rounds=asked.rounds or effort.rounds))
    print(table.figures(results))
    verdicts = table.verdicts(results)
    print("\n".join(verdict.line for verdict in verdicts))
    return 0 if all(verdict.reached for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
