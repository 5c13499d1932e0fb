from __future__ import annotations

from agent.answer import Answer, CallDelta, ReasoningDelta, TextDelta


def test_pieces_of_one_read_are_one_delta() -> None:
    answer = Answer()
    answer.text("a")
    answer.text("b")
    assert answer.take() == [TextDelta(0, "ab")]
    answer.text("c")
    assert answer.take() == [TextDelta(0, "c")]
    assert answer.take() == []
    assert answer.whole() == [TextDelta(0, "abc")]


def test_another_kind_begins_another_part() -> None:
    answer = Answer()
    answer.reasoning("a")
    answer.text("b")
    answer.reasoning("c", "signed")
    assert answer.take() == [ReasoningDelta(0, "a", None), TextDelta(1, "b"), ReasoningDelta(2, "c", "signed")]


def test_interleaved_calls_grow_by_index() -> None:
    answer = Answer()
    answer.tool_input(0, "c1", "f", "")
    answer.tool_input(1, "c2", "g", "{")
    answer.tool_input(0, None, None, "{}")
    assert answer.take() == [CallDelta(0, 0, "c1", "f", "{}"), CallDelta(1, 1, "c2", "g", "{")]
    answer.tool_input(1, None, None, "}")
    assert answer.take() == [CallDelta(1, 1, None, None, "}")]
    assert answer.whole() == [CallDelta(0, 0, "c1", "f", "{}"), CallDelta(1, 1, "c2", "g", "{}")]


def test_calls_that_share_an_index_are_told_apart_by_id() -> None:
    answer = Answer()
    answer.tool_input(0, "c1", "f", "{}")
    answer.tool_input(0, "c2", "f", "{}")
    assert answer.take() == [CallDelta(0, 0, "c1", "f", "{}"), CallDelta(1, 1, "c2", "f", "{}")]


def test_id_and_name_repeated_with_each_delta_are_one_call() -> None:
    answer = Answer()
    answer.tool_input(0, "c1", "f", "{")
    answer.take()
    answer.tool_input(0, "c1", "f", "}")
    assert answer.take() == [CallDelta(0, 0, None, None, "}")]


def test_a_call_without_an_id_gets_one() -> None:
    answer = Answer()
    answer.tool_input(0, None, "f", "{}")
    (call,) = answer.take()
    assert isinstance(call, CallDelta)
    assert call.tool_call_id


def test_a_call_is_held_back_until_it_has_a_name() -> None:
    answer = Answer()
    answer.tool_input(0, "c1", None, "{")
    assert not answer.grown
    answer.tool_input(0, None, "f", "}")
    assert answer.take() == [CallDelta(0, 0, "c1", "f", "{}")]
