"""What a scripted model says, whatever wire format it is then put in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Arguments:
    index: int
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """`finish` in OpenAI's words; None: the stream ends cleanly but without a finish reason."""

    finish: str | None = "stop"
    input: int = 12
    output: int = 7
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Stall:
    """Says nothing more until the client goes away."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Drops the connection."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Says nothing until the test lets it go on; stands between the steps of a reply."""

    until: asyncio.Event


Item: TypeAlias = Text | Reasoning | Call | Arguments | End | Stall | Cut | Raw
Script: TypeAlias = Sequence[Item]
Wire: TypeAlias = bytes | Stall | Cut | Wait
