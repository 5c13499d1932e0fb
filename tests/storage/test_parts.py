from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest

from storage import parts
from storage.database import Database
from storage.parts import (
    Approval,
    DataPart,
    FilePart,
    Part,
    PartRow,
    ReasoningPart,
    SourceDocumentPart,
    SourceUrlPart,
    TextPart,
    ToolPart,
)
from storage.runs import Run
from tests.support.turns import asking, stored, take
from tests.support.waiting import until_waiting

META = {"openai": {"itemId": "x"}}
CALL = ToolPart(order=0, step=0, tool_call_id="c", tool_name="look")
APPROVAL = Approval(id=UUID(int=7), approved=False, reason="too dear")
EACH: Sequence[Part] = (
    TextPart(order=0, step=0, text="Größe 😀", provider_metadata=META),
    ReasoningPart(order=0, step=3, text="cheap", closed=True),
    FilePart(order=0, step=0, url="data:,x", media_type="text/plain", filename="x.txt"),
    SourceUrlPart(order=0, step=0, source_id="s", url="https://shop.test/p", title="Tent"),
    SourceUrlPart(order=0, step=0, source_id="s", url="https://shop.test/p"),
    SourceDocumentPart(order=0, step=0, source_id="d", media_type="text/plain", title="Returns", filename="r.txt"),
    CALL,
    replace(CALL, input_text='{"a":', provider_metadata=META),
    replace(CALL, state="output-available", input_text="{}", input={}, output=[1, {"b": None}], closed=True),
    replace(CALL, state="output-error", error_text="gone", closed=True),
    replace(CALL, state="output-denied", input={"a": "x"}, approval=APPROVAL, closed=True),
    DataPart(order=0, step=0, name="cart", data_id="1", content={"total": 1}),
    DataPart(order=0, step=0, name="notes", content=[]),
)


def row(run: Run, part: Part, was: Part | None = None) -> PartRow:
    return {**parts.row(part, was), "run_id": str(run.id), "epoch": run.epoch, "message_id": str(run.message_id)}


async def save(database: Database, *rows: PartRow) -> frozenset[UUID]:
    async with database.connection() as conn:
        return await parts.save(conn, rows)


@pytest.fixture
async def run(module_database: Database) -> Run:
    return (await take(module_database)).run


@pytest.mark.parametrize("part", EACH, ids=lambda part: type(part).__name__)
async def test_a_part_comes_back_as_it_was_saved(module_database: Database, run: Run, part: Part) -> None:
    assert await save(module_database, row(run, part)) == {run.id}
    assert await stored(module_database, run) == (part,)


@pytest.mark.parametrize("kind", [TextPart, ReasoningPart])
async def test_words_grow_by_their_new_characters_only(
    module_database: Database, run: Run, kind: type[TextPart] | type[ReasoningPart]
) -> None:
    before = kind(order=0, step=0, text="a😀")
    after = replace(before, text="a😀ü😀b", closed=True)
    grown = row(run, after, before)
    assert (grown["starts"], grown.get("text_text") or grown.get("reasoning_text")) == (2, "ü😀b")
    await save(module_database, row(run, before))
    for _ in range(2):
        await save(module_database, grown)
        assert await stored(module_database, run) == (after,)


async def test_a_new_part_saved_twice_is_there_once(module_database: Database, run: Run) -> None:
    part = TextPart(order=0, step=0, text="Hello")
    await save(module_database, row(run, part))
    longer = replace(part, text="Hello you")
    assert await save(module_database, row(run, longer)) == {run.id}
    assert await stored(module_database, run) == (longer,)


async def test_a_call_moves_through_its_states(module_database: Database, run: Run) -> None:
    states = [
        CALL,
        replace(CALL, input_text='{"a":1}', input={"a": 1}, state="input-available"),
        replace(CALL, input_text='{"a":1}', input={"a": 1}, state="output-available", output={"b": 2}, closed=True),
    ]
    for was, part in zip([None, *states], states, strict=False):
        await save(module_database, row(run, part, was))
        assert await stored(module_database, run) == (part,)


async def test_rows_of_a_run_that_is_held_by_another_are_not_written(module_database: Database, run: Run) -> None:
    mine = (await take(module_database)).run
    await _take_over(module_database, run)
    part = TextPart(order=0, step=0, text="late")
    assert await save(module_database, row(run, part), row(mine, part)) == {mine.id}
    assert await stored(module_database, run) == ()
    assert await stored(module_database, mine) == (part,)


async def test_a_takeover_that_is_about_to_commit_is_waited_for(module_database: Database, run: Run) -> None:
    part = TextPart(order=0, step=0, text="late")
    async with module_database.connection() as other, module_database.connection() as mine:
        async with other.transaction():
            await other.execute("update runs set epoch = epoch + 1 where id = $1", run.id)
            saving = asyncio.create_task(parts.save(mine, [row(run, part)]))
            await until_waiting(other, mine)
        assert await saving == frozenset()
    assert await stored(module_database, run) == ()


async def test_an_ended_run_takes_no_more_parts(module_database: Database, run: Run) -> None:
    async with module_database.connection() as conn:
        await conn.execute("update runs set state = 'finished' where id = $1", run.id)
    assert await save(module_database, row(run, TextPart(order=0, step=0, text="late"))) == frozenset()
    assert await stored(module_database, run) == ()


@pytest.mark.parametrize("tool_input", [{"a": "\ud800"}, {"a": "\x00"}, {"a": 10**30}])
async def test_what_no_row_can_hold_is_refused_whole(
    module_database: Database, run: Run, tool_input: dict[str, str | int]
) -> None:
    good, bad = TextPart(order=0, step=0, text="good"), replace(CALL, order=1, input=tool_input)
    with pytest.raises(asyncpg.DataError):
        await save(module_database, row(run, good), row(run, bad))
    assert await stored(module_database, run) == ()


async def test_the_parts_of_a_shopper_need_no_run(module_database: Database) -> None:
    text, file = EACH[0], replace(EACH[2], order=1)
    assert isinstance(text, TextPart)
    assert isinstance(file, FilePart)
    turn = await take(module_database, replace(asking(), parts=(text, file)))
    async with module_database.connection() as conn:
        assert await parts.of_message(conn, turn.run.user_message_id) == (text, file)


async def test_parts_of_several_messages(module_database: Database, run: Run) -> None:
    said = (TextPart(order=0, step=0, text="one"), TextPart(order=1, step=0, text="two"))
    await save(module_database, *(row(run, part) for part in reversed(said)))
    nowhere = uuid4()
    async with module_database.connection() as conn:
        assert await parts.of_messages(conn, [nowhere, run.message_id]) == {nowhere: (), run.message_id: said}


async def _take_over(database: Database, run: Run) -> None:
    async with database.connection() as conn:
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", run.id)
