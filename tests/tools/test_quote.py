from __future__ import annotations

from collections.abc import Mapping

from storage.parts import Json
from tools.quote import Change, canonical, changes, digest

FACTS: Mapping[str, Json] = {"version": 3, "items": [{"price": 100}, {"price": 50}], "total": {"amount": 150}}


def test_a_digest_is_bound_to_tool_arguments_and_facts_and_not_to_their_order() -> None:
    first = digest("order", {"a": 1, "b": 2}, FACTS)
    assert first == digest("order", {"b": 2, "a": 1}, {name: FACTS[name] for name in reversed([*FACTS])})
    others = [
        digest("cancel", {"a": 1, "b": 2}, FACTS),
        digest("order", {"a": 1, "b": 3}, FACTS),
        digest("order", {"a": 1, "b": 2}, {**FACTS, "version": 4}),
    ]
    assert first not in others
    assert len(set(others)) == 3


def test_there_is_one_form_of_json() -> None:
    assert canonical({"b": [1, {"d": None, "c": "é"}], "a": 1}) == '{"a":1,"b":[1,{"c":"é","d":null}]}'.encode()


def test_what_changed_is_named_by_its_path() -> None:
    items: Json = [{"price": 100}, {"price": 60}, {"price": 1}]
    after: Mapping[str, Json] = {"version": 4, "items": items, "total": {"amount": 150}}
    assert changes(FACTS, after) == (
        Change("version", 3, 4),
        Change("items.1.price", 50, 60),
        Change("items.2.price", None, 1),
    )
    assert changes(FACTS, FACTS) == ()
    assert changes({"a": []}, {"a": [1]}) == (Change("a", [], None), Change("a.0", None, 1))
