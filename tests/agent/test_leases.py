from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import asyncpg
import pytest

from agent.job import Job
from agent.leases import Leases
from agent.notices import Notices
from agent.runner import Runner
from agent.turn import Turn
from storage import parts, runs
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import Busy
from storage.parts import Part, TextPart, ToolPart, row
from storage.runs import Run, RunEnd, Usage
from tests.support.factory import make_person, unique
from tests.support.turns import asking, stored, take

PATIENCE = 30.0
TEXT = TextPart(order=0, step=0, closed=True, text="Let me look.")
CALL = ToolPart(order=1, step=0, tool_call_id="a", tool_name="look", input_text="{}", input={}, state="input-available")
HALF = TextPart(order=2, step=1, text="Here")


@dataclass(slots=True)
class Made:
    """In a runner's place: notes what it is given."""

    name: str = field(default_factory=lambda: unique("process"))
    running: list[UUID] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)
    stopped: list[UUID] = field(default_factory=list)

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    def lose(self, run_id: UUID) -> None:
        self.lost.append(run_id)

    def ask_to_stop(self, run_id: UUID) -> None:
        self.stopped.append(run_id)


@dataclass(slots=True)
class Bench:
    database: Database
    runner: Made
    leases: Leases
    now: datetime

    async def write(self, turn: Turn, *written: Part) -> None:
        run = {"run_id": str(turn.run.id), "epoch": turn.run.epoch, "message_id": str(turn.answer.id)}
        async with self.database.connection() as conn:
            await parts.save(conn, [{**row(part), **run} for part in written])  # type: ignore[typeddict-item]

    async def run(self, turn: Turn) -> Run:
        async with self.database.connection() as conn:
            found = await runs.get(conn, turn.run.id)
        assert found is not None
        return found


@pytest.fixture
async def bench(database: Database) -> Bench:
    """Long after every lease of the turns laid down has run out."""
    made, runner = utc_now() + timedelta(hours=1), Made()

    def clock() -> datetime:
        return made

    leases = Leases(
        database=database,
        runner=cast("Runner", runner),
        notices=cast("Notices", None),
        clock=clock,
        draining=asyncio.Event(),
        patience=PATIENCE,
    )
    return Bench(database, runner, leases, made)


@pytest.mark.parametrize(
    ("written", "kept"), [((), 0), ((TEXT,), 1), ((TEXT, CALL), 2), ((TEXT, CALL, HALF), 2), ((HALF,), 0)]
)
async def test_a_run_whose_lease_ran_out_is_taken_with_its_whole_steps(
    bench: Bench, written: Sequence[Part], kept: int
) -> None:
    turn = await take(bench.database)
    await bench.write(turn, *written)
    taken = await bench.leases.take_one()
    assert taken is not None
    [job] = bench.runner.jobs
    assert (job.run.id, job.run.epoch, job.run.attempts) == (turn.run.id, 2, 2)
    assert job.run.retractions == (kept,)
    assert job.parts == await stored(bench.database, turn.run)
    assert len(job.parts) == kept
    assert await bench.leases.take_one() is None


async def test_whoever_held_it_writes_nothing_more(bench: Bench) -> None:
    turn = await take(bench.database)
    await bench.leases.take_all()
    await bench.write(turn, TEXT)
    assert await stored(bench.database, turn.run) == ()
    async with bench.database.connection() as conn:
        end = RunEnd(state="finished", finish_reason="stop", usage=Usage())
        assert not await runs.end(conn, turn.run, end, utc_now())


async def test_runs_made_here_are_not_taken_however_late_their_lease(bench: Bench) -> None:
    turn = await take(bench.database)
    bench.runner.running.append(turn.run.id)
    assert await bench.leases.take_one() is None
    assert (await bench.run(turn)).epoch == 1


async def test_a_run_somebody_asked_to_stop_is_taken_to_be_stopped(bench: Bench) -> None:
    turn = await take(bench.database)
    async with bench.database.connection() as conn:
        await runs.request_stop(conn, turn.run.id, utc_now())
    await bench.leases.take_all()
    assert [job.stop_asked for job in bench.runner.jobs] == [True]


async def test_while_draining_nothing_is_taken(bench: Bench) -> None:
    await take(bench.database)
    bench.leases._draining.set()
    await bench.leases.take_all()
    assert bench.runner.jobs == []


async def test_what_waits_begins_when_its_turn_has_come(bench: Bench) -> None:
    async with bench.database.connection() as conn:
        person = await make_person(conn)
    first = await take(bench.database, asking(chat="c"), person)
    second = await take(bench.database, asking(chat="c", when_busy="enqueue"), person)
    third = await take(bench.database, asking(chat="c", when_busy="enqueue"), person)
    bench.runner.running.append(first.run.id)
    assert await bench.leases.take_one() is None
    for done, begun in ((first, second), (second, third)):
        async with bench.database.connection() as conn:
            end = RunEnd(state="finished", finish_reason="stop", usage=Usage())
            assert await runs.end(conn, await bench.run(done), end, bench.now)
        taken = await bench.leases.take_one()
        assert taken is not None
        assert (taken.id, taken.epoch, taken.attempts, taken.retractions) == (begun.run.id, 1, 1, ())
        bench.runner.running.append(taken.id)


async def test_leases_are_renewed_and_runs_of_others_let_go(bench: Bench) -> None:
    turn = await take(bench.database)
    other = await take(bench.database)
    bench.runner.running.extend([turn.run.id, other.run.id])
    async with bench.database.connection() as conn:
        await conn.execute("update runs set owner = $1 where id = $2", bench.runner.name, turn.run.id)
    await bench.leases.keep_held()
    assert bench.runner.lost == [other.run.id]
    async with bench.database.connection() as conn:
        until = await conn.fetchval("select lease_until from runs where id = $1", turn.run.id)
    assert until == bench.now + timedelta(seconds=PATIENCE)


async def test_runs_somebody_asked_to_stop_are_stopped(bench: Bench) -> None:
    turn = await take(bench.database)
    async with bench.database.connection() as conn:
        await conn.execute("update runs set owner = $1 where id = $2", bench.runner.name, turn.run.id)
        await runs.request_stop(conn, turn.run.id, utc_now())
    await bench.leases.stop_asked()
    assert bench.runner.stopped == [turn.run.id]


async def test_handed_back_a_run_is_taken_at_once_and_no_attempt_counted(bench: Bench) -> None:
    turn = await take(bench.database)
    async with bench.database.connection() as conn:
        await runs.hand_back(conn, "test", [turn.run.id], bench.now)
    taken = await bench.leases.take_one()
    assert taken is not None
    assert (taken.attempts, taken.epoch) == (1, 2)


@pytest.mark.parametrize(
    "error", [Busy(), OSError(), asyncpg.DeadlockDetectedError("x"), RuntimeError("a fault of ours")]
)
async def test_a_loop_outlives_what_goes_wrong_in_it(bench: Bench, error: Exception) -> None:
    async def fails() -> None:
        raise error

    assert not await bench.leases._tried(fails, "it failed")


async def test_two_takers_never_take_the_same(bench: Bench) -> None:
    turns = [await take(bench.database) for _ in range(12)]
    await asyncio.gather(*(bench.leases.take_all() for _ in range(4)))
    assert sorted(job.run.id for job in bench.runner.jobs) == sorted(turn.run.id for turn in turns)


async def _lock(conn: Connection, run_id: UUID) -> None:
    await runs.lock(conn, run_id)


async def test_locking_a_run_waits_for_whoever_writes_its_parts(bench: Bench) -> None:
    turn = await take(bench.database)
    async with bench.database.connection() as writer, bench.database.connection() as reader:
        async with writer.transaction():
            run = {"run_id": str(turn.run.id), "epoch": 1, "message_id": str(turn.answer.id)}
            await parts.save(writer, [{**row(TEXT), **run}])  # type: ignore[typeddict-item]
            waiting = asyncio.create_task(_lock(reader, turn.run.id))
            done, _ = await asyncio.wait([waiting], timeout=0.1)
            assert not done
        await waiting
        assert await parts.of_message(reader, turn.answer.id) == (TEXT,)
