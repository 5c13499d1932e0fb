from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

Chunk = dict[str, JsonValue]
STEP: Chunk = {"type": "start-step"}
STEP_END: Chunk = {"type": "finish-step"}
STEP_START_PART: Chunk = {"type": "step-start"}


@dataclass(frozen=True, slots=True)
class Golden:
    """A stream of the UI message stream protocol, and the parts every client makes of it.

    `since`: the first major version of npm `ai` that knows all its chunks. `error`: what the client then shows.
    `parts_of_6`: where ai 6 builds something else.
    """

    name: str
    chunks: tuple[Chunk, ...]
    parts: tuple[Chunk, ...]
    since: int = 6
    error: str | None = None
    metadata: JsonValue = None
    parts_of_6: tuple[Chunk, ...] | None = None

    def parts_in(self, version: int) -> list[Chunk]:
        return list(self.parts_of_6 if version == 6 and self.parts_of_6 else self.parts)


def _text(id: str, *deltas: str) -> tuple[Chunk, ...]:
    start: Chunk = {"type": "text-start", "id": id}
    end: Chunk = {"type": "text-end", "id": id}
    return (start, *[Chunk(type="text-delta", id=id, delta=delta) for delta in deltas], end)


def _text_part(text: str, state: str = "done") -> Chunk:
    return {"type": "text", "text": text, "state": state}


def _whole(*steps: Sequence[Chunk], reason: str = "stop", message_id: str = "m-1") -> tuple[Chunk, ...]:
    inner = tuple(chunk for step in steps for chunk in (STEP, *step, STEP_END))
    return ({"type": "start", "messageId": message_id}, *inner, {"type": "finish", "finishReason": reason})


def _call(input: JsonValue) -> Chunk:
    return {"type": "tool-input-available", "toolCallId": "c-1", "toolName": "view_cart", "input": input}


def _call_part(state: str, **more: JsonValue) -> Chunk:
    return {"type": "tool-view_cart", "toolCallId": "c-1", "state": state, **more}


_ASK: Chunk = {"type": "tool-approval-request", "approvalId": "a-1", "toolCallId": "c-1"}
_OUTPUT_OF_DYNAMIC: Chunk = {"type": "tool-output-available", "toolCallId": "c-1", "dynamic": True}
_META: Chunk = {"openai": {"itemId": "x"}}

GOLDENS: tuple[Golden, ...] = (
    Golden("simple", _whole(_text("t", "Good ", "day")), (STEP_START_PART, _text_part("Good day"))),
    Golden(
        "unicode",
        _whole(_text("t", "Größe 42 — ", "日本語 ", "👟\u2028", '"<\\>"\n')),
        (STEP_START_PART, _text_part('Größe 42 — 日本語 👟\u2028"<\\>"\n')),
    ),
    Golden(
        "reasoning",
        _whole(
            (
                {"type": "reasoning-start", "id": "r"},
                {"type": "reasoning-delta", "id": "r", "delta": "cheap "},
                {"type": "reasoning-delta", "id": "r", "delta": "shoes"},
                {"type": "reasoning-end", "id": "r", "providerMetadata": _META},
                *_text("t", "Here"),
            )
        ),
        (
            STEP_START_PART,
            {"type": "reasoning", "id": "r", "text": "cheap shoes", "state": "done", "providerMetadata": _META},
            _text_part("Here"),
        ),
    ),
    Golden(
        "sources",
        _whole(
            (
                {"type": "source-url", "sourceId": "s-1", "url": "https://shop.example/p/1", "title": "Shoe"},
                {"type": "source-url", "sourceId": "s-2", "url": "https://shop.example/p/2"},
                {
                    "type": "source-document",
                    "sourceId": "s-3",
                    "mediaType": "text/markdown",
                    "title": "Returns",
                    "filename": "returns.md",
                },
                {"type": "file", "url": "data:text/plain;base64,aGk=", "mediaType": "text/plain"},
            )
        ),
        (
            STEP_START_PART,
            {"type": "source-url", "sourceId": "s-1", "url": "https://shop.example/p/1", "title": "Shoe"},
            {"type": "source-url", "sourceId": "s-2", "url": "https://shop.example/p/2"},
            {
                "type": "source-document",
                "sourceId": "s-3",
                "mediaType": "text/markdown",
                "title": "Returns",
                "filename": "returns.md",
            },
            {"type": "file", "url": "data:text/plain;base64,aGk=", "mediaType": "text/plain"},
        ),
    ),
    Golden(
        "data",
        _whole(
            (
                {"type": "data-cart", "id": "d", "data": {"total": 1}},
                {"type": "data-cart", "id": "d", "data": {"total": 2}},
                {"type": "data-status", "data": "looking", "transient": True},
                {"type": "data-none", "data": None},
            )
        ),
        (STEP_START_PART, {"type": "data-cart", "id": "d", "data": {"total": 2}}, {"type": "data-none", "data": None}),
    ),
    Golden(
        "two steps",
        _whole(
            (
                {"type": "tool-input-start", "toolCallId": "c-1", "toolName": "view_cart"},
                {"type": "tool-input-delta", "toolCallId": "c-1", "inputTextDelta": '{"all":'},
                {"type": "tool-input-delta", "toolCallId": "c-1", "inputTextDelta": "true}"},
                _call({"all": True}),
                {"type": "tool-output-available", "toolCallId": "c-1", "output": {"items": []}},
            ),
            _text("t", "Empty."),
        ),
        (
            STEP_START_PART,
            _call_part("output-available", input={"all": True}, output={"items": []}),
            STEP_START_PART,
            _text_part("Empty."),
        ),
    ),
    Golden(
        "tool without output",
        _whole((_call(None), {"type": "tool-output-available", "toolCallId": "c-1", "output": None}), _text("t", "ok")),
        (STEP_START_PART, _call_part("output-available", input=None, output=None), STEP_START_PART, _text_part("ok")),
    ),
    Golden(
        "tool failed",
        _whole((_call({}), {"type": "tool-output-error", "toolCallId": "c-1", "errorText": "gone"}), _text("t", "Oh.")),
        (STEP_START_PART, _call_part("output-error", input={}, errorText="gone"), STEP_START_PART, _text_part("Oh.")),
    ),
    Golden(
        "tool input failed",
        _whole(
            ({**_call({"q": 1}), "type": "tool-input-error", "errorText": "no such field: q"},),
            _text("t", "Oh."),
        ),
        (
            STEP_START_PART,
            _call_part("output-error", input={"q": 1}, errorText="no such field: q"),
            STEP_START_PART,
            _text_part("Oh."),
        ),
        parts_of_6=(
            STEP_START_PART,
            _call_part("output-error", rawInput={"q": 1}, errorText="no such field: q"),
            STEP_START_PART,
            _text_part("Oh."),
        ),
    ),
    Golden(
        "approval asked",
        _whole((_call({}), _ASK), reason="tool-calls"),
        (STEP_START_PART, _call_part("approval-requested", input={}, approval={"id": "a-1"})),
    ),
    Golden(
        "approval denied",
        _whole((_call({}), _ASK, {"type": "tool-output-denied", "toolCallId": "c-1"}), _text("t", "As you wish.")),
        (
            STEP_START_PART,
            _call_part("output-denied", input={}, approval={"id": "a-1"}),
            STEP_START_PART,
            _text_part("As you wish."),
        ),
    ),
    Golden(
        "dynamic tool",
        _whole(
            (
                {**_call({"a": 1}), "dynamic": True, "title": "Cart", "providerExecuted": True},
                {
                    "type": "tool-output-available",
                    "toolCallId": "c-1",
                    "output": 1,
                    "preliminary": True,
                    "dynamic": True,
                },
                {**_OUTPUT_OF_DYNAMIC, "output": 2},
            )
        ),
        (
            STEP_START_PART,
            {
                "type": "dynamic-tool",
                "toolName": "view_cart",
                "toolCallId": "c-1",
                "state": "output-available",
                "input": {"a": 1},
                "output": 2,
                "title": "Cart",
                "providerExecuted": True,
            },
        ),
    ),
    Golden(
        "metadata",
        (
            {"type": "start", "messageId": "m-1", "messageMetadata": {"model": "x", "usage": {"in": 1}}},
            STEP,
            *_text("t", "Hi"),
            {"type": "message-metadata", "messageMetadata": {"usage": {"out": 2}}},
            STEP_END,
            {"type": "finish", "finishReason": "stop", "messageMetadata": {"ended": True}},
        ),
        (STEP_START_PART, _text_part("Hi")),
        metadata={"model": "x", "usage": {"in": 1, "out": 2}, "ended": True},
    ),
    Golden(
        "error",
        (
            {"type": "start", "messageId": "m-1"},
            STEP,
            *_text("t", "Half an ans"),
            {"type": "error", "errorText": "The model did not answer in time. Try again."},
            STEP_END,
            {"type": "finish", "finishReason": "error"},
        ),
        (STEP_START_PART, _text_part("Half an ans")),
        error="The model did not answer in time. Try again.",
    ),
    Golden(
        "abort",
        ({"type": "start", "messageId": "m-1"}, STEP, *_text("t", "Half"), {"type": "abort", "reason": "stopped"}),
        (STEP_START_PART, _text_part("Half")),
    ),
    Golden(
        "reset step",
        _whole((*_text("a", "draft"), {"type": "reset-step"}, *_text("b", "final"))),
        (STEP_START_PART, _text_part("final")),
        since=7,
    ),
    Golden(
        "custom and reasoning file",
        _whole(
            (
                {"type": "custom", "kind": "openai.compaction"},
                {"type": "reasoning-file", "url": "data:text/plain;base64,aGk=", "mediaType": "text/plain"},
            )
        ),
        (
            STEP_START_PART,
            {"type": "custom", "kind": "openai.compaction"},
            {"type": "reasoning-file", "url": "data:text/plain;base64,aGk=", "mediaType": "text/plain"},
        ),
        since=7,
    ),
    Golden(
        "approval answered",
        _whole(
            (
                _call({}),
                _ASK,
                {"type": "tool-approval-response", "approvalId": "a-1", "approved": True},
                {"type": "tool-output-available", "toolCallId": "c-1", "output": {}},
            ),
            _text("t", "Done."),
        ),
        (
            STEP_START_PART,
            _call_part("output-available", input={}, output={}, approval={"id": "a-1", "approved": True}),
            STEP_START_PART,
            _text_part("Done."),
        ),
        since=7,
    ),
)
