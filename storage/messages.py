"""Messages: a tree in each chat, so that an edit or a regenerate keeps what was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.parts import Json

_SQL = sql.load(__file__)

MessageRole = Literal["user", "assistant", "system"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message. `public_id` is the name the client knows: its own for a shopper's, ours for an answer."""

    id: UUID
    chat_id: UUID
    parent_id: UUID | None
    public_id: str
    role: MessageRole
    metadata: Mapping[str, Json]
    created_at: datetime


async def find(conn: Connection, chat_id: UUID, public_id: str) -> Message | None:
    """The message of this name in the chat."""
    record = await conn.fetchrow(_SQL["find"], chat_id, public_id)
    return Message(**record) if record else None


async def get(conn: Connection, message_id: UUID) -> Message | None:
    """A message by its own id."""
    record = await conn.fetchrow(_SQL["get"], message_id)
    return Message(**record) if record else None


async def of_person(conn: Connection, user_id: UUID, public_id: str) -> Message | None:
    """The message of this name in any chat of the person; the latest where several chats have one."""
    record = await conn.fetchrow(_SQL["of_person"], user_id, public_id)
    return Message(**record) if record else None


async def branch(conn: Connection, leaf_id: UUID) -> tuple[Message, ...]:
    """The messages from the first of the chat down to this one."""
    return tuple(Message(**record) for record in await conn.fetch(_SQL["branch"], leaf_id))


async def siblings(conn: Connection, message: Message) -> tuple[Message, ...]:
    """The messages with the same parent and role, this one among them, oldest first."""
    records = await conn.fetch(_SQL["siblings"], message.chat_id, message.parent_id, message.role)
    return tuple(Message(**record) for record in records)


async def forks(conn: Connection, message_ids: Sequence[UUID]) -> dict[str, list[str]]:
    """For each of these messages that has siblings, its name and the names of all in its place, oldest first."""
    records = await conn.fetch(_SQL["forks"], message_ids)
    return {record["public_id"]: record["versions"] for record in records}


async def latest_below(conn: Connection, message_id: UUID) -> UUID:
    """The end of the branch that goes on from this message by the latest message at each fork."""
    [record] = await conn.fetch(_SQL["latest_below"], message_id)
    found: UUID = record["id"]
    return found


async def supersede(conn: Connection, message_id: UUID) -> None:
    """Free the message's name for its edited successor; it is known by its own id from now on."""
    await conn.execute(_SQL["supersede"], message_id)


async def describe(conn: Connection, message_id: UUID, metadata: Mapping[str, Json]) -> None:
    """Merge `metadata` into what the message says of itself."""
    await conn.execute(_SQL["describe"], message_id, metadata)


async def begin_again(conn: Connection, message_id: UUID) -> None:
    """Forget what the message says of its end: it goes on."""
    await conn.execute(_SQL["begin_again"], message_id)
