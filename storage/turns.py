"""A turn: a shopper's message and the answer to be made, each laid down in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from storage import parts, runs, sql
from storage.ai_options import AiOptions
from storage.database import Connection
from storage.messages import Message
from storage.parts import Json, Part
from storage.runs import Run

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a run begins: running under a lease of `owner`, or queued; and what it needs to know of the request."""

    state: Literal["queued", "running"]
    owner: str
    now: datetime
    lease_until: datetime
    session_id: UUID | None
    base_url: str


async def ask(
    conn: Connection, *, chat_id: UUID, parent_id: UUID | None, public_id: str | None, said: Iterable[Part]
) -> Message:
    """Insert a shopper's message with its parts."""
    rows = [parts.row(part) for part in said]
    [record] = await conn.fetch(_SQL["ask"], chat_id, parent_id, public_id, rows)
    return Message(**record)


async def answer(
    conn: Connection, question: Message, options: AiOptions, metadata: Mapping[str, Json], begin: Beginning
) -> tuple[Message, Run]:
    """Insert the answer to a message with its options and its run, and make it the end of the branch shown."""
    [record] = await conn.fetch(
        _SQL["answer"],
        question.chat_id,
        question.id,
        metadata,
        options.prompt,
        options.prompt_name,
        options.prompt_version,
        options.model,
        options.max_tokens,
        options.temperature,
        options.top_p,
        options.frequency_penalty,
        options.presence_penalty,
        options.seed,
        begin.state,
        begin.owner,
        begin.now,
        begin.lease_until,
        begin.session_id,
        begin.base_url,
    )
    made = Message(
        id=record["message_id"],
        chat_id=question.chat_id,
        parent_id=question.id,
        public_id=record["public_id"],
        role="assistant",
        metadata=metadata,
        created_at=record["created_at"],
    )
    fields = {name: value for name, value in record.items() if name not in ("public_id", "created_at")}
    return made, runs.from_record(fields)
