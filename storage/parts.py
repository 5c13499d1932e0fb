"""Parts: the pieces of a message, each a row that only grows.

A text is appended to, a tool call moves forward through its states, and a closed part never changes again. The class of
a part says which columns of `parts` it fills (one CHECK a type holds the database to the same).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypedDict, assert_never
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

ToolState = Literal[
    "input-streaming",
    "input-available",
    "approval-requested",
    "approval-responded",
    "output-available",
    "output-error",
    "output-denied",
]
"""The states of a tool part in the AI SDK's order; a call ends in one of the last three."""

SETTLED: frozenset[ToolState] = frozenset({"output-available", "output-error", "output-denied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Words for the reader; `text` grows until `closed`."""

    order: int
    step: int
    closed: bool = False
    text: str = ""
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningPart:
    """What the model thought on the way; grows as a text does."""

    order: int
    step: int
    closed: bool = False
    text: str = ""
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A file by URL (http or data:)."""

    order: int
    step: int
    closed: bool = True
    url: str
    media_type: str
    filename: str | None = None
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUrlPart:
    """A page the answer rests on."""

    order: int
    step: int
    closed: bool = True
    source_id: str
    url: str
    title: str | None = None
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocumentPart:
    """A document the answer rests on."""

    order: int
    step: int
    closed: bool = True
    source_id: str
    media_type: str
    title: str
    filename: str | None = None
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person's answer to a tool call that asked for one; `approved` is None while it waits."""

    id: UUID
    approved: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolPart:
    """One tool call. `input_text` is the JSON text as it arrives, `input` what it says once it is whole."""

    order: int
    step: int
    closed: bool = False
    tool_call_id: str
    tool_name: str
    state: ToolState = "input-streaming"
    input_text: str = ""
    input: Json = None
    output: Json = None
    error_text: str | None = None
    approval: Approval | None = None
    provider_metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPart:
    """Something for the page to draw, made from rows; the same name and `data_id` again replaces it on the page."""

    order: int
    step: int
    closed: bool = True
    name: str
    data_id: str | None = None
    content: Json = None
    provider_metadata: Mapping[str, Json] | None = None


Part: TypeAlias = TextPart | ReasoningPart | FilePart | SourceUrlPart | SourceDocumentPart | ToolPart | DataPart


class PartRow(TypedDict, total=False):
    """A part as the `save` statement reads it from JSON: the columns of `parts`, its run and its fence."""

    run_id: str
    epoch: int
    message_id: str
    fresh: bool
    starts: int
    order: int
    type: str
    step: int
    closed: bool
    text_text: str
    reasoning_text: str
    file_media_type: str
    file_filename: str | None
    file_url: str
    source_url_source_id: str
    source_url_url: str
    source_url_title: str | None
    source_document_source_id: str
    source_document_media_type: str
    source_document_title: str
    source_document_filename: str | None
    tool_tool_call_id: str
    tool_name: str
    tool_state: str
    tool_input: Json
    tool_input_text: str
    tool_output: Json
    tool_error_text: str | None
    tool_approval_id: str | None
    tool_approved: bool | None
    tool_approval_reason: str | None
    data_name: str
    data_id: str | None
    data_content: Json
    provider_metadata: Mapping[str, Json] | None


def row(part: Part, was: Part | None = None) -> PartRow:
    """The columns of `part`; of a text that has grown since `was`, only its new characters and where they begin."""
    common = PartRow(
        fresh=was is None, starts=0, order=part.order, step=part.step, closed=part.closed,
        provider_metadata=part.provider_metadata,
    )  # fmt: skip
    match part:
        case TextPart():
            starts = len(was.text) if isinstance(was, TextPart) else 0
            return {**common, "type": "text", "starts": starts, "text_text": part.text[starts:]}
        case ReasoningPart():
            starts = len(was.text) if isinstance(was, ReasoningPart) else 0
            return {**common, "type": "reasoning", "starts": starts, "reasoning_text": part.text[starts:]}
        case FilePart():
            return {
                **common,
                "type": "file",
                "file_url": part.url,
                "file_media_type": part.media_type,
                "file_filename": part.filename,
            }
        case SourceUrlPart():
            return {
                **common,
                "type": "source_url",
                "source_url_source_id": part.source_id,
                "source_url_url": part.url,
                "source_url_title": part.title,
            }
        case SourceDocumentPart():
            return {
                **common,
                "type": "source_document",
                "source_document_source_id": part.source_id,
                "source_document_media_type": part.media_type,
                "source_document_title": part.title,
                "source_document_filename": part.filename,
            }
        case ToolPart():
            return {**common, "type": "tool", **_tool_columns(part)}
        case DataPart():
            return {
                **common,
                "type": "data",
                "data_name": part.name,
                "data_id": part.data_id,
                "data_content": part.content,
            }
        case _:
            assert_never(part)


def _tool_columns(part: ToolPart) -> PartRow:
    approval = part.approval
    return {
        "tool_tool_call_id": part.tool_call_id,
        "tool_name": part.tool_name,
        "tool_state": part.state,
        "tool_input_text": part.input_text,
        "tool_input": part.input,
        "tool_output": part.output,
        "tool_error_text": part.error_text,
        "tool_approval_id": str(approval.id) if approval else None,
        "tool_approved": approval.approved if approval else None,
        "tool_approval_reason": approval.reason if approval else None,
    }


def from_record(record: Record) -> Part:
    """The part a row of `parts` holds."""
    common = {"order": record["order"], "step": record["step"], "closed": record["closed"]}
    common["provider_metadata"] = record["provider_metadata"]
    match record["type"]:
        case "text":
            return TextPart(**common, text=record["text_text"])
        case "reasoning":
            return ReasoningPart(**common, text=record["reasoning_text"])
        case "file":
            return FilePart(
                **common,
                url=record["file_url"],
                media_type=record["file_media_type"],
                filename=record["file_filename"],
            )
        case "source_url":
            return SourceUrlPart(
                **common,
                source_id=record["source_url_source_id"],
                url=record["source_url_url"],
                title=record["source_url_title"],
            )
        case "source_document":
            return SourceDocumentPart(
                **common,
                source_id=record["source_document_source_id"],
                media_type=record["source_document_media_type"],
                title=record["source_document_title"],
                filename=record["source_document_filename"],
            )
        case "tool":
            return ToolPart(
                **common,
                tool_call_id=record["tool_tool_call_id"],
                tool_name=record["tool_name"],
                state=record["tool_state"],
                input_text=record["tool_input_text"] or "",
                input=record["tool_input"],
                output=record["tool_output"],
                error_text=record["tool_error_text"],
                approval=_approval(record),
            )
        case "data":
            return DataPart(
                **common, name=record["data_name"], data_id=record["data_id"], content=record["data_content"]
            )
        case unknown:
            raise ValueError(f"a row of parts has the type {unknown!r}, which this version does not know")


def _approval(record: Record) -> Approval | None:
    if record["tool_approval_id"] is None:
        return None
    return Approval(
        id=record["tool_approval_id"], approved=record["tool_approved"], reason=record["tool_approval_reason"]
    )


async def save(conn: Connection, rows: Iterable[PartRow]) -> frozenset[UUID]:
    """Write parts of any number of runs in one statement.

    Each row carries its run's id and epoch. Returns the runs that still hold their lease; rows of any other run are
    not written. Safe to repeat when the outcome of a call is unknown: a text is written at its offset, not appended.
    """
    records = await conn.fetch(_SQL["save"], list(rows))
    return frozenset(record["id"] for record in records)


async def of_message(conn: Connection, message_id: UUID) -> tuple[Part, ...]:
    """The parts of one message, in order."""
    return tuple(from_record(record) for record in await conn.fetch(_SQL["of_message"], message_id))


async def since(conn: Connection, message_id: UUID, order: int) -> tuple[Part, ...]:
    """The parts of one message from this order on."""
    return tuple(from_record(record) for record in await conn.fetch(_SQL["since"], message_id, order))


async def of_messages(conn: Connection, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Part, ...]]:
    """The parts of several messages, in order; a message without parts has an empty tuple."""
    found: dict[UUID, list[Part]] = {message_id: [] for message_id in message_ids}
    for record in await conn.fetch(_SQL["of_messages"], list(message_ids)):
        found[record["message_id"]].append(from_record(record))
    return {message_id: tuple(parts) for message_id, parts in found.items()}
