"""A tool context for tests, and a check that what a tool gives back is what it promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from storage.audit import Cause
from storage.clock import utc_now
from storage.database import Connection
from storage.embedder import Embedder
from storage.people import Person
from storage.stores import Store
from tools.context import ToolContext
from tools.registry import Tool
from tools.results import SourceUrl

BASE_URL = "http://shop.test"

# For calls that are refused before the context is looked at.
NOBODY = cast("ToolContext", None)


def context(
    conn: Connection,
    person: Person,
    store: Store | None,
    embedder: Embedder,
    *,
    message_id: UUID | None = None,
    tool_call_id: str | None = "call-1",
) -> ToolContext:
    return ToolContext(
        conn=conn,
        person=person,
        store_id=None if store is None else store.id,
        embedder=embedder,
        clock=utc_now,
        base_url=BASE_URL,
        cause=Cause(message_id=message_id, tool_call_id=tool_call_id),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A data part as a client reads it."""

    name: str
    id: str
    content: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's result as JSON gives it back."""

    output: Any
    data: tuple[Seen, ...]
    sources: tuple[SourceUrl, ...]


async def called(tool: Tool, ctx: ToolContext, arguments: Mapping[str, object]) -> Answer:
    """Call a tool as a door does; its output must fit its schema."""
    result = await tool.call(ctx, arguments)
    Draft202012Validator(tool.output_schema | {"additionalProperties": False}).validate(result.output)
    return Answer(
        output=_as_json(result.output),
        data=tuple(Seen(part.name, part.id, _as_json(part.content)) for part in result.data),
        sources=result.sources,
    )


def _as_json(value: object) -> Any:
    return orjson.loads(orjson.dumps(value))
