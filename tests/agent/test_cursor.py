from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cursor import BadCursor, marked, message_of, restored
from agent.reader import Reader, Retracted, View
from storage.parts import Part, TextPart, ToolPart
from storage.runs import RunEnd, Usage
from tests.support.growth import History, histories
from tests.support.ui_reducer import reduced

END = RunEnd(state="finished", finish_reason="stop", usage=Usage())
CALL = ToolPart(
    order=0, step=0, closed=True, tool_call_id="c", tool_name="look", input_text="{}", input={}, output=1,
    state="output-available",
)  # fmt: skip
DRAFT = TextPart(order=1, step=1, text="A draft")


def view(*parts: Part, retractions: Sequence[int] = (), ended: RunEnd | None = None) -> View:
    return View("m", {}, parts, parts, retractions, ended)


@given(histories(), st.data())
def test_cut_after_any_chunk_the_rest_makes_the_same_message(history: History, data: st.DataObject) -> None:
    """The first reader sees the answer grow; it is cut after any chunk, and another goes on from its last place."""
    last, reader, got = history.views[-1], Reader(), []
    for seen in history.views:
        got += marked(reader, seen, "m")
    cut = data.draw(st.integers(1, len(got)))
    place = next((at for _, at in reversed(got[:cut]) if at is not None), None)
    rest = marked(restored(place, last, resets=False), last, "m") if place else marked(Reader(), last, "m")
    assert _same(reduced([chunk for chunk, _ in [*got[:cut], *rest]]), reduced([chunk for chunk, _ in got]))


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    for message in (one, other):
        for part in message["parts"]:
            if "input" in part:
                part.pop("rawInput", None)
    return one == other


def test_every_chunk_that_changes_the_message_has_a_place() -> None:
    got = marked(Reader(), view(CALL, replace(DRAFT, closed=True), ended=END), "m")
    assert [(chunk["type"], place) for chunk, place in got] == [
        ("start", "@m.0"),
        ("start-step", "0.0@m.0"),
        ("tool-input-start", "0.1@m.0"),
        ("tool-input-delta", "0.3@m.0"),
        ("tool-input-available", "0.4@m.0"),
        ("tool-output-available", "0.7@m.0"),
        ("finish-step", None),
        ("start-step", "1.0@m.0"),
        ("text-start", "1.1@m.0"),
        ("text-delta", "1.8@m.0"),
        ("text-end", "1.9@m.0"),
        ("finish-step", None),
        ("finish", None),
    ]


def _rest(place: str, seen: View, *, resets: bool) -> list[object]:
    return [chunk["type"] for chunk, _ in marked(restored(place, seen, resets=resets), seen, "m")]


def test_who_had_what_was_taken_back_is_told_or_begins_anew() -> None:
    again = view(CALL, replace(DRAFT, text="Another"), retractions=[1])
    assert _rest("1.5@m.0", again, resets=True)[:2] == ["reset-step", "text-start"]
    assert _rest("1.5@m.0", again, resets=False)[0] == "start"
    assert _rest("1.5@m.1", again, resets=False) == ["text-delta"]
    assert _rest("0.7@m.0", again, resets=False) == ["finish-step", "start-step", "text-start", "text-delta"]
    assert _rest("1.0@m.0", again, resets=False) == ["text-start", "text-delta"]


def test_in_a_step_whose_parts_are_not_all_in_the_rows_no_other_step_begins() -> None:
    """Cut within a second call that only the first server knew; the other one sees it later, in the same step."""
    other = replace(CALL, order=1, tool_call_id="d")
    reader = restored("1.2@m.0", view(CALL), resets=False)
    assert reader.read(view(CALL)) == []
    assert [chunk["type"] for chunk in reader.read(view(CALL, other))][:1] == ["tool-input-delta"]


def test_after_a_step_was_taken_back_its_parts_come_in_the_same_step() -> None:
    """Cut in the second part of a step, when of the new one only the first is there."""
    again = view(CALL, replace(DRAFT, text="Another"), retractions=[1])
    assert _rest("2.3,1.5@m.0", again, resets=True) == ["reset-step", "text-start", "text-delta"]


def test_a_live_reader_is_cut_when_it_cannot_be_told() -> None:
    for resets in (True, False):
        reader = Reader(resets=resets)
        reader.read(view(CALL, DRAFT))
        if resets:
            assert [chunk["type"] for chunk in reader.read(view(CALL, retractions=[1]))] == ["reset-step"]
        else:
            with pytest.raises(Retracted):
                reader.read(view(CALL, retractions=[1]))


@pytest.mark.parametrize("text", ["nonsense", "1", "1.1.1", "-1.0@m.0", "1.1@m", "9" * 40 + ".0@m.0", "1.1@.0"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        message_of(text)


def test_a_place_beyond_the_end_is_refused() -> None:
    with pytest.raises(BadCursor):
        restored("7.1@m.0", view(CALL, ended=END), resets=True)


def test_the_message_is_in_the_cursor() -> None:
    assert (message_of("1.1,0.3@a.b.2"), message_of("1.1")) == ("a.b", None)
