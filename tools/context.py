"""Who is asking, and what a tool may reach."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage.clock import Clock
from storage.database import Connection
from storage.embedder import Embedder
from storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """The surroundings of one tool call; no tool takes any of this as an argument.

    For a tool with effect "write", `conn` is inside the transaction in which the caller also stores the tool's output.
    `store_id` None means every store; `message_id` and `tool_call_id` are None when no chat message asked.
    """

    conn: Connection
    person: Person
    store_id: UUID | None
    embedder: Embedder
    clock: Clock
    base_url: str
    locale: str = "en_US"
    message_id: UUID | None = None
    tool_call_id: str | None = None
