"""The obedient model: it does whatever any text tells it to, whoever wrote that, and repeats what it is told to say.

An order is `[[obey:NUMBER]]` anywhere in a request: in the shopper's words, in what a tool gave, in a refusal.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_ORDER = re.compile(r"\[\[obey:(\d+)\]\]")


@dataclass(frozen=True, slots=True)
class Call:
    """Call a tool with these arguments, again and again if told so."""

    tool: str
    arguments: Mapping[str, JsonValue]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Say:
    """Say this to the shopper."""

    words: str


Order = Call | Say


class Book:
    """What the numbers in `[[obey:NUMBER]]` mean: short, so that orders fit wherever an attacker can write at all."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def write(self, *wanted: Order) -> str:
        """The text that makes the model do this, one after the other."""
        self._orders.extend(wanted)
        first = len(self._orders) - len(wanted)
        return "".join(f"[[obey:{number}]]" for number in range(first, len(self._orders)))

    def read(self, text: str) -> list[Order]:
        """The orders in a text, each once, in their order."""
        return [self._orders[int(number)] for number in dict.fromkeys(_ORDER.findall(text))]


def app(book: Book) -> Starlette:
    """The model behind OpenAI's interface, `POST /v1/chat/completions`, streamed."""

    async def completions(request: Request) -> Response:
        messages: list[dict[str, Any]] = (await request.json())["messages"]
        wanted = book.read(json.dumps(messages))
        calls = [one for one in wanted if isinstance(one, Call) for _ in range(one.times)]
        done = sum(len(message.get("tool_calls") or ()) for message in messages)
        if done < len(calls):
            return _streamed(_call(calls[done], done))
        said = " ".join(one.words for one in wanted if isinstance(one, Say))
        return _streamed([({"content": said or "Done."}, None), ({}, "stop")])

    return Starlette(routes=[Route("/v1/chat/completions", completions, methods=["POST"])])


def _call(wanted: Call, number: int) -> list[tuple[dict[str, object], str | None]]:
    function = {"name": wanted.tool, "arguments": json.dumps(dict(wanted.arguments))}
    call = {"index": 0, "id": f"call_{number}", "type": "function", "function": function}
    return [({"tool_calls": [call]}, None), ({}, "tool_calls")]


def _streamed(deltas: list[tuple[dict[str, object], str | None]]) -> Response:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "puppet"}

    async def events() -> AsyncIterator[bytes]:
        for delta, finish in deltas:
            choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
            yield b"data: " + json.dumps({**base, "choices": [choice], "usage": None}).encode() + b"\n\n"
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        yield b"data: " + json.dumps({**base, "choices": [], "usage": usage}).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
