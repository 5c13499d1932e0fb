"""Scripts in the wire format of OpenAI's streamed chat completions."""

from __future__ import annotations

import json
from typing import assert_never

from tests.support.providers.loopback import Reply, refusal
from tests.support.providers.script import Arguments, Call, Cut, End, Raw, Reasoning, Script, Stall, Text, Wire


def reply(script: Script, *, slice: int | None = None) -> Reply:
    return Reply([frame for item in script for frame in _frames(item)], slice=slice)


def error(status: int, message: str, *, code: str = "", **headers: str) -> Reply:
    return refusal(status, {"error": {"message": message, "type": code or "error", "code": code}}, **headers)


def _frames(item: Text | Reasoning | Call | Arguments | End | Stall | Cut | Raw) -> list[Wire]:
    match item:
        case Text():
            return [_chunk({"content": item.text})]
        case Reasoning():
            return [_chunk({"reasoning_content": item.text})]
        case Call():
            function = {"name": item.name, "arguments": ""}
            call = {"index": item.index, "id": item.id, "type": "function", "function": function}
            return [_chunk({"tool_calls": [call]})]
        case Arguments():
            return [_chunk({"tool_calls": [{"index": item.index, "function": {"arguments": item.text}}]})]
        case End():
            return _end(item)
        case Raw():
            return [item.data]
        case Stall() | Cut():
            return [item]
        case _:
            assert_never(item)


def _end(item: End) -> list[Wire]:
    if item.finish is None:
        return []
    usage = {
        "prompt_tokens": item.input,
        "completion_tokens": item.output,
        "total_tokens": item.input + item.output,
        "prompt_tokens_details": {"cached_tokens": item.cached},
        "completion_tokens_details": {"reasoning_tokens": item.reasoning},
    }
    return [_chunk({}, item.finish), _event({**_BASE, "choices": [], "usage": usage}), b"data: [DONE]\n\n"]


_BASE = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "gpt-4o-mini"}


def _chunk(delta: dict[str, object], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return _event({**_BASE, "choices": [choice], "usage": None})


def _event(body: dict[str, object]) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"
