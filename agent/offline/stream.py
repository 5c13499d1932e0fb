"""A reply as pieces at a human pace. One piece counts as one token, for the limit and for the usage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from agent.offline.reply import Reply

_PIECE = re.compile(r"\s*\S{1,7}|\s+$")
_CHARACTERS_A_TOKEN = 4

Finish = Literal["stop", "tool_calls", "length"]


@dataclass(frozen=True, slots=True)
class Reasoning:
    delta: str


@dataclass(frozen=True, slots=True)
class Text:
    delta: str


@dataclass(frozen=True, slots=True)
class CallStart:
    index: int
    name: str


@dataclass(frozen=True, slots=True)
class CallInput:
    index: int
    delta: str


Piece = Reasoning | Text | CallStart | CallInput


def pieces(reply: Reply) -> Iterator[Piece]:
    """Joined in order they are the whole reply."""
    yield from (Reasoning(delta) for delta in cut(reply.reasoning))
    yield from (Text(delta) for delta in cut(reply.text))
    for index, call in enumerate(reply.calls):
        yield CallStart(index, call.name)
        yield from (CallInput(index, delta) for delta in cut(call.arguments))


def limited(reply: Reply, max_tokens: int | None) -> tuple[tuple[Piece, ...], Finish]:
    """The pieces that fit and how the reply ends. Reasoning gives way first; a tool call is never cut in two."""
    everything = tuple(pieces(reply))
    if max_tokens is None or len(everything) <= max_tokens:
        return everything, "tool_calls" if reply.calls else "stop"
    rest = tuple(piece for piece in everything if not isinstance(piece, Reasoning))
    if len(rest) <= max_tokens:
        return rest, "tool_calls" if reply.calls else "stop"
    return tuple(piece for piece in rest if isinstance(piece, Text))[:max_tokens], "length"


def cut(text: str) -> list[str]:
    return _PIECE.findall(text)


def prompt_tokens(messages: Iterable[object], tools: Iterable[object] | None) -> int:
    """An estimate: a token for every four characters of the request's JSON."""
    written = sum(len(json.dumps(part, default=str, skipkeys=True)) for part in (*messages, *(tools or ())))
    return -(-written // _CHARACTERS_A_TOKEN)
