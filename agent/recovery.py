"""Going on with a run that another process began: what of it is fact, and what has to be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from storage.parts import SETTLED, DataPart, Json, Part, ReasoningPart, TextPart, ToolPart


@dataclass(frozen=True, slots=True)
class Remains:
    """`kept` are facts, everything from their end on is taken back.

    `open_calls` are kept calls that had not come out yet: their effect and their output commit together, so without
    an output there was no effect, and they run now; those that wait for a person go on waiting. `complete` says that
    the answer had been given in full.
    """

    kept: tuple[Part, ...]
    open_calls: tuple[ToolPart, ...] = ()
    complete: bool = False
    error: Mapping[str, Json] | None = None


def remains(parts: Sequence[Part]) -> Remains:
    """What is left of a run.

    Tools run only after the model's response is whole, so a call that got beyond its input proves the whole step.
    Otherwise the last step is unfinished, unless it ends with words that were closed and nothing after them.
    """
    if not parts:
        return Remains(())
    last = parts[-1].step
    earlier = tuple(part for part in parts if part.step < last)
    step = tuple(part for part in parts if part.step == last)
    if isinstance(failure := step[-1], DataPart) and failure.name == "error":
        return Remains(tuple(parts), error=cast("Mapping[str, Json]", failure.content))
    calls = [part for part in step if isinstance(part, ToolPart)]
    if any(call.state != "input-streaming" for call in calls):
        settled = (*SETTLED, "approval-requested")
        return Remains((*earlier, *step), tuple(call for call in calls if call.state not in settled))
    words = [part for part in step if isinstance(part, TextPart | ReasoningPart)]
    if not calls and isinstance(words[-1] if words else None, TextPart) and all(part.closed for part in words):
        return Remains((*earlier, *step), complete=True)
    return Remains(earlier)


def tool_input(call: ToolPart) -> Mapping[str, Json]:
    """The input of a call as it was asked; empty where its text is not a JSON object."""
    if isinstance(call.input, Mapping):
        return call.input
    try:
        value = json.loads(call.input_text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
