from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chunks import Chunk
from agent.cursor import marked, restored, written
from agent.reader import Reader, View, behind
from api.ui_message import ui_message
from storage.messages import Message
from storage.parts import Approval, DataPart, Part, TextPart, ToolPart
from storage.runs import RunEnd, Usage
from tests.support.growth import History, histories
from tests.support.ui_reducer import reduced

FINISHED = RunEnd(state="finished", finish_reason="stop", usage=Usage())
CALL = ToolPart(order=0, step=0, tool_call_id="c", tool_name="look", input_text='{"a":1}')
WHOLE = replace(CALL, state="input-available", input={"a": 1})
ASKED = replace(WHOLE, state="approval-requested", approval=Approval(id=UUID(int=1)))
DONE = replace(WHOLE, state="output-available", output={"b": 2}, closed=True)


def view(*parts: Part, facts: Sequence[Part] | None = None, ended: RunEnd | None = None) -> View:
    return View("m-1", {}, parts, parts if facts is None else facts, (), ended)


def kinds(chunks: Iterable[Chunk]) -> list[object]:
    return [chunk["type"] for chunk in chunks]


def expected(history: History) -> dict[str, Any]:
    metadata = {**history.views[-1].start_metadata, **history.views[-1].end_metadata}
    message = Message(UUID(int=1), UUID(int=2), None, "m-1", "assistant", metadata, datetime(2026, 1, 1, tzinfo=UTC))
    return ui_message(message, history.parts)


def same(built: dict[str, Any], stored: dict[str, Any]) -> bool:
    """A replayed call that failed keeps its `rawInput` in the client, beside the same `input`."""
    for part in built["parts"]:
        if "input" in part:
            part.pop("rawInput", None)
    return built == stored


@given(histories(), st.data())
def test_any_cuts_build_the_message_of_the_history(history: History, data: st.DataObject) -> None:
    reader = Reader()
    chunks: list[Chunk] = []
    for seen in history.views[:-1]:
        if data.draw(st.booleans()):
            chunks += reader.read(seen)
    chunks += reader.read(history.views[-1])
    assert reader.finished
    assert same(reduced(chunks), expected(history))
    assert reader.read(history.views[-1]) == []


@given(histories(), st.data())
def test_a_reader_that_comes_late_builds_the_same(history: History, data: st.DataObject) -> None:
    joins = data.draw(st.integers(0, len(history.views) - 1))
    reader = Reader(resumes=True)
    replayed = reader.read(history.views[joins])
    assert "tool-input-available" not in kinds(replayed)
    chunks = [*replayed, *(chunk for seen in history.views[joins + 1 :] for chunk in reader.read(seen))]
    assert reader.finished
    assert same(reduced(chunks), expected(history))


@given(histories())
def test_what_a_reader_saw_end_stays(history: History) -> None:
    reader = Reader()
    for seen in history.views:
        for chunk in reader.read(seen):
            match chunk["type"]:
                case "text-end" | "reasoning-end":
                    assert seen.facts[int(str(chunk["id"]))].closed
                case "tool-output-available" | "tool-output-error" | "tool-input-error":
                    assert _call(seen.facts, chunk).closed
                case "tool-input-available":
                    assert _call(seen.facts, chunk).input is not None
                case "tool-approval-request":
                    assert _call(seen.facts, chunk).state == "approval-requested"
                case "finish" | "abort" | "error":
                    assert seen.ended is not None


def _call(facts: Sequence[Part], chunk: Chunk) -> ToolPart:
    return next(part for part in facts if isinstance(part, ToolPart) and part.tool_call_id == chunk["toolCallId"])


@given(histories())
def test_steps_nest_and_parts_begin_in_order(history: History) -> None:
    reader = Reader()
    chunks = [chunk for seen in history.views for chunk in reader.read(seen)]
    inside, begun = False, list[int]()
    for chunk in chunks[1:]:
        match str(chunk["type"]):
            case "start-step":
                assert not inside
                inside = True
            case "finish-step":
                assert inside
                inside = False
            case "finish" | "abort":
                assert not inside
            case "text-start" | "reasoning-start":
                begun.append(int(str(chunk["id"])))
            case "tool-input-start":
                begun.append(int(str(chunk["toolCallId"]).removeprefix("call-")))
            case "error" | "message-metadata":
                pass
            case _:
                assert inside
    assert begun == sorted(begun)
    assert kinds(chunks)[0] == "start"


def test_a_cursor_is_the_last_part_and_the_open_ones_before_it() -> None:
    reader = Reader()
    assert written(reader, "m") == "@m.0"
    reader.read(view(CALL, replace(WHOLE, order=1, tool_call_id="d"), TextPart(order=2, step=0, text="abc")))
    assert written(reader, "m") == "2.4,0.8,1.9@m.0"


def test_words_are_told_as_they_are_seen_and_end_once_they_stay() -> None:
    reader = Reader()
    grown, closed = TextPart(order=0, step=0, text="Good day"), TextPart(order=0, step=0, text="Good day", closed=True)
    assert kinds(reader.read(view(replace(grown, text="Good"), facts=()))) == [
        "start", "start-step", "text-start", "text-delta",
    ]  # fmt: skip
    assert reader.read(view(closed, facts=[grown])) == [{"type": "text-delta", "id": "0", "delta": " day"}]
    assert reader.read(view(closed)) == [{"type": "text-end", "id": "0"}]


def test_a_data_part_waits_for_its_row_and_holds_back_what_follows() -> None:
    reader = Reader()
    data = DataPart(order=0, step=0, name="cart", data_id="1", content={"total": 1})
    text = TextPart(order=1, step=0, text="Done")
    assert kinds(reader.read(view(data, text, facts=()))) == ["start"]
    assert kinds(reader.read(view(data, text))) == ["start-step", "data-cart", "text-start", "text-delta"]


def test_data_of_the_same_name_and_id_takes_its_place() -> None:
    first = DataPart(order=0, step=0, name="cart", data_id="1", content={"total": 1})
    parts = (first, replace(first, order=1, content={"total": 2}), replace(first, order=2, data_id=None))
    built = reduced(Reader().read(view(*parts, ended=FINISHED)))
    assert [part.get("data") for part in built["parts"]] == [None, {"total": 2}, {"total": 1}]


def test_a_call_that_ran_between_two_looks_is_still_announced() -> None:
    assert kinds(Reader().read(view(DONE)))[2:] == [
        "tool-input-start", "tool-input-delta", "tool-input-available", "tool-output-available",
    ]  # fmt: skip


def test_a_replay_announces_only_calls_that_come_after_it() -> None:
    reader = Reader(resumes=True)
    assert "tool-input-available" not in kinds(reader.read(view(WHOLE)))
    later = replace(WHOLE, order=1, tool_call_id="d")
    assert "tool-input-available" in kinds(reader.read(view(DONE, later)))


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (replace(ASKED, state="output-denied", closed=True), ["tool-output-denied"]),
        (replace(ASKED, state="output-available", output={}, closed=True), ["tool-output-available"]),
        (replace(ASKED, state="approval-responded", approval=Approval(id=UUID(int=1), approved=True)), []),
    ],
)
def test_what_follows_a_question(end: ToolPart, told: list[str]) -> None:
    reader = Reader()
    assert kinds(reader.read(view(ASKED)))[-2:] == ["tool-input-available", "tool-approval-request"]
    assert kinds(reader.read(view(end))) == told
    assert kinds(Reader(resumes=True).read(view(end)))[4:] == ["tool-approval-request", *told]


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (FINISHED, ["finish-step", "finish"]),
        (replace(FINISHED, state="waiting"), ["finish-step", "finish"]),
        (replace(FINISHED, state="stopped"), ["finish-step", "message-metadata", "abort"]),
        (replace(FINISHED, state="failed"), ["message-metadata", "error", "finish-step", "finish"]),
    ],
)
def test_how_a_stream_ends(ended: RunEnd, told: list[str]) -> None:
    text = TextPart(order=0, step=0, text="Hi", closed=True)
    assert kinds(Reader().read(view(text, ended=ended)))[5:] == told


def test_an_answer_without_parts_has_no_step() -> None:
    assert kinds(Reader().read(view(ended=FINISHED))) == ["start", "finish"]


def test_a_run_that_waits_or_died_ends_although_parts_are_open() -> None:
    reader = Reader()
    text = TextPart(order=0, step=0, text="Half an ans")
    asked = replace(ASKED, order=1)
    assert not {"finish", "abort"} & set(kinds(reader.read(view(text, asked))))
    assert kinds(reader.read(view(text, asked, ended=FINISHED))) == ["finish-step", "finish"]


def action(order: int, number: int, state: str) -> DataPart:
    content = {"id": str(UUID(int=number)), "state": state}
    return DataPart(order=order, step=0, name="action", data_id=f"c{number}:action", content=content)


def asking(order: int, number: int, part: ToolPart = ASKED) -> ToolPart:
    approved = True if part.closed else None
    return replace(
        part, order=order, tool_call_id=f"c{number}", approval=Approval(id=UUID(int=number), approved=approved)
    )


def test_whoever_decided_is_told_what_has_come_since() -> None:
    text = TextPart(order=0, step=0, closed=True, text="Shall I?")
    waiting = (text, asking(1, 1), action(2, 1, "pending"))
    client = Reader().read(view(*waiting))
    settled = (text, asking(1, 1, DONE), action(2, 1, "pending"), action(3, 1, "executed"))
    went_on = (*settled, TextPart(order=4, step=1, closed=True, text="Done."))
    told = behind(view(*went_on), {str(UUID(int=1))}).read(view(*went_on, ended=FINISHED))
    assert kinds(told) == [
        "start", "tool-output-available", "data-action", "finish-step", "start-step", "text-start", "text-delta",
        "text-end", "finish-step", "finish",
    ]  # fmt: skip
    whole = Reader().read(view(*went_on, ended=FINISHED))
    built = reduced([*client, *[chunk for chunk in told if chunk["type"] != "start"]])
    assert same(built, reduced(whole))


def test_of_two_decisions_each_is_told_from_where_it_was_made() -> None:
    both = (asking(0, 1, DONE), asking(1, 2, DONE), action(2, 1, "pending"), action(3, 2, "pending"),
            action(4, 2, "executed"), action(5, 1, "executed"))  # fmt: skip
    second, first = str(UUID(int=2)), str(UUID(int=1))
    outputs = ["tool-output-available", "data-action"]
    assert kinds(behind(view(*both), {first}).read(view(*both))) == ["start", *outputs]
    # The other one was decided first: from there on everything is told, the later decision too.
    assert kinds(behind(view(*both), {second}).read(view(*both))) == [
        "start", "tool-output-available", "tool-output-available", "data-action", "data-action"
    ]  # fmt: skip


def test_the_place_of_one_who_decided_is_a_cursor_like_any_other() -> None:
    parts = (asking(0, 1, DONE), action(1, 1, "pending"), action(2, 1, "executed"))
    seen = view(*parts, ended=FINISHED)
    marks = marked(behind(seen, {str(UUID(int=1))}), seen, "m-1")
    rest = [chunk["type"] for chunk, _ in marks]
    # After `start` it stands before the outcome: what the page has had of the call is not told again.
    for position, (_, place) in enumerate(marks):
        if place is not None:
            told = kinds(restored(place, seen, resets=True).read(seen))
            assert told == rest[position + 1 :]
