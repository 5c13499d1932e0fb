"""A stored message as the AI SDK's UIMessage: what a client has built once it has read the message's stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from storage.messages import Message
from storage.parts import (
    DataPart,
    FilePart,
    Json,
    Part,
    ReasoningPart,
    SourceDocumentPart,
    SourceUrlPart,
    TextPart,
    ToolPart,
)

UiPart = dict[str, Json]


def ui_message(message: Message, parts: Sequence[Part]) -> dict[str, Json]:
    """Id, role, metadata and parts; the steps of an answer begin with a `step-start` part."""
    shown: list[UiPart] = []
    step: int | None = None
    for part in parts:
        if message.role == "assistant" and part.step != step:
            step = part.step
            shown.append({"type": "step-start"})
        _show(part, shown)
    if message.role != "assistant":
        # The client gives what a shopper wrote no state, for it never streamed.
        for made in shown:
            made.pop("state", None)
    out: dict[str, Json] = {"id": message.public_id, "role": message.role, "parts": shown}
    if message.metadata:
        out["metadata"] = message.metadata
    return out


def _show(part: Part, shown: list[UiPart]) -> None:
    match part:
        case DataPart(data_id=str(data_id)):
            _replace_or_add(data_id, _ui_part(part), shown)
        case _:
            shown.append(_ui_part(part))


def _replace_or_add(data_id: str, made: UiPart, shown: list[UiPart]) -> None:
    """Data of the same name and id takes the place of what was there, as it does in the client."""
    for there in shown:
        if there["type"] == made["type"] and there.get("id") == data_id:
            there["data"] = made["data"]
            return
    shown.append(made)


def _ui_part(part: Part) -> UiPart:
    match part:
        case TextPart():
            return _with_provider({"type": "text", "text": part.text, "state": _state(part)}, part)
        case ReasoningPart():
            made: UiPart = {"type": "reasoning", "id": str(part.order), "text": part.text, "state": _state(part)}
            return _with_provider(made, part)
        case FilePart():
            made = {"type": "file", "mediaType": part.media_type, "url": part.url}
            return _with_provider(_with(made, "filename", part.filename), part)
        case SourceUrlPart():
            made = {"type": "source-url", "sourceId": part.source_id, "url": part.url}
            return _with_provider(_with(made, "title", part.title), part)
        case SourceDocumentPart():
            made = {
                "type": "source-document", "sourceId": part.source_id, "mediaType": part.media_type,
                "title": part.title,
            }  # fmt: skip
            return _with_provider(_with(made, "filename", part.filename), part)
        case ToolPart():
            return _tool(part)
        case DataPart():
            return _with({"type": f"data-{part.name}", "data": part.content}, "id", part.data_id)
        case _:
            assert_never(part)


def _tool(part: ToolPart) -> UiPart:
    made: UiPart = {"type": f"tool-{part.tool_name}", "toolCallId": part.tool_call_id, "state": part.state}
    if part.input is not None:
        made["input"] = part.input
    elif part.state == "output-error":
        # What the client makes of `tool-input-error`, whose input is the text as far as it came.
        made["input"] = part.input_text
    if part.provider_metadata is not None:
        made["callProviderMetadata"] = part.provider_metadata
    if part.approval is not None:
        made["approval"] = _approval(part)
    if part.state == "output-available":
        made["output"] = part.output
    if part.state == "output-error":
        made["errorText"] = part.error_text or ""
    return made


def _approval(part: ToolPart) -> Mapping[str, Json]:
    approval = part.approval
    if approval is None:
        return {}
    made: UiPart = {"id": str(approval.id)}
    if approval.approved is not None:
        made["approved"] = approval.approved
    return _with(made, "reason", approval.reason)


def _state(part: TextPart | ReasoningPart) -> str:
    return "done" if part.closed else "streaming"


def _with(made: UiPart, key: str, value: str | None) -> UiPart:
    if value is not None:
        made[key] = value
    return made


def _with_provider(made: UiPart, part: Part) -> UiPart:
    if part.provider_metadata is not None:
        made["providerMetadata"] = part.provider_metadata
    return made
