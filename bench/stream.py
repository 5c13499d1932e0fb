"""Streaming cost beside two peers: `python -m bench.stream`. All servers get the same tokens in the same run."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import contender, table
from bench.contender import Contender, ContenderError
from bench.measure import Effort, Result, Run
from bench.meter import Meter

QUICK = Effort(singles=20, paced_seconds=8, unpaced_tokens=1000, window=3.0, most=400)


@contextmanager
def _folder() -> Iterator[Path]:
    """Not TemporaryDirectory: the embedded Postgres may still write its last files while the folder goes."""
    folder = Path(tempfile.mkdtemp(prefix="cartwright-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(server: Contender, model: Contender, effort: Effort, folder: Path) -> Result:
    with contender.started(server, folder / f"{server.name}.log") as pid:
        return Run(server, model, Meter.of(pid, server.data), effort, _say).all()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(names: list[str], effort: Effort) -> list[Result]:
    """Measure one server after the other beside one mock model. A peer that cannot start is left out, with a word."""
    results: list[Result] = []
    with _folder() as folder:
        model = contender.mock()
        make = {
            "cartwright": lambda: contender.ours(model, folder / "data"),
            "adapter": lambda: contender.adapter(model),
            "aisdk": lambda: contender.aisdk(model),
        }
        with contender.started(model, folder / "mock.log"):
            for name in names:
                try:
                    results.append(_measure(make[name](), model, effort, folder))
                except ContenderError as error:
                    _say(f"{name} is left out: {error}")
    return results


def main() -> int:
    """1 when a target is missed."""
    # So that a stopped run ends the servers it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="CPU, streams, first delta and memory of our stream and two peers'.")
    parser.add_argument("--only", nargs="+", choices=["adapter", "aisdk", "cartwright"])
    parser.add_argument("--quick", action="store_true", help="shorter loads, for a look; not for the log")
    asked = parser.parse_args()
    results = run(asked.only or ["adapter", "aisdk", "cartwright"], QUICK if asked.quick else Effort())
    print(table.figures(results))
    verdicts = table.verdicts(results)
    print("\n".join(verdict.line for verdict in verdicts))
    return 0 if all(verdict.reached for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
