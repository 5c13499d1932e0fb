from __future__ import annotations

from agent.offline.reply import Reply
from agent.offline.script import Call
from agent.offline.stream import CallInput, CallStart, Reasoning, Text, cut, limited, pieces

CALLS = Reply(calls=(Call("view_cart", "{}"), Call("get_product", '{"product_id":"j1"}')), reasoning="Taken as: x.")


def test_the_pieces_are_the_whole_text() -> None:
    text = "One  two\n\n- three: 79.00 EUR\n"
    assert "".join(cut(text)) == text
    assert max(map(len, cut("word " * 20))) <= 8


def test_reasoning_comes_first_and_calls_have_their_index() -> None:
    found = list(pieces(CALLS))
    assert isinstance(found[0], Reasoning)
    assert [piece for piece in found if isinstance(piece, CallStart)] == [
        CallStart(0, "view_cart"),
        CallStart(1, "get_product"),
    ]
    second = [piece.delta for piece in found if isinstance(piece, CallInput) and piece.index == 1]
    assert "".join(second) == '{"product_id":"j1"}'


def test_a_text_is_cut_at_the_limit() -> None:
    kept, finish = limited(Reply("one two three"), 2)
    assert (kept, finish) == ((Text("one"), Text(" two")), "length")


def test_reasoning_gives_way_before_the_answer() -> None:
    whole, finish = limited(CALLS, None)
    assert finish == "tool_calls"
    kept, finish = limited(CALLS, len(whole) - 1)
    assert (finish, any(isinstance(piece, Reasoning) for piece in kept)) == ("tool_calls", False)


def test_a_call_is_never_cut_in_two() -> None:
    assert limited(CALLS, 3) == ((), "length")
