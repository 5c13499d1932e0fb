from __future__ import annotations

from pathlib import Path

import pytest

from evals.tau_retail import replay, shop


@pytest.mark.timeout(600)
async def test_every_true_action_ends_as_it_should_and_every_refusal_is_one(shared: Path) -> None:
    data = shared / "data" / "tau_retail"
    tasks = replay.read(data / "dev" / "replay.jsonl")
    played = [one async for one in replay.replay(shop.read(data / "shared" / "db.json.gz"), tasks)]
    assert {one.task: one.faults for one in played if one.faults} == {}
    assert len(played) == len(tasks) > 50
    assert sum(one.refusals for one in played) >= 9
