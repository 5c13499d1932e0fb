from __future__ import annotations

import pytest

from agent.offline.answer import failure
from agent.offline.script import Call, Done, Failed
from agent.offline.wire import read_turns
from tools.confirmation import CHANGED, DECLINED, EXPIRED, NOTHING, UNANSWERED


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (DECLINED, "As you wish: I did not place the order, and nothing has happened."),
        (f"{DECLINED} They say: too dear.", "As you wish: I did not place the order, and nothing has happened."),
        (
            EXPIRED,
            "I did not place the order: it was not confirmed in time, so nothing has happened. Ask again if you like.",
        ),
        (CHANGED, "I did not place the order: something changed since you were asked, so nothing has happened."),
        (UNANSWERED, "I did not place the order: you have not confirmed it, so nothing has happened."),
    ],
)
def test_what_became_of_a_call_that_was_not_confirmed_is_said_plainly(why: str, said: str) -> None:
    assert failure("place the order", Failed(f"{NOTHING} {why}")) == said


def test_other_refusals_are_told_as_they_are() -> None:
    assert failure("place the order", Failed("There are 2 left.")) == "I could not place the order: There are 2 left."


def test_a_call_that_was_asked_for_again_has_the_last_outcome_only() -> None:
    asked = [{"id": name, "function": {"name": "place_order", "arguments": "{}"}} for name in ("a", "b")]
    messages = [
        {"role": "user", "content": "Order it"},
        {"role": "assistant", "tool_calls": asked},
        {"role": "tool", "tool_call_id": "a", "content": f'{{"error": "{NOTHING} {CHANGED}"}}'},
        {"role": "tool", "tool_call_id": "b", "content": '{"order_number": "1"}'},
    ]
    [turn] = read_turns(messages)
    assert turn.log == ((Call("place_order", "{}"), Done({"order_number": "1"})),)
