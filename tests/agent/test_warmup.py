from __future__ import annotations

import subprocess
import sys

import pytest

from agent.warmup import close_clients
from tests.support.models import FORMATS, Format, ask, served
from tests.support.providers.script import End, Text

# In a process of its own, so that a frozen heap and new thresholds stay there.
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


@pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)
async def test_a_provider_is_reached_again_after_its_connections_were_closed(wire: Format) -> None:
    async with served(wire, wire.reply((Text("Hello"), End()))) as (model, upstream):
        await ask(model)
        await close_clients()
        assert (await ask(model)).text == "Hello"
    assert len(upstream.asked) == 2
