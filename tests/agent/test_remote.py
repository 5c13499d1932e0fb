from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from agent.remote import Remote
from agent.turn import Turn
from storage import parts, runs
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.parts import Part, TextPart, row
from storage.runs import RunEnd, Usage
from tests.support.turns import take

FIRST = TextPart(order=0, step=0, closed=True, text="One.")
SECOND = TextPart(order=1, step=1, text="Tw")


async def write(conn: Connection, turn: Turn, *written: Part, epoch: int = 1) -> None:
    run = {"run_id": str(turn.run.id), "epoch": epoch, "message_id": str(turn.answer.id)}
    await parts.save(conn, [{**row(part), **run} for part in written])  # type: ignore[typeddict-item]


async def test_an_answer_is_read_as_it_grows_and_ends(module_database: Database) -> None:
    turn = await take(module_database)
    remote = Remote(turn.answer.id)
    async with module_database.connection() as conn:
        assert (await remote.read(conn)).parts == []
        await write(conn, turn, FIRST, SECOND)
        assert list((await remote.read(conn)).parts) == [FIRST, SECOND]
        grown = replace(SECOND, text="Two.", closed=True)
        await write(conn, turn, grown)
        seen = await remote.read(conn)
        assert (list(seen.parts), seen.ended) == ([FIRST, grown], None)
        end = RunEnd(state="failed", finish_reason="error", usage=Usage(), error_code="x", error_text="Oh.")
        assert await runs.end(conn, turn.run, end, utc_now())
        seen = await remote.read(conn)
        assert (seen.parts, seen.ended) == ([FIRST, grown], end)


async def test_a_take_over_takes_back_what_was_known(module_database: Database) -> None:
    turn = await take(module_database)
    remote = Remote(turn.answer.id)
    async with module_database.connection() as conn:
        await write(conn, turn, FIRST, replace(SECOND, closed=True))
        assert len((await remote.read(conn)).parts) == 2
        await conn.execute("update runs set epoch = 2 where id = $1", turn.run.id)
        await runs.retract(conn, turn.run, 1)
        seen = await remote.read(conn)
        assert (seen.parts, seen.retractions) == ([FIRST], (1,))


async def test_what_is_not_there(module_database: Database) -> None:
    async with module_database.connection() as conn:
        with pytest.raises(NotFound):
            await Remote(uuid4()).read(conn)
