from __future__ import annotations

import json

import orjson
from hypothesis import given
from hypothesis import strategies as st

from storage.parts import Json
from storage.text import storable, storable_json

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


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(ANY_JSON)
def test_any_json_can_be_stored_and_sent(value: object) -> None:
    clean = storable_json(json.loads(json.dumps(value)))
    assert b"\\u0000" not in orjson.dumps(clean).replace(b"\\\\", b"")
    json.dumps(clean, allow_nan=False)
    assert storable_json(clean) == clean


def test_json_that_can_be_stored_is_left_alone() -> None:
    value: Json = {"a": [1, -(2**63), 2.5, True, None, "😀"], "b": {}}
    assert storable_json(value) == value
    assert storable_json({"a\0": [10**30, float("inf"), "x\ud800"]}) == {"a": ["1" + "0" * 30, None, "x"]}
