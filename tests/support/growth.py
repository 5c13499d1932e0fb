"""Random answers, and random ways in which one grows: which part next, how far, what of it stays when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hypothesis import strategies as st

from agent.reader import View
from storage.parts import (
    Approval,
    DataPart,
    FilePart,
    Part,
    ReasoningPart,
    SourceDocumentPart,
    SourceUrlPart,
    TextPart,
    ToolPart,
)
from storage.runs import RunEnd, Usage

Versions = list[Part]
"""One part from its first look to its last."""

_START = {"model": "m"}
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_META = st.none() | st.just({"openai": {"itemId": "x"}})
_JSON = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(-9, 9) | st.text("äx😀", max_size=3), max_size=2)


@dataclass(frozen=True, slots=True)
class History:
    """An answer's successive views, the last of them ended; `parts` as they are in the end."""

    views: Sequence[View]

    @property
    def parts(self) -> Sequence[Part]:
        return self.views[-1].parts


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Parts grow in any order that a recorder can produce; what stays lags behind by any number of changes."""
    steps = draw(st.lists(st.lists(_kinds(), min_size=1, max_size=4), max_size=3))
    parts: list[Part] = []
    looks: list[tuple[Part, ...]] = [()]
    for number, kinds in enumerate(steps):
        first = len(parts)
        plans = [draw(_versions(kind, first + place, number)) for place, kind in enumerate(kinds)]
        for order, part in _interleaved(draw, plans, first):
            parts[order : order + 1] = [part]
            looks.append(tuple(parts))
    return History(_lagging(draw, looks, draw(_ends())))


def _kinds() -> st.SearchStrategy[str]:
    return st.sampled_from(["text", "reasoning", "tool", "tool", "file", "source-url", "source-document", "data"])


@st.composite
def _versions(draw: st.DrawFn, kind: str, order: int, step: int) -> Versions:
    match kind:
        case "text" | "reasoning":
            made = TextPart if kind == "text" else ReasoningPart
            deltas, meta = draw(st.lists(_WORDS, max_size=4)), draw(_META)
            texts = ["".join(deltas[:end]) for end in range(len(deltas) + 1)]
            grown = [made(order=order, step=step, text=text, provider_metadata=meta) for text in texts]
            return [*grown, replace(grown[-1], closed=True)]
        case "tool":
            return draw(_calls(order, step))
        case "file":
            return [FilePart(order=order, step=step, url="https://shop.test/f", media_type="image/png")]
        case "source-url":
            title = draw(st.none() | _WORDS)
            return [SourceUrlPart(order=order, step=step, source_id="s", url="https://shop.test/p", title=title)]
        case "source-document":
            return [SourceDocumentPart(order=order, step=step, source_id="d", media_type="text/plain", title="Returns")]
        case _:
            name, data_id = draw(st.sampled_from(["cart", "products"])), draw(st.sampled_from([None, "1", "2"]))
            return [DataPart(order=order, step=step, name=name, data_id=data_id, content=draw(_JSON))]


@st.composite
def _calls(draw: st.DrawFn, order: int, step: int) -> Versions:
    tool_input = draw(_JSON)
    text = json.dumps(tool_input)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=3)))
    begun = ToolPart(order=order, step=step, tool_call_id=f"call-{order}", tool_name="look")
    arriving = [begun, *(replace(begun, input_text=text[:cut]) for cut in cuts)]
    end = draw(st.sampled_from(["output", "error", "broken", "asked"]))
    if end == "broken":
        return [*arriving, replace(arriving[-1], state="output-error", error_text="broken off", closed=True)]
    whole = replace(begun, input_text=text, input=tool_input, state="input-available")
    if end == "asked":
        return [*arriving, whole, replace(whole, state="approval-requested", approval=Approval(id=UUID(int=order)))]
    if end == "error":
        return [*arriving, whole, replace(whole, state="output-error", error_text="no such product", closed=True)]
    return [*arriving, whole, replace(whole, state="output-available", output=draw(_JSON), closed=True)]


def _interleaved(draw: st.DrawFn, plans: list[Versions], first: int) -> Iterator[tuple[int, Part]]:
    """Words end before the next part begins; calls of one step grow side by side."""
    told = [0] * len(plans)
    while unfinished := [place for place, plan in enumerate(plans) if told[place] < len(plan)]:
        ready = [
            place
            for place in unfinished
            if told[place]
            or all(
                told[before] and (_is_call(plans[before]) or told[before] == len(plans[before]))
                for before in range(place)
            )
        ]
        place = draw(st.sampled_from(ready))
        yield first + place, plans[place][told[place]]
        told[place] += 1


def _is_call(plan: Versions) -> bool:
    return isinstance(plan[0], ToolPart)


def _ends() -> st.SearchStrategy[RunEnd]:
    def ended(state: str) -> RunEnd:
        match state:
            case "failed":
                return RunEnd(state="failed", finish_reason="error", usage=Usage(), error_text="Try again.")
            case "stopped":
                return RunEnd(state="stopped", finish_reason="other", usage=Usage())
            case _:
                return RunEnd(state="finished", finish_reason="stop", usage=Usage())

    return st.sampled_from(["finished", "finished", "failed", "stopped"]).map(ended)


def _lagging(draw: st.DrawFn, looks: list[tuple[Part, ...]], ended: RunEnd) -> list[View]:
    views, kept = [], 0
    for now in range(len(looks)):
        kept = draw(st.integers(kept, now))
        views.append(View("m-1", _START, looks[now], looks[kept]))
    views.append(View("m-1", _START, looks[-1], looks[-1]))
    views.append(View("m-1", _START, looks[-1], looks[-1], (), ended, {**_START, "state": ended.state}))
    return views
