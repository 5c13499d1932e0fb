"""`python -m evals.tau_retail FOLDER`: replay the tasks of a folder with `shared/db.json.gz` and `dev/replay.jsonl`."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from evals.tau_retail import replay, shop


async def _run(folder: Path, tasks: Path) -> int:
    played = [one async for one in replay.replay(shop.read(folder / "shared" / "db.json.gz"), replay.read(tasks))]
    for one in played:
        for fault in one.faults:
            print(f"task {one.task}: {fault}")
    good = sum(not one.faults for one in played)
    actions, refusals = sum(one.actions for one in played), sum(one.refusals for one in played)
    print(f"{good} of {len(played)} tasks as they should be: {actions} actions, {refusals} of them to be refused")
    return 0 if good == len(played) else 1


def main(argv: Sequence[str]) -> int:
    """Replay; 0 when every task ends as it should, 1 with a line a fault when not."""
    parser = ArgumentParser(prog="python -m evals.tau_retail", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data set")
    parser.add_argument("--tasks", type=Path, help="another replay file than dev/replay.jsonl of the folder")
    args = parser.parse_args(argv)
    tasks = args.tasks or args.folder / "dev" / "replay.jsonl"
    for path in (args.folder / "shared" / "db.json.gz", tasks):
        if not path.is_file():
            print(f"{path} is not there; name the folder of the data set", file=sys.stderr)
            return 1
    return asyncio.run(_run(args.folder, tasks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
