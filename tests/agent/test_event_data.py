from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.event_data import EventData

STREAM = (
    b': hi\n\ndata: {"a":1}\n\nevent: x\ndata: {"b":\ndata: 2}\nid: 7\n\n'
    b'data:{"c":"\xe2\x9c\x93"}\n\n\ndata: [DONE]\n\n'
)
FOUND = [b'{"a":1}', b'{"b":\n2}', b'{"c":"\xe2\x9c\x93"}', b"[DONE]"]


def read(stream: bytes, cuts: list[int]) -> list[bytes]:
    events = EventData()
    found: list[bytes] = []
    start = 0
    for cut in [*sorted(cuts), len(stream)]:
        found += events.feed(stream[start:cut])
        start = cut
    return found + events.rest()


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_slices_do_not_matter(cuts: list[int]) -> None:
    assert read(STREAM, cuts) == FOUND


@given(st.lists(st.integers(0, len(STREAM) + 20), max_size=20))
def test_carriage_returns_do_not_matter(cuts: list[int]) -> None:
    assert read(STREAM.replace(b"\n", b"\r\n"), cuts) == [data.replace(b"\n", b"\n") for data in FOUND]


def test_single_bytes() -> None:
    assert read(STREAM, list(range(len(STREAM)))) == FOUND


def test_an_event_without_its_blank_line_is_in_the_rest() -> None:
    events = EventData()
    assert events.feed(b'data: {"a":1}\n') == []
    assert events.rest() == [b'{"a":1}']


def test_comments_and_other_fields_give_nothing() -> None:
    assert EventData().feed(b": PROCESSING\n\nevent: ping\n\nretry: 5\n\n") == []
