"""The message a client builds of a stream: npm `ai` 7's reducer, written from aisdk-protocol.md (sections 2 and 3).

Refuses what a client refuses: an unknown key, a missing one, null for an optional one, a delta or an end of a part that
is not open. JSON that is still incomplete is taken as no input, where the client would guess one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

_PM = "providerMetadata?"
_KEYS: dict[str, tuple[str, ...]] = {
    "start": ("messageId?", "messageMetadata?"),
    "start-step": (),
    "finish-step": (),
    "text-start": ("id", _PM),
    "text-delta": ("id", "delta", _PM),
    "text-end": ("id", _PM),
    "reasoning-start": ("id", _PM),
    "reasoning-delta": ("id", "delta", _PM),
    "reasoning-end": ("id", _PM),
    "tool-input-start": ("toolCallId", "toolName", _PM),
    "tool-input-delta": ("toolCallId", "inputTextDelta"),
    "tool-input-available": ("toolCallId", "toolName", "input", _PM),
    "tool-input-error": ("toolCallId", "toolName", "input", "errorText", _PM),
    "tool-approval-request": ("approvalId", "toolCallId"),
    "tool-output-available": ("toolCallId", "output", _PM),
    "tool-output-error": ("toolCallId", "errorText", _PM),
    "tool-output-denied": ("toolCallId",),
    "source-url": ("sourceId", "url", "title?", _PM),
    "source-document": ("sourceId", "mediaType", "title", "filename?", _PM),
    "file": ("url", "mediaType", _PM),
    "data": ("data", "id?"),
    "message-metadata": ("messageMetadata",),
    "finish": ("finishReason?", "messageMetadata?"),
    "abort": ("reason?",),
    "error": ("errorText",),
}
_REASONS = {"stop", "length", "content-filter", "tool-calls", "error", "other"}
_MAY_BE_NULL = {"input", "output", "data"}

Message = dict[str, Any]


class Refused(AssertionError):
    """A client would end the stream over this chunk."""


class Reducer:
    """Feed it chunks; `message` is what the page shows, `error` and `finished` how the stream ended."""

    def __init__(self) -> None:
        self.message: Message = {"role": "assistant", "parts": []}
        self.error: str | None = None
        self.finished: str | None = None
        self._open: dict[tuple[str, str], Message] = {}
        self._inputs: dict[str, str] = {}

    def feed(self, chunks: Iterable[Mapping[str, Any]]) -> Reducer:
        for chunk in chunks:
            if self.error is not None:
                break
            _check(chunk)
            self._take(dict(chunk))
        return self

    def _take(self, chunk: dict[str, Any]) -> None:
        kind, parts = chunk.pop("type"), self.message["parts"]
        match kind.split("-"):
            case ["start"]:
                self.message["id"] = chunk.get("messageId")
                self._describe(chunk)
            case ["message", "metadata"]:
                self._describe(chunk)
            case ["finish"]:
                self.finished = chunk.get("finishReason")
                self._describe(chunk)
            case ["error"]:
                self.error = chunk["errorText"]
            case ["start", "step"]:
                parts.append({"type": "step-start"})
            case ["finish", "step"] | ["abort"]:
                pass
            case ["text" | "reasoning" as words, moment]:
                self._words(words, moment, chunk)
            case ["tool", *moment]:
                self._tool(" ".join(moment), chunk)
            case ["data", *_] if "id" in chunk:
                there = [part for part in parts if part["type"] == kind and part.get("id") == chunk["id"]]
                if there:
                    there[0]["data"] = chunk["data"]
                else:
                    parts.append({"type": kind, **chunk})
            case _:
                parts.append({"type": kind, **chunk})

    def _describe(self, chunk: dict[str, Any]) -> None:
        if "messageMetadata" in chunk:
            self.message["metadata"] = {**self.message.get("metadata", {}), **chunk["messageMetadata"]}

    def _words(self, words: str, moment: str, chunk: dict[str, Any]) -> None:
        key = (words, chunk["id"])
        if moment == "start":
            part = {"type": words, "text": "", "state": "streaming"}
            if words == "reasoning":
                part["id"] = chunk["id"]
            self._open[key] = part
            self.message["parts"].append(part)
        elif key not in self._open:
            raise Refused(f"{words}-{moment} for missing part {chunk['id']}")
        part = self._open[key]
        part["text"] += chunk.get("delta", "")
        if "providerMetadata" in chunk:
            part["providerMetadata"] = chunk["providerMetadata"]
        if moment == "end":
            part["state"] = "done"
            del self._open[key]

    def _tool(self, moment: str, chunk: dict[str, Any]) -> None:
        call_id = chunk["toolCallId"]
        part = self._call(call_id)
        match moment:
            case "input start":
                self._inputs[call_id] = ""
                part = self._begin(chunk)
            case "input delta":
                if part is None or call_id not in self._inputs:
                    raise Refused(f"tool-input-delta for missing call {call_id}")
                self._inputs[call_id] += chunk["inputTextDelta"]
                part["rawInput"] = self._inputs[call_id]
                _set_input(part, self._inputs[call_id])
            case "input available" | "input error":
                part = part or self._begin(chunk)
                part.pop("rawInput", None)
                part |= {"state": "input-available", "input": chunk["input"]}
                if moment == "input error":
                    part |= {"state": "output-error", "errorText": chunk["errorText"]}
            case _ if part is None:
                raise Refused(f"No tool invocation found for tool call ID {call_id}")
            case "approval request":
                part |= {"state": "approval-requested", "approval": {"id": chunk["approvalId"]}}
            case "output available":
                part.pop("rawInput", None)
                part |= {"state": "output-available", "output": chunk["output"]}
            case "output error":
                part |= {"state": "output-error", "errorText": chunk["errorText"]}
            case "output denied":
                part |= {"state": "output-denied"}
        if "providerMetadata" in chunk:
            part["callProviderMetadata"] = chunk["providerMetadata"]

    def _begin(self, chunk: dict[str, Any]) -> Message:
        part = {"type": f"tool-{chunk['toolName']}", "toolCallId": chunk["toolCallId"], "state": "input-streaming"}
        self.message["parts"].append(part)
        return part

    def _call(self, call_id: str) -> Message | None:
        return next((part for part in reversed(self.message["parts"]) if part.get("toolCallId") == call_id), None)


def reduced(chunks: Iterable[Mapping[str, Any]]) -> Message:
    """The message a client has after these chunks."""
    return Reducer().feed(chunks).message


def _set_input(part: Message, text: str) -> None:
    try:
        part["input"] = json.loads(text)
    except ValueError:
        part.pop("input", None)


def _check(chunk: Mapping[str, Any]) -> None:
    kind = chunk["type"]
    keys = _KEYS.get("data" if kind.startswith("data-") else kind)
    if keys is None:
        raise Refused(f"no client knows the type {kind}")
    required = {key for key in keys if not key.endswith("?")}
    allowed = required | {key.removesuffix("?") for key in keys}
    given = set(chunk) - {"type"}
    if not required <= given <= allowed:
        raise Refused(f"{kind} needs {sorted(required)}, may have {sorted(allowed)}, has {sorted(given)}")
    if nulls := [key for key in given if chunk[key] is None and key not in _MAY_BE_NULL]:
        raise Refused(f"{kind} has null for {nulls}")
    if kind == "finish" and chunk.get("finishReason", "stop") not in _REASONS:
        raise Refused(f"no client knows the finish reason {chunk['finishReason']}")
    if any(not isinstance(chunk.get(key, ""), str) for key in ("id", "toolCallId", "messageId", "errorText", "delta")):
        raise Refused(f"{kind} has an id or a text that is no string")
