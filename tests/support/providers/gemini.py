"""Scripts in the wire format of Gemini's `streamGenerateContent?alt=sse`."""

from __future__ import annotations

import json
from typing import assert_never

from tests.support.providers.loopback import Reply, refusal
from tests.support.providers.script import Arguments, Call, Cut, End, Raw, Reasoning, Script, Stall, Text, Wire

_STOPS = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


def reply(script: Script, *, slice: int | None = None) -> Reply:
    """Gemini sends a function call whole, so each call carries all its arguments."""
    steps: list[Wire] = []
    for item in script:
        match item:
            case Text():
                steps.append(_part({"text": item.text}))
            case Reasoning():
                steps.append(_part({"text": item.text, "thought": True}))
            case Call():
                arguments = "".join(a.text for a in script if isinstance(a, Arguments) and a.index == item.index)
                steps.append(_part({"functionCall": {"name": item.name, "args": json.loads(arguments or "{}")}}))
            case Arguments():
                continue
            case End():
                steps += _end(item)
            case Raw():
                steps.append(item.data)
            case Stall() | Cut():
                steps.append(item)
            case _:
                assert_never(item)
    return Reply(steps, slice=slice)


def error(status: int, message: str, *, code: str = "INTERNAL", **headers: str) -> Reply:
    return refusal(status, {"error": {"code": status, "message": message, "status": code}}, **headers)


def _part(part: dict[str, object]) -> bytes:
    return _event({"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}]})


def _end(item: End) -> list[Wire]:
    if item.finish is None:
        return []
    usage = {
        "promptTokenCount": item.input,
        "candidatesTokenCount": item.output - item.reasoning,
        "thoughtsTokenCount": item.reasoning,
        "cachedContentTokenCount": item.cached,
        "totalTokenCount": item.input + item.output,
    }
    candidate = {"content": {"role": "model", "parts": []}, "finishReason": _STOPS[item.finish], "index": 0}
    return [_event({"candidates": [candidate], "usageMetadata": usage})]


def _event(body: dict[str, object]) -> bytes:
    return (
        b"data: " + json.dumps({**body, "modelVersion": "gemini-2.5-flash", "responseId": "r1"}).encode() + b"\r\n\r\n"
    )
