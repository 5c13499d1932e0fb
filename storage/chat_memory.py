"""What was said in a person's chats, found again by its meaning.

A message is remembered when its person first looks for something after it was said: whoever never looks costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pgvector import HalfVector

from storage import sql
from storage.database import Connection
from storage.embedder import Embedder
from storage.people import Person

_SQL = sql.load(__file__)

# As with policies (storage/documents.py): what is about something else has a cosine below.
_RELATED = 0.25
_AT_ONCE = 500
"""How many messages are remembered in one look at most, the latest first."""

_LONGEST = 2_000
"""Characters of a message that count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A message of an own chat, by the public ids of both; `similarity` is the cosine to what was looked for."""

    chat: str
    title: str
    message: str
    role: Literal["user", "assistant", "system"]
    content: str
    said_at: datetime
    similarity: float


async def search(
    conn: Connection,
    embedder: Embedder,
    person: Person,
    text: str,
    *,
    store_id: UUID | None = None,
    without: UUID | None = None,
    limit: int = 5,
) -> tuple[Remembered, ...]:
    """What was said that `text` is about, the nearest first; nothing of the chat that the message `without` is in.

    One who asks by a key for some stores is told of chats about the store `store_id` alone.
    """
    await _remember(conn, embedder, person)
    [vector] = await embedder.embed([text])
    rows = await conn.fetch(
        _SQL["search"],
        person.user_id,
        HalfVector(vector),
        text,
        without,
        _RELATED,
        limit,
        person.for_stores,
        store_id,
    )
    return tuple(Remembered(**row) for row in rows)


async def _remember(conn: Connection, embedder: Embedder, person: Person) -> None:
    """Keep vectors of what has none of this model."""
    rows = await conn.fetch(_SQL["unremembered"], person.user_id, embedder.model, _LONGEST, _AT_ONCE)
    if not rows:
        return
    vectors = await embedder.embed([row["content"] for row in rows])
    await conn.execute(
        _SQL["remember"],
        person.user_id,
        [row["chat_id"] for row in rows],
        [row["id"] for row in rows],
        [row["content"] for row in rows],
        [HalfVector(vector) for vector in vectors],
        {"model": embedder.model},
    )
