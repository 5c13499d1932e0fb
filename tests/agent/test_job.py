from __future__ import annotations

from dataclasses import replace

import pytest

from agent import job
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import make_person
from tests.support.turns import OPTIONS, asking, take, words


async def test_a_job_has_all_it_takes_to_make_the_answer(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_person(conn)
    turn = await take(module_database, asking("Tents?"), person)
    async with module_database.connection() as conn:
        read = await job.read(conn, turn.run)
    assert (read.run, read.answer, read.person) == (turn.run, turn.answer, person)
    assert replace(read.options) == OPTIONS
    assert [(message.role, parts) for message, parts in read.branch] == [("user", words("Tents?"))]
    assert (read.parts, read.steps, read.stop_asked) == ((), [], False)
    assert read.metadata == turn.answer.metadata


async def test_a_run_without_its_options_has_no_job(module_database: Database) -> None:
    turn = await take(module_database)
    async with module_database.connection() as conn:
        await conn.execute("delete from ai_options where message_id = $1", turn.answer.id)
        with pytest.raises(NotFound):
            await job.read(conn, turn.run)
