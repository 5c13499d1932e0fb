from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from storage import runs, turns
from storage.clock import utc_now
from storage.database import Database
from storage.runs import RunEnd, RunStep, Usage
from storage.turns import Rows
from tests.support.turns import LEASE, OPTIONS, take

NOW = utc_now()
USED = Usage(input_tokens=5, output_tokens=4, reasoning_tokens=3, cached_tokens=2, cost_micros=1, estimated=True)
ENDED = RunEnd(state="failed", finish_reason="error", usage=USED, error_code="x", error_text="Oh.", error_retry=True)


async def test_a_run_is_found_by_its_chat_its_answer_and_its_question(module_database: Database) -> None:
    turn = await take(module_database)
    run = turn.run
    assert (run.state, run.epoch, run.message_id) == ("running", 1, turn.answer.id)
    async with module_database.connection() as conn:
        assert await runs.active(conn, run.chat_id) == run
        assert await runs.of_message(conn, run.message_id) == run
        assert await runs.answering(conn, run.user_message_id) == run
        assert await runs.active(conn, run.id) is None


async def test_a_chat_has_one_running_run(module_database: Database) -> None:
    turn, now, name = await take(module_database), utc_now(), uuid4()
    answer = replace(turn.answer, id=name, public_id=str(name))
    run = replace(turn.run, id=uuid4(), message_id=name)
    rows = Rows(question=None, answer=answer, options=OPTIONS, run=run, owner="me", now=now, lease_until=now)
    async with module_database.connection() as conn:
        with pytest.raises(asyncpg.UniqueViolationError):
            await turns.lay_down(conn, rows)
        queued = replace(run, state="queued", attempts=0)
        await turns.lay_down(conn, replace(rows, run=queued))
        assert await runs.get(conn, queued.id) == queued
        row = await conn.fetchrow("select owner, started_at, lease_until from runs where id = $1", queued.id)
    assert row is not None
    assert tuple(row) == (None, None, None)


async def test_an_end_is_set_once_and_tells_what_was_used(module_database: Database) -> None:
    run, now = (await take(module_database)).run, utc_now()
    async with module_database.connection() as conn:
        assert await runs.end(conn, run, ENDED, now)
        assert not await runs.end(conn, run, replace(ENDED, state="finished"), now)
        found = await runs.of_message(conn, run.message_id)
        assert found == replace(
            run, state="failed", finish_reason="error", error_code="x", error_text="Oh.", error_retry=True
        )
        row = await conn.fetchrow("select * from runs where id = $1", run.id)
        assert await runs.active(conn, run.chat_id) is None
    assert row is not None
    columns = ["input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "cost_micros", "usage_estimated"]
    assert [row[column] for column in columns] == [5, 4, 3, 2, 1, True]
    assert (row["finished_at"], row["lease_until"]) == (now, None)


async def test_another_epoch_ends_nothing(module_database: Database) -> None:
    run = (await take(module_database)).run
    stale = replace(run, epoch=run.epoch + 1)
    async with module_database.connection() as conn:
        assert not await runs.end(conn, stale, ENDED, utc_now())
        await runs.add_step(conn, stale, _step(0))
        assert await runs.of_message(conn, run.message_id) == run
        assert await conn.fetchval("select count(*) from run_steps where run_id = $1", run.id) == 0


async def test_a_step_is_kept_once(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        for step in (_step(0), _step(1), replace(_step(0), model="other")):
            await runs.add_step(conn, run, step)
        assert await runs.steps(conn, run.id) == [_step(0), _step(1)]


async def test_a_lease_is_kept_by_its_owner_only(module_database: Database) -> None:
    run, later = (await take(module_database)).run, utc_now() + timedelta(hours=1)
    async with module_database.connection() as conn:
        until = "select lease_until from runs where id = $1"
        assert await runs.extend(conn, "another", [run.id], later) == frozenset()
        assert await conn.fetchval(until, run.id) < later
        assert await runs.extend(conn, LEASE.owner, [run.id], later) == {run.id}
        assert await conn.fetchval(until, run.id) == later


async def test_a_run_that_is_over_is_reopened_under_an_epoch_of_its_own(module_database: Database) -> None:
    run, later = (await take(module_database)).run, utc_now() + timedelta(hours=1)
    async with module_database.connection() as conn:
        assert await runs.reopen(conn, run.message_id) is None
        await runs.end(conn, run, ENDED, utc_now())
        held = await runs.reopen(conn, run.message_id)
        assert held is not None
        assert (held.state, held.epoch) == ("waiting", run.epoch + 1)
        await runs.rest(conn, run.id, "failed")
        resting = await runs.get(conn, run.id)
        assert resting is not None
        assert (resting.state, resting.error_code) == ("failed", "x")
        await runs.reopen(conn, run.message_id)
        going = await runs.go_on(conn, run.id, "another", later)
        assert (going.state, going.epoch, going.attempts, going.error_code) == ("running", run.epoch + 2, 1, None)
        assert await runs.active(conn, run.chat_id) == going
        assert await runs.to_stop(conn, "another") == []
        assert await runs.extend(conn, "another", [run.id], later) == {run.id}


async def test_a_stop_that_came_too_late_does_not_stop_what_goes_on(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        await runs.request_stop(conn, run.id, utc_now())
        await runs.end(conn, run, replace(ENDED, state="waiting"), utc_now())
        await runs.reopen(conn, run.message_id)
        await runs.go_on(conn, run.id, LEASE.owner, utc_now() + LEASE.lasts)
        assert run.id not in await runs.to_stop(conn, LEASE.owner)


async def test_an_answer_is_told_once_it_has_ended_and_anew_once_it_went_on(module_database: Database) -> None:
    run = (await take(module_database)).run
    async with module_database.connection() as conn:
        for ended in (False, True):
            await runs.told(conn, run.message_id, utc_now())
            assert not await runs.untold(conn, run.message_id)
            if not ended:
                await runs.end(conn, run, replace(ENDED, state="waiting"), utc_now())
                assert await runs.untold(conn, run.message_id)
        await runs.reopen(conn, run.message_id)
        going = await runs.go_on(conn, run.id, LEASE.owner, utc_now() + LEASE.lasts)
        await runs.end(conn, going, ENDED, utc_now())
        assert await runs.untold(conn, run.message_id)


def _step(number: int) -> RunStep:
    return RunStep(
        step=number, model="m", usage=USED, finish_reason="stop", started_at=NOW, first_token_at=None, finished_at=NOW
    )


def test_usage_adds_up() -> None:
    assert USED.plus(USED) == Usage(
        input_tokens=10, output_tokens=8, reasoning_tokens=6, cached_tokens=4, cost_micros=2, estimated=True
    )
    assert Usage(output_tokens=1).plus(Usage(input_tokens=2)) == Usage(input_tokens=2, output_tokens=1)
