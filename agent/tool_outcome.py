"""How a call of a tool came out, as it is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from storage.parts import Json, Part


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a tool call came out: an output or an error text, and the parts that follow from it."""

    output: Json = None
    error_text: str | None = None
    parts: tuple[Part, ...] = ()
