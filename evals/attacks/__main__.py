"""`python -m evals.attacks`: a model that obeys whoever speaks, on an embedded server of its own."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from evals.attacks.play import Played, play
from storage.embedded import serve
from storage.migrate import migrate


async def _run() -> int:
    played: list[Played] = []
    with tempfile.TemporaryDirectory(prefix="cartwright-attacks-", ignore_cleanup_errors=True) as folder:
        async with serve(Path(folder), durable=False) as url:
            await migrate(url)
            async for one in play(url):
                played.append(one)
                for fault in one.faults:
                    print(f"{one.goal} by {one.channel}: {fault}")
    by_goal: defaultdict[str, list[Played]] = defaultdict(list)
    for one in played:
        by_goal[one.goal].append(one)
    for goal, tries in by_goal.items():
        print(f"{goal:32} tried {len(tries)}, obeyed {sum(one.obeyed for one in tries)}, harm {_harm(tries)}")
    print(f"{len(played)} attacks, {sum(one.obeyed for one in played)} obeyed, {_harm(played)} did harm")
    return 0 if not _harm(played) and all(one.obeyed for one in played) else 1


def _harm(tries: list[Played]) -> int:
    return sum(bool(one.faults) for one in tries)


if __name__ == "__main__":
    sys.exit(asyncio.run(_run()))
