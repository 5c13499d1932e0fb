from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.flusher import Flusher
from agent.recorder import Recorder
from agent.remote import Remote
from agent.tee import StepUsage
from agent.tool_outcome import Outcome
from agent.turn import Turn
from storage.database import Database
from storage.parts import DataPart, Part, ReasoningPart, SourceUrlPart, TextPart, ToolPart
from storage.runs import Fenced, RunEnd, Usage
from tests.support.turns import flushing, recorder_of, stored, take

USED = StepUsage("m", 12, 7, 2, 1, 30, True, "tool_call", 40.0, 100.0)
PIECES = st.lists(st.tuples(st.text(st.characters(codec=None), max_size=5), st.booleans()), max_size=8)


@pytest.fixture
async def flusher(module_database: Database) -> AsyncIterator[Flusher]:
    async with flushing(module_database) as running:
        yield running


@pytest.fixture
async def turn(module_database: Database) -> Turn:
    return await take(module_database)


@pytest.fixture
def recorder(turn: Turn, flusher: Flusher) -> Recorder:
    made = recorder_of(turn, flusher)
    made.step_started("m")
    return made


def texts(parts: tuple[Part, ...]) -> list[tuple[type[Part], str, bool]]:
    return [(type(part), part.text, part.closed) for part in parts if isinstance(part, TextPart | ReasoningPart)]


async def test_deltas_become_the_same_rows(module_database: Database, recorder: Recorder) -> None:
    recorder.reasoning("Größe ")
    await recorder.flushed()
    recorder.reasoning("42 😀")
    recorder.text("Hier 😀")
    await recorder.flushed()
    for delta in ("😀 sind", "", "\u2028 drei"):
        recorder.text(delta)
        await recorder.flushed()
    recorder.end()
    await recorder.flushed()
    found = await stored(module_database, recorder.run)
    assert found == tuple(recorder.parts)
    assert texts(found) == [(ReasoningPart, "Größe 42 😀", True), (TextPart, "Hier 😀😀 sind\u2028 drei", True)]


async def test_nul_and_lone_surrogates_never_enter_a_row(module_database: Database, recorder: Recorder) -> None:
    recorder.text("\0")
    recorder.text("a\0b\ud800")
    recorder.tool_input(0, "c\0", "look\ud800", '{"a\0":')
    recorder.tool_input(0, None, None, '"\\ud800\\u0000"}')
    await recorder.called("c\0", "look\ud800", {"a\0": "x\ud800\0", "n": 10**30, "f": float("nan")})
    await recorder.settle("c\0", Outcome(output={"b": ["\0y"]}))
    text, call = await stored(module_database, recorder.run)
    assert isinstance(text, TextPart)
    assert isinstance(call, ToolPart)
    assert (text.text, call.tool_call_id, call.tool_name, call.output) == ("ab", "c", "look", {"b": ["y"]})
    assert call.input == {"a": "x", "n": "1" + "0" * 30, "f": None}


async def test_calls_side_by_side_keep_their_inputs_apart(recorder: Recorder) -> None:
    recorder.text("Let me look.")
    recorder.tool_input(0, "c0", "look", "{")
    recorder.tool_input(1, "c1", "look", '{"a"')
    recorder.tool_input(0, None, None, "}")
    recorder.tool_input(1, None, None, ":1}")
    _, first, second = recorder.parts
    assert isinstance(first, ToolPart)
    assert isinstance(second, ToolPart)
    assert (first.input_text, second.input_text) == ("{}", '{"a":1}')
    assert (first.step, second.order) == (0, 2)


async def test_a_later_step_may_use_an_id_again(module_database: Database, recorder: Recorder) -> None:
    for number in range(2):
        if number:
            recorder.step_started("m")
        recorder.tool_input(0, "call_0", "look", "{}")
        await recorder.called("call_0", "look", {})
        await recorder.settle("call_0", Outcome(output={"step": number}))
    found = await stored(module_database, recorder.run)
    assert [(part.step, part.output) for part in found if isinstance(part, ToolPart)] == [
        (0, {"step": 0}),
        (1, {"step": 1}),
    ]


async def test_a_call_nobody_announced_is_announced(module_database: Database, recorder: Recorder) -> None:
    part = await recorder.called("c", "look", {"a": 1})
    assert await stored(module_database, recorder.run) == (part,)
    assert (part.state, part.input_text) == ("input-available", '{"a": 1}')


async def test_what_follows_from_a_call_comes_after_it(module_database: Database, recorder: Recorder) -> None:
    await recorder.called("c", "look", {})
    data = DataPart(order=0, step=0, name="cart", data_id="1", content={"total": 1})
    source = SourceUrlPart(order=0, step=0, source_id="s", url="https://shop.test/p")
    await recorder.settle("c", Outcome(output={}, parts=(data, source)))
    assert (await stored(module_database, recorder.run))[1:] == (replace(data, order=1), replace(source, order=2))


async def test_a_call_settled_in_a_transaction_is_seen_once_published(
    module_database: Database, recorder: Recorder
) -> None:
    await recorder.called("c", "look", {})
    async with recorder.settling:
        async with module_database.transaction() as conn:
            settled = await recorder.settle_within(conn, "c", Outcome(output={"b": 1}))
            assert [part.closed for part in recorder.parts] == [False]
        recorder.publish(settled)
    await recorder.flushed()
    assert await stored(module_database, recorder.run) == tuple(recorder.parts) == settled


async def test_parts_commit_in_the_order_of_their_places(module_database: Database, recorder: Recorder) -> None:
    """Two calls come out at once, and the transaction that took the first places is the last to commit."""
    for name in ("slow", "quick"):
        await recorder.called(name, "look", {})
    remote, shown = Remote(recorder.run.message_id), DataPart(order=0, step=0, name="cart", content={"n": 1})
    async with recorder.settling:
        async with module_database.transaction() as conn:
            slow = await recorder.settle_within(conn, "slow", Outcome(output=1, parts=(shown,)))
            quick = asyncio.create_task(recorder.settle("quick", Outcome(output=2, parts=(shown,))))
            done, _ = await asyncio.wait([quick], timeout=0.1)
            async with module_database.connection() as other:
                assert [part.closed for part in (await remote.read(other)).parts] == [False, False]
            assert not done
        recorder.publish(slow)
    await quick
    async with module_database.connection() as other:
        seen = (await remote.read(other)).parts
    assert [(part.order, part.closed) for part in seen] == [(order, True) for order in range(4)]
    assert list(seen) == list(recorder.parts)


async def test_an_outcome_needs_its_call(recorder: Recorder) -> None:
    with pytest.raises(LookupError):
        await recorder.settle("nothing", Outcome(output={}))


async def test_what_is_open_is_settled_with_a_reason(module_database: Database, recorder: Recorder) -> None:
    recorder.tool_input(0, "broken", "look", '{"a')
    await recorder.called("asked", "look", {})
    recorder.text("Half an ans")
    recorder.settle_open("The call was broken off.")
    await recorder.flushed()
    broken, asked, half = await stored(module_database, recorder.run)
    assert isinstance(broken, ToolPart)
    assert isinstance(asked, ToolPart)
    assert (broken.state, broken.error_text, broken.input) == ("output-error", "The call was broken off.", None)
    assert (asked.state, asked.input) == ("output-error", {})
    assert [part.closed for part in (broken, asked, half)] == [True, True, True]


async def test_readers_are_woken_at_once_and_the_end_waits_for_rows(recorder: Recorder) -> None:
    seen = recorder.changes.count
    recorder.text("Hi")
    assert recorder.changes.count > seen
    recorder.end()
    assert (len(recorder.view().parts), len(recorder.view().facts)) == (1, 0)
    seen = recorder.changes.count
    await recorder.flushed()
    assert recorder.changes.count > seen
    assert len(recorder.view().facts) == 1
    ended = RunEnd(state="finished", finish_reason="stop", usage=Usage())
    recorder.finish(ended, {"state": "finished"})
    assert recorder.view().ended == ended


async def test_a_lost_run_writes_nothing_more(module_database: Database, recorder: Recorder) -> None:
    recorder.text("mine")
    await recorder.flushed()
    async with module_database.connection() as conn:
        await conn.execute("update runs set epoch = epoch + 1 where id = $1", recorder.run.id)
    recorder.text(" no more")
    with pytest.raises(Fenced):
        await recorder.flushed()
    assert recorder.lost
    assert texts(await stored(module_database, recorder.run)) == [(TextPart, "mine", False)]
    async with module_database.transaction() as conn:
        recorder.tool_input(0, "c", "look", "{}")
        with pytest.raises(Fenced):
            await recorder.settle_within(conn, "c", Outcome(output={}))


async def test_steps_keep_what_they_used(recorder: Recorder) -> None:
    recorder.text("Hello")
    recorder.usage(USED)
    recorder.end()
    recorder.step_started("m")
    recorder.reasoning("12345678")
    assert recorder.total_usage() == Usage(
        input_tokens=12, output_tokens=9, reasoning_tokens=1, cached_tokens=2, cost_micros=30, estimated=True
    )
    [step] = recorder.steps
    assert step.first_token_at is not None
    assert (step.first_token_at - step.started_at).total_seconds() == pytest.approx(0.04)
    assert step.finish_reason == "tool_call"
    assert (step.finished_at - step.started_at).total_seconds() == pytest.approx(0.1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES)
async def test_rows_hold_every_character_once(
    module_database: Database, recorder: Recorder, pieces: list[tuple[str, bool]]
) -> None:
    recorder.step_started("m")
    for piece, write in pieces:
        recorder.text(piece)
        if write:
            await recorder.flushed()
    recorder.end()
    await recorder.flushed()
    found = await stored(module_database, recorder.run)
    assert found == tuple(recorder.parts)
    said = [text for part, (_, text, _) in zip(found, texts(found), strict=True) if part.step == recorder.step]
    whole = "".join(piece for piece, _ in pieces).encode("utf-8", "ignore").decode().replace("\0", "")
    assert said == ([whole] if whole else [])
