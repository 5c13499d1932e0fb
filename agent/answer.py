from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Finish: TypeAlias = Literal["stop", "length", "content_filter", "tool_call", "error"]

FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "refusal": "content_filter",
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "error": "error",
}


@dataclass(frozen=True, slots=True)
class TextDelta:
    part: int
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    part: int
    text: str
    signature: str | None


@dataclass(frozen=True, slots=True)
class CallDelta:
    """`tool_call_id` and `name` come with a call's first delta only. `index` counts the calls of the answer."""

    part: int
    index: int
    tool_call_id: str | None
    name: str | None
    text: str


Delta: TypeAlias = TextDelta | ReasoningDelta | CallDelta


@dataclass(slots=True)
class _Part:
    number: int
    kind: Literal["text", "reasoning", "call"]
    index: int = 0
    tool_call_id: str | None = None
    name: str | None = None
    signature: str | None = None
    begun: bool = False
    fresh: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def delta(self, text: str, *, first: bool) -> Delta:
        match self.kind:
            case "text":
                return TextDelta(self.number, text)
            case "reasoning":
                return ReasoningDelta(self.number, text, self.signature)
            case "call":
                return CallDelta(
                    self.number,
                    self.index,
                    self.tool_call_id if first else None,
                    self.name if first else None,
                    text,
                )


@dataclass(frozen=True, slots=True)
class Tokens:
    """Counts as the provider gave them; cached are part of input, reasoning part of output."""

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0


class Answer:
    """One model response as it grows, part by part, whatever lane it comes by.

    Text or reasoning that follows its own kind grows the last part; after anything else it begins a new one. Calls
    grow by the provider's index, in any order.
    """

    def __init__(self) -> None:
        self.tokens: Tokens | None = None
        self.finish: Finish | None = None
        self.response_id: str | None = None
        self._parts: list[_Part] = []
        self._calls: dict[int, _Part] = {}
        self._grown: list[_Part] = []
        self._half = ""

    @property
    def empty(self) -> bool:
        return not self._parts

    @property
    def grown(self) -> bool:
        """Whether `take` has something to give."""
        return bool(self._grown)

    def text(self, piece: str) -> None:
        if piece := self._mended(piece):
            self._grow(self._last("text"), piece)

    def reasoning(self, piece: str, signature: str | None = None) -> None:
        part = self._last("reasoning")
        part.signature = signature or part.signature
        self._grow(part, self._mended(piece))

    def tool_input(self, index: int, tool_call_id: str | None, name: str | None, piece: str) -> None:
        """`index` is the provider's. Some give every call index 0: another id with a name is another call."""
        call = self._calls.get(index)
        if call is None or (name and tool_call_id and tool_call_id != call.tool_call_id):
            call = self._new("call")
            call.index = sum(part.kind == "call" for part in self._parts) - 1
            call.tool_call_id = tool_call_id or f"call_{uuid.uuid4().hex}"
            call.name = name
            self._calls[index] = call
        elif call.name is None and name:
            call.name = name
            self._grown += [call] if call.fresh else []
        self._grow(call, piece)

    def take(self) -> list[Delta]:
        """What has grown since the last time, one delta a part."""
        grown, self._grown = self._grown, []
        deltas = []
        for part in grown:
            text = "".join(part.fresh)
            deltas.append(part.delta(text, first=not part.begun))
            part.begun = True
            part.taken.append(text)
            part.fresh.clear()
        return deltas

    def whole(self) -> list[Delta]:
        """All that was taken, one delta a part."""
        return [part.delta("".join(part.taken), first=True) for part in self._parts]

    def _mended(self, piece: str) -> str:
        # A token may end inside an emoji: half a surrogate pair waits for its other half, a lone one is replaced.
        if piece.isascii() and not self._half:
            return piece
        piece, self._half = self._half + piece, ""
        if "\ud800" <= piece[-1:] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        try:
            piece.encode()
        except UnicodeEncodeError:
            return piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return piece

    def _last(self, kind: Literal["text", "reasoning"]) -> _Part:
        if self._parts and self._parts[-1].kind == kind:
            return self._parts[-1]
        return self._new(kind)

    def _new(self, kind: Literal["text", "reasoning", "call"]) -> _Part:
        part = _Part(len(self._parts), kind)
        self._parts.append(part)
        return part

    def _grow(self, part: _Part, piece: str) -> None:
        if not part.fresh and (part.kind != "call" or part.name):
            self._grown.append(part)
        part.fresh.append(piece)
