from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from storage.embedder import create
from storage.settings import StorageSettings
from tests.conftest import copy, pool
from tests.support.providers import openai
from tests.support.providers.script import End, Text
from tests.support.service import Ground, running

_NO_ROW = """
create function no_row() returns trigger language plpgsql as $$ begin raise 'no row can hold this'; end $$;
create trigger no_row before insert or update on parts
for each row when (new.text_text like '%unholdable%') execute function no_row()
"""


@pytest.fixture
async def ground(server_url: str) -> AsyncIterator[Ground]:
    """A database of this test's own: it gets a trigger."""
    async with copy(server_url) as url, pool(url) as database:
        yield Ground(url, database, create(StorageSettings()))


async def test_a_part_that_no_row_can_hold_fails_its_run_at_once(ground: Ground) -> None:
    async with running(ground, openai.reply([Text("This is "), Text("unholdable."), End()])) as here:
        async with ground.database.connection() as conn:
            await conn.execute(_NO_ROW)
        with suppress(httpx.RemoteProtocolError):
            await here.browser.say()
        async with asyncio.timeout(20):
            while (last := (await here.browser.history())[-1])["role"] == "user":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        async with ground.database.connection() as conn:
            run = await conn.fetchrow("select * from runs where message_id = $1", last["id"])
    assert run is not None
    assert (run["state"], run["error_code"], run["attempts"]) == ("failed", "unstorable", 2)
    assert last["parts"][-1]["data"]["code"] == "unstorable"
    assert not any("unholdable" in str(part) for part in last["parts"])
