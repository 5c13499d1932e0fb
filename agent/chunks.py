"""The chunks of the AI SDK UI message stream, v1: one function each, exactly the keys its clients accept.

Some releases of the npm package `ai` end the stream over one unknown key, and none takes null for an optional one, so
a key is either right or absent. Required values that may be empty (`input`, `output`, `data`) are always there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from storage.parts import Json
from storage.runs import FinishReason

Chunk: TypeAlias = Mapping[str, Json]
Metadata: TypeAlias = Mapping[str, Json]

START_STEP: Chunk = {"type": "start-step"}
FINISH_STEP: Chunk = {"type": "finish-step"}
RESET_STEP: Chunk = {"type": "reset-step"}
"""Takes back what the step has said so far; only for clients known to be of `ai` 7 or later."""


def start(message_id: str, metadata: Metadata) -> Chunk:
    """Opens the message under the id by which edit, regenerate and feedback will name it."""
    return {"type": "start", "messageId": message_id, "messageMetadata": metadata}


def message_metadata(metadata: Metadata) -> Chunk:
    """Merged into the message's metadata."""
    return {"type": "message-metadata", "messageMetadata": metadata}


def finish(reason: FinishReason, metadata: Metadata) -> Chunk:
    """Closes the message."""
    return {"type": "finish", "finishReason": reason, "messageMetadata": metadata}


def abort(reason: str) -> Chunk:
    """The run was stopped; whatever was open has been closed before."""
    return {"type": "abort", "reason": reason}


def error(text: str) -> Chunk:
    """Ends the stream in the client with this text, which must be fit to show."""
    return {"type": "error", "errorText": text}


def text_start(part_id: str, provider_metadata: Metadata | None) -> Chunk:
    return _with_provider({"type": "text-start", "id": part_id}, provider_metadata)


def text_delta(part_id: str, delta: str) -> Chunk:
    return {"type": "text-delta", "id": part_id, "delta": delta}


def text_end(part_id: str, provider_metadata: Metadata | None) -> Chunk:
    return _with_provider({"type": "text-end", "id": part_id}, provider_metadata)


def reasoning_start(part_id: str, provider_metadata: Metadata | None) -> Chunk:
    return _with_provider({"type": "reasoning-start", "id": part_id}, provider_metadata)


def reasoning_delta(part_id: str, delta: str) -> Chunk:
    return {"type": "reasoning-delta", "id": part_id, "delta": delta}


def reasoning_end(part_id: str, provider_metadata: Metadata | None) -> Chunk:
    return _with_provider({"type": "reasoning-end", "id": part_id}, provider_metadata)


def tool_input_start(call_id: str, name: str) -> Chunk:
    return {"type": "tool-input-start", "toolCallId": call_id, "toolName": name}


def tool_input_delta(call_id: str, delta: str) -> Chunk:
    return {"type": "tool-input-delta", "toolCallId": call_id, "inputTextDelta": delta}


def tool_input_available(call_id: str, name: str, tool_input: Json, provider_metadata: Metadata | None) -> Chunk:
    chunk: dict[str, Json] = {
        "type": "tool-input-available", "toolCallId": call_id, "toolName": name, "input": tool_input
    }  # fmt: skip
    return _with_provider(chunk, provider_metadata)


def tool_input_error(call_id: str, name: str, tool_input: Json, text: str) -> Chunk:
    return {
        "type": "tool-input-error", "toolCallId": call_id, "toolName": name, "input": tool_input, "errorText": text
    }  # fmt: skip


def tool_approval_request(approval_id: str, call_id: str) -> Chunk:
    return {"type": "tool-approval-request", "approvalId": approval_id, "toolCallId": call_id}


def tool_output_available(call_id: str, output: Json) -> Chunk:
    return {"type": "tool-output-available", "toolCallId": call_id, "output": output}


def tool_output_error(call_id: str, text: str) -> Chunk:
    return {"type": "tool-output-error", "toolCallId": call_id, "errorText": text}


def tool_output_denied(call_id: str) -> Chunk:
    return {"type": "tool-output-denied", "toolCallId": call_id}


def source_url(source_id: str, url: str, title: str | None, provider_metadata: Metadata | None) -> Chunk:
    chunk: dict[str, Json] = {"type": "source-url", "sourceId": source_id, "url": url}
    if title is not None:
        chunk["title"] = title
    return _with_provider(chunk, provider_metadata)


def source_document(
    source_id: str, media_type: str, title: str, filename: str | None, provider_metadata: Metadata | None
) -> Chunk:
    chunk: dict[str, Json] = {
        "type": "source-document", "sourceId": source_id, "mediaType": media_type, "title": title
    }  # fmt: skip
    if filename is not None:
        chunk["filename"] = filename
    return _with_provider(chunk, provider_metadata)


def file(url: str, media_type: str, provider_metadata: Metadata | None) -> Chunk:
    return _with_provider({"type": "file", "url": url, "mediaType": media_type}, provider_metadata)


def data(name: str, data_id: str | None, content: Json) -> Chunk:
    chunk: dict[str, Json] = {"type": f"data-{name}", "data": content}
    if data_id is not None:
        chunk["id"] = data_id
    return chunk


def _with_provider(chunk: dict[str, Json], metadata: Metadata | None) -> Chunk:
    if metadata is not None:
        chunk["providerMetadata"] = metadata
    return chunk
