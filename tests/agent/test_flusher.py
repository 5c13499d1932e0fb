from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

import asyncpg
import pytest

from agent.flusher import Flusher
from agent.recorder import Recorder
from storage import notices, parts
from storage.database import Connection, Database
from storage.parts import DataPart, PartRow, TextPart
from storage.runs import Fenced
from tests.support.turns import flushing, recorder_of, stored, take

BREAK = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> $1"


async def recorders(database: Database, flusher: Flusher, count: int) -> list[Recorder]:
    made = [recorder_of(await take(database), flusher) for _ in range(count)]
    for recorder in made:
        recorder.step_started("m")
    return made


async def said(database: Database, recorder: Recorder) -> str:
    return "".join(part.text for part in await stored(database, recorder.run) if isinstance(part, TextPart))


class Counted:
    """Notes how many rows each call of `parts.save` had; an error in `after` is raised once the call has committed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.after: list[Exception] = []
        self._save = parts.save
        monkeypatch.setattr(parts, "save", self)

    async def __call__(self, conn: Connection, rows: Iterable[PartRow]) -> frozenset[UUID]:
        listed = list(rows)
        self.sizes.append(len(listed))
        held = await self._save(conn, listed)
        if self.after:
            raise self.after.pop()
        return held


async def test_fifty_runs_are_one_statement(module_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    async with flushing(module_database, interval=3600) as flusher:
        many = await recorders(module_database, flusher, 50)
        for delta in ("Good ", "day"):
            for recorder in many:
                recorder.text(delta)
            await asyncio.gather(*(recorder.flushed() for recorder in many))
    assert counted.sizes == [50, 50]
    assert {await said(module_database, recorder) for recorder in many} == {"Good day"}


async def test_one_notice_for_all_that_grew_after_their_rows_have_committed(
    module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notice in the writing transaction would make all writers wait for each other."""
    told: list[tuple[bool, str]] = []

    async def noted(conn: Connection, payload: str) -> None:
        told.append((conn.is_in_transaction(), payload))

    monkeypatch.setattr(notices, "send", noted)
    async with flushing(module_database, interval=3600) as flusher:
        many = await recorders(module_database, flusher, 20)
        told.clear()
        for recorder in many:
            recorder.text("Hello")
        await asyncio.gather(*(recorder.flushed() for recorder in many))
        while not told:  # noqa: ASYNC110 - it comes right after
            await asyncio.sleep(0)
    [(inside, payload)] = told
    assert not inside
    assert {recorder.run.message_id.hex for recorder in many} == set(payload.removeprefix("grew:").split(","))


async def test_what_changes_is_written_within_the_interval(module_database: Database) -> None:
    async with flushing(module_database, interval=0.001) as flusher:
        [recorder] = await recorders(module_database, flusher, 1)
        for delta in ("a", "b"):
            recorder.text(delta)
            while recorder._durable != recorder.parts:
                await recorder.changes.beyond(recorder.changes.count)
    assert await said(module_database, recorder) == "ab"


async def test_a_taken_run_costs_only_itself(module_database: Database) -> None:
    async with flushing(module_database) as flusher:
        mine, taken = await recorders(module_database, flusher, 2)
        async with module_database.connection() as conn:
            await conn.execute("update runs set epoch = epoch + 1 where id = $1", taken.run.id)
        for recorder in (mine, taken):
            recorder.text("late")
        await mine.flushed()
        with pytest.raises(Fenced):
            await taken.flushed()
    assert (await said(module_database, mine), await said(module_database, taken)) == ("late", "")
    assert (mine.lost, taken.lost) == (False, True)


async def test_a_part_that_no_row_can_hold_costs_only_its_own_run(
    module_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with flushing(module_database) as flusher:
        many = await recorders(module_database, flusher, 3)
        many[1].add(DataPart(order=0, step=0, name="cart", content={"total": 10**30}))
        for recorder in many:
            recorder.text("Hello")
        await many[0].flushed()
        await many[2].flushed()
        with pytest.raises(Fenced):
            await many[1].flushed()
        many[0].text(" you")
        await many[0].flushed()
    assert [await said(module_database, recorder) for recorder in many] == ["Hello you", "", "Hello"]
    assert str(many[1].run.id) in caplog.text


@pytest.mark.parametrize("committed", [True, False])
async def test_a_connection_that_breaks_loses_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    """The answer to a statement may be lost before or after it has committed; it is written again either way."""
    async with flushing(database) as flusher:
        [recorder] = await recorders(database, flusher, 1)
        recorder.text("😀 one")
        await recorder.flushed()
        if committed:
            Counted(monkeypatch).after.append(ConnectionResetError())
        else:
            async with database.connection() as conn:
                await conn.execute(BREAK, conn.get_server_pid())
        recorder.text(", two ü")
        recorder.end()
        await recorder.flushed()
        recorder.text("three")
        await recorder.flushed()
    assert await said(database, recorder) == "😀 one, two üthree"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        TimeoutError(),
        asyncpg.QueryCanceledError("statement timeout"),
        asyncpg.LockNotAvailableError("lock timeout"),
        asyncpg.DeadlockDetectedError("deadlock"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 12"),
        RuntimeError("nobody thought of this"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_trouble_that_passes_loses_no_run(
    module_database: Database, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async with flushing(module_database) as flusher:
        [recorder] = await recorders(module_database, flusher, 1)
        Counted(monkeypatch).after.append(error)
        recorder.text("Hello")
        await recorder.flushed()
    assert await said(module_database, recorder) == "Hello"


async def test_nothing_is_written_before_it_starts_and_all_of_it_after(module_database: Database) -> None:
    flusher = Flusher(module_database, interval=0.001)
    [recorder] = await recorders(module_database, flusher, 1)
    recorder.text("early")
    assert await said(module_database, recorder) == ""
    flusher.start()
    await recorder.flushed()
    await flusher.stop()
    assert await said(module_database, recorder) == "early"
