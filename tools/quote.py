"""A quote: what a person is shown before an action, and the facts on which their yes rests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from storage.money import Money
from storage.parts import Json

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """`summary`: one sentence, exactly what will happen. `total`: what it costs (or gives back), None for nothing.

    `facts`: JSON, whatever was promised (cart version, prices, stock that suffices, the status of an order): if any of
    it is another at execution, nothing happens. `card`: JSON for the page to draw. `lasts`: how long it may be
    confirmed.
    """

    summary: str
    total: Money | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    card: Mapping[str, object] = field(default_factory=dict)
    lasts: timedelta = LASTS


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is another now. `fact` is its dotted path; a value that is not there is None."""

    fact: str
    before: Json
    after: Json


def canonical(value: object) -> bytes:
    """JSON in one form only: sorted keys, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(tool: str, arguments: Mapping[str, Json], facts: Mapping[str, Json]) -> bytes:
    """What a confirmation is bound to: the tool, its arguments and the facts."""
    return hashlib.sha256(canonical({"tool": tool, "arguments": arguments, "facts": facts})).digest()


def changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[Change, ...]:
    """The facts that differ, by path."""
    was, now = dict(_leaves("", before)), dict(_leaves("", after))
    paths = [*was, *(path for path in now if path not in was)]
    return tuple(Change(path, was.get(path), now.get(path)) for path in paths if was.get(path) != now.get(path))


def _leaves(path: str, value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for position, inner in enumerate(value):
            yield from _leaves(f"{path}.{position}", inner)
    else:
        yield path, value
