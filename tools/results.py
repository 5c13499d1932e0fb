"""What a tool gives back: words for the model, parts for the page, sources for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

OutputT_co = TypeVar("OutputT_co", bound=Mapping[str, object], covariant=True)

DataName = Literal["products", "cart", "comparison", "action", "suggested-carts", "order", "wishlist"]


@dataclass(frozen=True, slots=True)
class DataPart:
    """A `data-{name}` part: rows for the page, never shown to the model. `id` is unique within a message."""

    name: DataName
    id: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SourceUrl:
    """A `source-url` part: a page the answer rests on."""

    source_id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class ToolResult(Generic[OutputT_co]):
    """`output` is JSON-able and in the shape of the tool's output schema."""

    output: OutputT_co
    data: tuple[DataPart, ...] = ()
    sources: tuple[SourceUrl, ...] = ()


def part_id(name: DataName, tool_call_id: str | None) -> str:
    """The id of a tool call's data part: of its own, because a later part of the same id would replace it."""
    return name if tool_call_id is None else f"{tool_call_id}:{name}"
