from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from agent import job
from storage import parts, runs
from storage.clock import utc_now
from storage.embedder import create
from storage.parts import DataPart, TextPart
from storage.runs import RunStep, Usage
from storage.settings import StorageSettings
from tests.conftest import copy, pool
from tests.support.providers import openai
from tests.support.providers.script import End, Stall, Text
from tests.support.service import Ground, running
from tests.support.turns import stored, take

_NO_ROW = """
create function no_row() returns trigger language plpgsql as $$ begin raise 'no row can hold this'; end $$;
create trigger no_row before insert or update on parts
for each row when (new.text_text like '%unholdable%') execute function no_row()
"""
_NO_COMMIT = """
create function no_commit() returns trigger language plpgsql as $$ begin raise 'no run can commit'; end $$;
create constraint trigger no_commit after insert on runs deferrable initially deferred
for each row execute function no_commit()
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


@pytest.mark.parametrize(("owners", "state", "code"), [(3, "finished", None), (4, "failed", "abandoned")])
async def test_after_three_take_overs_it_fails_and_says_so(
    ground: Ground, owners: int, state: str, code: str | None
) -> None:
    turn = await take(ground.database)
    async with ground.database.connection() as conn:
        run = {"run_id": str(turn.run.id), "epoch": 1, "message_id": str(turn.answer.id)}
        half = parts.row(TextPart(order=0, step=0, text="Half an ans"))
        await parts.save(conn, [{**half, **run}])  # type: ignore[typeddict-item]
        await conn.execute(
            "update runs set attempts = $2, lease_until = now() - interval '1 s' where id = $1", turn.run.id, owners
        )
        async with running(ground), asyncio.timeout(20):
            while await runs.active(conn, turn.run.chat_id) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        found = await runs.get(conn, turn.run.id)
    assert found is not None
    assert (found.state, found.attempts, found.error_code) == (state, owners + 1, code)
    [told] = await stored(ground.database, turn.run)
    if code is not None:
        assert isinstance(told, DataPart)
        assert told.content == {"code": code, "message": found.error_text, "retry": True}


async def test_a_run_that_has_not_committed_asks_no_model_and_holds_no_lease(ground: Ground) -> None:
    turn, laid_down = await take(ground.database), asyncio.Event()
    async with ground.database.connection() as conn:
        made = await job.read(conn, turn.run)
        async with running(ground) as here, asyncio.timeout(20):
            runner = here.service.runner
            runner.submit(made, laid_down)
            for _ in range(500):
                await asyncio.sleep(0)
            assert (runner.running, here.provider.asked) == ([], [])
            laid_down.set()
            assert runner.running == [turn.run.id]
            while await runs.active(conn, turn.run.chat_id) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            assert len(here.provider.asked) == 1


async def test_a_stop_waits_for_the_end_no_longer_than_it_may(ground: Ground) -> None:
    async with running(ground, openai.reply([Text("Good"), Stall()])) as here:
        runner, begun = here.service.runner, asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        [run_id] = runner.running
        async with ground.database.transaction() as conn:
            # Its end cannot be written meanwhile.
            await conn.execute("select from runs where id = $1 for update", run_id)
            assert await runner.stop(run_id, 0.0) is True
            assert runner.running == [run_id]
        assert (await reading).types[-1] == "abort"
        await runner.stop(run_id, 20.0)
        assert runner.running == []


async def test_a_turn_that_cannot_commit_is_not_answered(ground: Ground) -> None:
    async with running(ground) as here:
        async with ground.database.connection() as conn:
            await conn.execute(_NO_COMMIT)
        refused = await here.browser.post(here.browser.body("Hello"))
        async with asyncio.timeout(20):
            while any(task.get_name().startswith("cartwright-run-") for task in asyncio.all_tasks()):  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert (refused.status_code, here.provider.asked) == (500, [])


@pytest.mark.parametrize(("known", "told"), [("length", "length"), (None, "stop")])
async def test_an_answer_that_was_whole_when_its_process_died_ends_as_its_model_had_ended_it(
    ground: Ground, known: str | None, told: str
) -> None:
    turn, now = await take(ground.database), utc_now()
    async with ground.database.connection() as conn:
        run = {"run_id": str(turn.run.id), "epoch": 1, "message_id": str(turn.answer.id)}
        whole = TextPart(order=0, step=0, closed=True, text="All of it.")
        await parts.save(conn, [{**parts.row(whole), **run}])  # type: ignore[typeddict-item]
        if known is not None:
            step = RunStep(
                step=0, model="m", usage=Usage(output_tokens=3), finish_reason=known, started_at=now,
                first_token_at=None, finished_at=now,
            )  # fmt: skip
            await runs.add_step(conn, turn.run, step)
        await conn.execute("update runs set lease_until = now() - interval '1 s' where id = $1", turn.run.id)
        async with running(ground) as here, asyncio.timeout(20):
            while await runs.active(conn, turn.run.chat_id) is not None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        found = await runs.get(conn, turn.run.id)
    assert here.provider.asked == []
    assert found is not None
    assert (found.state, found.finish_reason) == ("finished", told)
    assert await stored(ground.database, turn.run) == (whole,)
