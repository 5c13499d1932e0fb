"""Who is asking, and what a tool may reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from storage.audit import Cause
from storage.clock import Clock
from storage.database import Connection
from storage.embedder import Embedder
from storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """The surroundings of one tool call; no tool takes any of this as an argument.

    For a tool with effect "write", `conn` is inside the transaction in which the caller also stores the tool's output.
    `store_id` None means every store. `cause` goes into the audit log; it names no message when no chat asked.
    """

    conn: Connection
    person: Person
    store_id: UUID | None
    embedder: Embedder
    clock: Clock
    base_url: str
    locale: str = "en_US"
    cause: Cause = field(default_factory=Cause)

    @property
    def message_id(self) -> UUID | None:
        """The answer in which the call was made."""
        return self.cause.message_id

    @property
    def tool_call_id(self) -> str | None:
        """The call's own id in that answer."""
        return self.cause.tool_call_id
