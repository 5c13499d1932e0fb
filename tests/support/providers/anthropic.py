"""Scripts in the wire format of Anthropic's streamed messages."""

from __future__ import annotations

import json
from itertools import groupby
from typing import assert_never

from tests.support.providers.loopback import Reply, refusal
from tests.support.providers.script import Arguments, Call, Cut, End, Item, Raw, Reasoning, Script, Stall, Text, Wire

SIGNATURE = "c2lnbmVk"
_STOPS = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"}


def reply(script: Script, *, slice: int | None = None) -> Reply:
    """Blocks come one after another, as Anthropic sends them: interleaved arguments are put in the order of calls."""
    steps: list[Wire] = [_start(script)]
    for number, (_, block) in enumerate(groupby(_sorted(script), key=_block)):
        steps += _frames(number, list(block))
    return Reply(steps, slice=slice)


def error(status: int, message: str, *, code: str = "api_error", **headers: str) -> Reply:
    return refusal(status, {"type": "error", "error": {"type": code, "message": message}}, **headers)


def _sorted(script: Script) -> list[Item]:
    parts = [item for item in script if not isinstance(item, Call | Arguments)]
    calls = sorted((item for item in script if isinstance(item, Call | Arguments)), key=lambda item: item.index)
    at = next((place for place, item in enumerate(script) if isinstance(item, Call)), 0)
    return [*parts[:at], *calls, *parts[at:]]


def _block(item: Item) -> str:
    match item:
        case Call() | Arguments():
            return f"call {item.index}"
        case Text() | Reasoning():
            return type(item).__name__
        case _:
            return f"alone {id(item)}"


def _frames(number: int, block: list[Item]) -> list[Wire]:
    match block[0]:
        case Stall() | Cut():
            return [block[0]]
        case Raw():
            return [block[0].data]
        case End():
            return _end(block[0])
        case Text():
            opened: dict[str, object] = {"type": "text", "text": ""}
        case Reasoning():
            opened = {"type": "thinking", "thinking": "", "signature": ""}
        case Call():
            opened = {"type": "tool_use", "id": block[0].id, "name": block[0].name, "input": {}}
        case Arguments():
            raise ValueError("arguments before their call")
        case _:
            assert_never(block[0])
    deltas = [_delta(number, item) for item in block if not isinstance(item, Call)]
    if isinstance(block[0], Reasoning):
        deltas.append(_content(number, {"type": "signature_delta", "signature": SIGNATURE}))
    start = _event("content_block_start", {"index": number, "content_block": opened})
    return [start, *deltas, _event("content_block_stop", {"index": number})]


def _delta(number: int, item: Item) -> bytes:
    match item:
        case Text():
            return _content(number, {"type": "text_delta", "text": item.text})
        case Reasoning():
            return _content(number, {"type": "thinking_delta", "thinking": item.text})
        case Arguments():
            return _content(number, {"type": "input_json_delta", "partial_json": item.text})
        case _:
            raise ValueError(f"{item} is no delta")


def _content(number: int, delta: dict[str, object]) -> bytes:
    return _event("content_block_delta", {"index": number, "delta": delta})


def _start(script: Script) -> bytes:
    end = next((item for item in script if isinstance(item, End)), End())
    usage = {
        "input_tokens": end.input - end.cached,
        "output_tokens": 1,
        "cache_read_input_tokens": end.cached,
        "cache_creation_input_tokens": 0,
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [], "usage": usage}
    return _event("message_start", {"message": {**message, "stop_reason": None, "stop_sequence": None}})


def _end(item: End) -> list[Wire]:
    if item.finish is None:
        return []
    delta = {"stop_reason": _STOPS[item.finish], "stop_sequence": None}
    ended = _event("message_delta", {"delta": delta, "usage": {"output_tokens": item.output}})
    return [ended, _event("message_stop", {})]


def _event(kind: str, body: dict[str, object]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n".encode()
