"""An answer as its rows, its stream and the history have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from storage.database import Database
from tests.support.service import Running, Streamed


async def run_row(database: Database, message_id: str) -> asyncpg.Record:
    async with database.connection() as conn:
        row = await conn.fetchrow("select * from runs where message_id = $1", UUID(message_id))
    assert row is not None
    return row


async def steps_of(database: Database, message_id: str) -> Sequence[asyncpg.Record]:
    async with database.connection() as conn:
        return await conn.fetch(
            "select s.* from run_steps s join runs r on r.id = s.run_id where r.message_id = $1 order by step",
            UUID(message_id),
        )


async def same_as_history(here: Running, streamed: Streamed) -> Mapping[str, Any]:
    """What the stream built is what the history tells, and what the same message sent again replays."""
    assert streamed.done
    message = streamed.message
    assert (await here.browser.history())[-1] == message
    replay = await here.browser.send(here.browser.sent)
    assert _unraw(replay.message) == message
    return message


def _unraw(message: dict[str, Any]) -> dict[str, Any]:
    # A replayed call that failed keeps its raw input in the client.
    for part in message["parts"]:
        if "input" in part:
            part.pop("rawInput", None)
    return message
