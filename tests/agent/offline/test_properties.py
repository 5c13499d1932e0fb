"""What holds for any message and any tool result."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.offline.reply import reply
from agent.offline.stream import CallInput, Text, limited, pieces, prompt_tokens
from agent.offline.tables import word_set
from agent.offline.vocabulary import COMMAND_WORDS, IT, NUMBERS, ORDINALS, THEM
from tests.agent.offline.shop import GOODS, TOOLS, Chat

_WORDS = sorted(
    COMMAND_WORDS
    | IT
    | THEM
    | NUMBERS.keys()
    | ORDINALS.keys()
    | word_set(
        "add put make a the and of to my one ones more is it 2 80 € than or only jacket kettles mug red Kestrel by "
        "from for , ? . best cheap compare kit accept with"
    )
)
_SENTENCES = st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join)
_MESSAGES = st.one_of(_SENTENCES, _SENTENCES, st.text(max_size=80))
_KEYS = st.sampled_from(
    ("products", "items", "product_id", "name", "price", "stock", "rating", "specifications", "values", "differences",
     "passages", "title", "text", "quantity", "suitable", "error", "total", "role", "content", "tool_calls", "function")
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)
_RESULTS = st.text(max_size=40) | _JSON.map(json.dumps)


@settings(max_examples=150, deadline=None)
@given(st.lists(_MESSAGES, min_size=1, max_size=5))
def test_ids_come_from_tool_results_only(texts: list[str]) -> None:
    chat = Chat()
    known = {one.id for one in GOODS}
    for text in texts:
        answer = chat.say(text)
        assert answer.strip(), text
        seen = {one for one in known if f'"product_id":"{one}"' in str(chat.messages)}
        for name, arguments in (call for made in chat.calls for call in made):
            given_ids = arguments.get("product_ids", [arguments["product_id"]] if "product_id" in arguments else [])
            assert set(given_ids) <= seen, (text, name)
        assert "could not be read" not in answer


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_MESSAGES, st.lists(_RESULTS, min_size=1, max_size=4)), min_size=1, max_size=4))
def test_no_tool_result_breaks_it(turns: list[tuple[str, list[str]]]) -> None:
    messages: list[dict[str, Any]] = []
    for text, results in turns:
        messages.append({"role": "user", "content": text})
        for step in range(10):
            answer = reply(messages, TOOLS)
            if not answer.calls:
                messages.append({"role": "assistant", "content": answer.text})
                break
            made = [(f"{len(messages)}-{at}", call) for at, call in enumerate(answer.calls)]
            messages.append(
                {"role": "assistant", "tool_calls": [
                    {"id": call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                    for call_id, call in made
                ]}
            )  # fmt: skip
            messages += [
                {"role": "tool", "tool_call_id": call_id, "content": results[(step + at) % len(results)]}
                for at, (call_id, _) in enumerate(made)
            ]
        else:
            raise AssertionError("it asks for ever")


@settings(max_examples=60, deadline=None)
@given(st.lists(_JSON, max_size=6), st.lists(_JSON, max_size=3))
def test_no_shape_of_messages_breaks_it(messages: list[object], tools: list[object]) -> None:
    answer = reply(messages, tools)
    assert answer.text or answer.calls
    prompt_tokens(messages, tools)


@settings(max_examples=60, deadline=None)
@given(_MESSAGES, st.integers(min_value=1, max_value=60))
def test_a_limit_of_tokens_holds(text: str, limit: int) -> None:
    answer = reply([{"role": "user", "content": text}], TOOLS)
    whole = list(pieces(answer))
    assert "".join(piece.delta for piece in whole if isinstance(piece, Text)) == answer.text
    assert "".join(piece.delta for piece in whole if isinstance(piece, CallInput)) == "".join(
        c.arguments for c in answer.calls
    )
    kept, finish = limited(answer, limit)
    assert len(kept) <= limit
    said = "".join(piece.delta for piece in kept if isinstance(piece, Text))
    called = any(isinstance(piece, CallInput) for piece in kept)
    assert (finish == "length") == (said != answer.text or called != bool(answer.calls))


@settings(max_examples=30, deadline=None)
@given(st.lists(_MESSAGES, min_size=1, max_size=3))
def test_the_same_chat_gives_the_same_answers(texts: list[str]) -> None:
    one, other = Chat(), Chat()
    assert [one.say(text) for text in texts] == [other.say(text) for text in texts]
