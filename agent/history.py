"""What the model is told of the chat so far: rows turned into its messages. The client's copy is never read."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import assert_never

from pydantic_ai import BinaryContent, ImageUrl
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.messages import (
    TextPart as ModelText,
)

from storage.messages import Message
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
from tools.confirmation import DECLINED, EXPIRED, NOTHING, UNANSWERED


def model_messages(branch: Iterable[tuple[Message, Sequence[Part]]]) -> list[ModelMessage]:
    """The branch as a model reads it.

    A call without an outcome is left out (every provider refuses one), or told as not confirmed where it waits for a
    person; and so is what only people see: reasoning of earlier answers, sources and data.
    """
    out: list[ModelMessage] = []
    for message, parts in branch:
        match message.role:
            case "user":
                out.append(ModelRequest(parts=[UserPromptPart(content=_user_content(parts))]))
            case "assistant":
                for _, step in groupby(parts, key=lambda part: part.step):
                    out.extend(_step(list(step)))
            case "system":
                pass
            case _:
                assert_never(message.role)
    return out


def _user_content(parts: Sequence[Part]) -> list[UserContent] | str:
    content: list[UserContent] = []
    for part in parts:
        match part:
            case TextPart():
                content.append(part.text)
            case FilePart():
                content.append(_file(part))
            case ReasoningPart() | SourceUrlPart() | SourceDocumentPart() | ToolPart() | DataPart():
                pass
            case _:
                assert_never(part)
    if len(content) == 1 and isinstance(content[0], str):
        return content[0]
    return content


def _file(part: FilePart) -> UserContent:
    """A picture as one; any other file by its name: a model that refused it would refuse the chat from then on."""
    if part.media_type.startswith("image/"):
        if not part.url.startswith("data:"):
            return ImageUrl(url=part.url, media_type=part.media_type)
        if content := _inline(part.url):
            return BinaryContent(data=content, media_type=part.media_type)
    return f"[The shopper sent the file {part.filename or 'without a name'} ({part.media_type}). You cannot read it.]"


def _inline(url: str) -> bytes:
    """The bytes of a base64 data URL (RFC 2397); none where it is malformed."""
    head, _, data = url.partition(",")
    try:
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else b""
    except ValueError:
        return b""


def _step(parts: Sequence[Part]) -> list[ModelMessage]:
    said: list[ModelResponsePart] = []
    returned: list[ToolReturnPart] = []
    for part in parts:
        match part:
            case TextPart() if part.text:
                said.append(ModelText(content=part.text))
            case ToolPart(state="output-available"):
                said.append(_call(part))
                returned.append(_return(part, part.output))
            case ToolPart(state="output-error"):
                said.append(_call(part))
                returned.append(_return(part, {"error": part.error_text}))
            case ToolPart(state="output-denied"):
                said.append(_call(part))
                returned.append(_return(part, {"error": f"{NOTHING} {_why_not(part.approval)}"}))
            case ToolPart(state="approval-requested"):
                said.append(_call(part))
                returned.append(_return(part, {"error": f"{NOTHING} {UNANSWERED}"}))
            case (
                TextPart() | ToolPart() | ReasoningPart() | FilePart() | SourceUrlPart() | SourceDocumentPart()
                | DataPart()
            ):  # fmt: skip
                pass
            case _:
                assert_never(part)
    if not said:
        return []
    return [ModelResponse(parts=said), *([ModelRequest(parts=returned)] if returned else [])]


def _why_not(approval: Approval | None) -> str:
    reason = approval.reason if approval is not None else None
    return DECLINED if not reason else reason if reason == EXPIRED else f"{DECLINED} They say: {reason}"


def _call(part: ToolPart) -> ToolCallPart:
    return ToolCallPart(
        tool_name=part.tool_name, tool_call_id=part.tool_call_id, args=json.dumps(part.input if part.input else {})
    )


def _return(part: ToolPart, content: object) -> ToolReturnPart:
    return ToolReturnPart(tool_name=part.tool_name, tool_call_id=part.tool_call_id, content=content)
