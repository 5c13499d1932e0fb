from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text import storable
from tools.errors import BadArguments
from tools.registry import SHOP_TOOLS, Tool
from tools.schema import checked

# What a model may send: json.loads, unlike orjson, lets NUL, lone surrogates and numbers of any size through.
words = st.text(st.characters(), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)
names = st.sampled_from(sorted({name for tool in SHOP_TOOLS for name in tool.input_schema["properties"]}))


def refusal(tool: Tool, raw: dict[str, object]) -> BadArguments | None:
    try:
        checked(tool.arguments, raw)
    except BadArguments as refused:
        return refused
    return None


@given(tool=st.sampled_from(SHOP_TOOLS), raw=st.dictionaries(names | words, values, max_size=8))
def test_whatever_a_model_sends_is_taken_or_refused_in_words(tool: Tool, raw: dict[str, object]) -> None:
    if (refused := refusal(tool, raw)) is not None:
        for text in (refused.detail, refused.field or ""):
            assert storable(text) == text


@pytest.mark.parametrize(
    "raw",
    [
        '{"query": "\\ud800"}',
        '{"\\ud800\\u0000": 1}',
        '{"query": "a", "limit": 1e999}',
        '{"query": "a", "limit": ' + "9" * 4000 + "}",
        '{"query": "a", "max_price": 1e400}',
        '{"query": ' + "[" * 500 + "]" * 500 + "}",
    ],
)
def test_odd_json_is_refused_too(raw: str) -> None:
    (tool,) = (tool for tool in SHOP_TOOLS if tool.name == "search_products")
    with pytest.raises(BadArguments):
        checked(tool.arguments, json.loads(raw))
