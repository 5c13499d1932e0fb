from __future__ import annotations

import pytest

from storage.search_terms import terms


@pytest.mark.parametrize(
    ("text", "some", "joined"),
    [
        ("laptop", "laptop", ""),
        ("head set", "head or set or headset", "headset"),
        ("external dvd drive", "external dvd or dvd drive or externaldvd or dvddrive", "externaldvd or dvddrive"),
        ("I am looking for a red lamp", "red or lamp or redlamp", "redlamp"),
        ("rtx 2060", "rtx or 2060", ""),
        ("", "", ""),
        ("!!! ' \" \\ :* &", "", ""),
    ],
)
def test_words_and_neighbours(text: str, some: str, joined: str) -> None:
    made = terms(text)
    assert (made.some, made.joined) == (some, joined)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("WH-1000XM5/B", ("wh1000xm5b",)),
        ("wh 1000 xm5", ("wh1000xm5", "1000")),
        ("toner CB436A", ("tonercb436a", "cb436a")),
        ("monitor", ()),
        ("ps4", ()),
    ],
)
def test_what_may_be_a_part_number(text: str, keys: tuple[str, ...]) -> None:
    assert terms(text).keys == keys


def test_one_typo_leaves_the_grams_of_one_half_alone() -> None:
    right = terms("CB436A")
    for wrong in ("CX436A", "CB43XA", "CB4336A", "C436A", "CB436"):
        made = terms(wrong)
        assert made.before is not None
        assert made.after is not None
        assert right.before is not None
        assert right.after is not None
        whole = {"^cb436a$"[place : place + 3] for place in range(6)}
        assert set(made.before) <= whole or set(made.after) <= whole


def test_several_words_are_no_part_number_with_a_typo() -> None:
    assert terms("rtx 2060").before is None


def test_a_very_long_text_has_bounded_terms() -> None:
    assert len(terms("w1234 " * 10_000).some) < 1000
