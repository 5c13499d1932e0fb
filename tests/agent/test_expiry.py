from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from agent.expiry import Expiry
from storage.clock import utc_now
from storage.embedder import create
from storage.settings import StorageSettings
from tests.conftest import copy, pool
from tests.support.asking import asking
from tests.support.service import Ground


@pytest.fixture(scope="module")
async def ground(server_url: str) -> AsyncIterator[Ground]:
    async with copy(server_url) as url, pool(url) as database:
        yield Ground(url, database, create(StorageSettings()))


async def test_one_that_cannot_be_settled_does_not_keep_the_others(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    async with asking(ground, 3) as broken, asking(ground, 2) as other:
        _, [broken_id] = await broken.asked()
        _, [other_id] = await other.asked()
        async with ground.database.connection() as conn:
            await conn.execute(
                "update message_actions set quoted = jsonb_set(quoted, '{total,amount}', '\"much\"') where id = $1",
                UUID(broken_id),
            )
        expiry = Expiry(
            database=ground.database, embedder=ground.embedder, clock=lambda: utc_now() + timedelta(hours=1)
        )
        with caplog.at_level(logging.ERROR):
            assert await expiry.look() == 1
        assert f"the expired action {broken_id} could not be settled" in caplog.text
        async with ground.database.connection() as conn:
            rows = await conn.fetch(
                "select id::text, outcome from message_actions where id = any($1)", [UUID(broken_id), UUID(other_id)]
            )
        outcomes = {row["id"]: row["outcome"] for row in rows}
        assert outcomes == {broken_id: None, other_id: "expired"}


async def test_the_loop_ends_when_it_is_stopped(ground: Ground) -> None:
    expiry = Expiry(database=ground.database, embedder=ground.embedder, clock=utc_now, every=0.001)
    await expiry.stop()
    expiry.start()
    await asyncio.sleep(0)
    assert "cartwright-expiry" in {task.get_name() for task in asyncio.all_tasks()}
    await expiry.stop()
    assert "cartwright-expiry" not in {task.get_name() for task in asyncio.all_tasks()}
