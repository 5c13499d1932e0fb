from __future__ import annotations

from dataclasses import replace

import pytest

from agent.recovery import Remains, remains, tool_input
from storage.parts import DataPart, Part, ReasoningPart, TextPart, ToolPart

WORDS = TextPart(order=0, step=0, closed=True, text="Let me look.")
DONE = ToolPart(
    order=1, step=0, closed=True, tool_call_id="a", tool_name="look", input_text="{}", input={}, output={"n": 1},
    state="output-available",
)  # fmt: skip
ASKED = replace(DONE, state="input-available", output=None, closed=False)
HALF = ToolPart(order=1, step=0, tool_call_id="a", tool_name="look", input_text='{"q": "te')
NEXT = TextPart(order=2, step=1, text="Here is")
ERROR = DataPart(order=3, step=1, name="error", content={"code": "busy", "message": "Busy.", "retry": True})


@pytest.mark.parametrize(
    ("parts", "kept", "open_calls"),
    [
        ((), 0, 0),
        ((replace(WORDS, closed=False),), 0, 0),
        ((WORDS, HALF), 0, 0),
        ((WORDS, ASKED), 2, 1),
        ((WORDS, DONE), 2, 0),
        ((WORDS, DONE, NEXT), 2, 0),
        ((WORDS, DONE, replace(HALF, order=2, tool_call_id="b")), 3, 1),
        ((WORDS, DONE, replace(HALF, order=2, step=1)), 2, 0),
        ((ReasoningPart(order=0, step=0, closed=True, text="Hm."),), 0, 0),
    ],
)
def test_whole_steps_are_kept_and_calls_without_an_outcome_run_again(
    parts: tuple[Part, ...], kept: int, open_calls: int
) -> None:
    left = remains(parts)
    assert (left.kept, len(left.open_calls)) == (parts[:kept], open_calls)
    assert not left.complete
    assert left.error is None


def test_an_answer_that_was_given_in_full_is_complete() -> None:
    closed = replace(NEXT, closed=True)
    assert remains((WORDS, DONE, closed)) == Remains((WORDS, DONE, closed), complete=True)


def test_an_error_that_was_told_stays_the_end() -> None:
    assert remains((WORDS, DONE, NEXT, ERROR)).error == ERROR.content


@pytest.mark.parametrize(
    ("call", "given"),
    [
        (ASKED, {}),
        (replace(ASKED, input={"q": 1}), {"q": 1}),
        (replace(HALF, input_text='{"q": 2}'), {"q": 2}),
        (HALF, {}),
        (replace(HALF, input_text="[1]"), {}),
    ],
)
def test_the_input_of_a_call_is_what_was_asked(call: ToolPart, given: object) -> None:
    assert tool_input(call) == given


def test_a_call_that_waits_for_a_person_goes_on_waiting() -> None:
    asks = replace(ASKED, order=2, tool_call_id="b", state="approval-requested")
    left = remains((WORDS, ASKED, asks))
    assert left.kept == (WORDS, ASKED, asks)
    assert left.open_calls == (ASKED,)
