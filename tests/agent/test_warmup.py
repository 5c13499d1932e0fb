"""In a process of its own, so that a frozen heap and new thresholds stay there."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import asyncio, gc, sys
from agent.warmup import close_clients, warm

async def main():
    await warm()
    before = len(sys.modules)
    await warm()
    assert len(sys.modules) == before, "the second time found something more to load"
    await close_clients()

asyncio.run(main())
assert gc.get_freeze_count() > 100_000
assert gc.get_threshold()[0] > 700
"""


def test_loads_all_there_is_to_load_and_freezes_it() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
