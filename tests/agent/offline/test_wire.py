from __future__ import annotations

from typing import Any

import pytest

from agent.offline.script import Call, Done, Failed, Outcome
from agent.offline.wire import read_toolbox, read_turns


def asked(call_id: str, arguments: object = "{}") -> dict[str, Any]:
    function = {"name": "view_cart", "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"id": call_id, "type": "function", "function": function}]}


def told(call_id: str, content: object) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def test_turns_begin_with_what_the_shopper_says() -> None:
    first, second = read_turns(
        [
            {"role": "system", "content": "s"},
            {"role": "assistant", "content": "before any turn"},
            {"role": "user", "content": "a"},
            asked("1", '{"b": 1, "a": 2}'),
            told("1", '{"items": []}'),
            {"role": "assistant", "content": "said"},
            {"role": "user", "content": "b"},
        ]
    )
    assert (first.text, first.rounds, first.said) == ("a", 1, "said")
    assert first.log == ((Call("view_cart", '{"a":2,"b":1}'), Done({"items": []})),)
    assert (second.text, second.log) == ("b", ())


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        ('{"items": []}', Done({"items": []})),
        ("It is out of stock.", Failed("It is out of stock.")),
        ("It broke.\n\nFix the errors and try again.", Failed("It broke.")),
        ('{"error": "broken"}', Failed("broken")),
        ('{"error": {"message": "broken"}}', Failed("broken")),
        ('{"code": "busy", "detail": "Try again."}', Failed("Try again.")),
        ("[1]", Failed("[1]")),
        ("", Failed("")),
        (None, Failed("")),
        ([{"type": "text", "text": '{"items": []}'}], Done({"items": []})),
    ],
)
def test_outcomes(content: object, outcome: Outcome) -> None:
    (turn,) = read_turns([{"role": "user", "content": "a"}, asked("1"), told("1", content)])
    assert turn.log == ((Call("view_cart", "{}"), outcome),)


def test_a_result_that_nobody_asked_for_is_left_out() -> None:
    (turn,) = read_turns([{"role": "user", "content": "a"}, told("1", "{}")])
    assert turn.log == ()


def test_the_toolbox_knows_names_arguments_and_the_limit() -> None:
    search = {"function": {"name": "search_products", "parameters": {"properties": {"limit": {"maximum": 10}}}}}
    tools = read_toolbox([search, {"function": {"name": "view_cart"}}, {"function": {}}, 1])
    assert ("search_products" in tools, "view_cart" in tools, "update_cart" in tools) == (True, True, False)
    assert tools.arguments == {"search_products": frozenset({"limit"}), "view_cart": None}
    assert tools.limits == {"search_products": 10}
