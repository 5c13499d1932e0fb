from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.text import storable

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_what_comes_out_is_utf8_without_nul(text: str) -> None:
    assert b"\0" not in storable(text).encode("utf-8")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_text_that_can_be_stored_is_left_alone(text: str) -> None:
    assert storable(text) == text


def test_only_what_cannot_be_stored_goes() -> None:
    assert storable("a\0b\ud800c😀\u2028") == "abc😀\u2028"


@given(ANY_TEXT, st.integers(0, 20))
def test_a_limit_counts_characters_that_stay(text: str, limit: int) -> None:
    assert storable(text, limit) == storable(text)[:limit]
