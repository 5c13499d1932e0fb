"""Chats: whose they are, and where in the tree of messages each one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.people import Person

_SQL = sql.load(__file__)

Place = tuple[datetime, UUID]
"""Where a chat stands in the list: when it last changed, and its own id."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat. `public_id` is the client's name for it (any string), `leaf_id` the last message of the branch shown."""

    id: UUID
    public_id: str
    user_id: UUID
    store_id: UUID | None
    title: str
    leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime


async def find(conn: Connection, public_id: str, user_id: UUID) -> Chat | None:
    """The person's chat of this name; another person's is as good as none."""
    record = await conn.fetchrow(_SQL["find"], public_id, user_id)
    return Chat(**record) if record else None


async def get(conn: Connection, chat_id: UUID) -> Chat | None:
    """A chat by its own id."""
    record = await conn.fetchrow(_SQL["get"], chat_id)
    return Chat(**record) if record else None


async def lock(conn: Connection, chat_id: UUID) -> Chat | None:
    """The same, held until the transaction ends: no turn is laid down in it meanwhile."""
    record = await conn.fetchrow(_SQL["lock"], chat_id)
    return Chat(**record) if record else None


async def move_leaf(conn: Connection, chat_id: UUID, message_id: UUID) -> None:
    """Show the branch that ends with this message."""
    await conn.execute(_SQL["move_leaf"], chat_id, message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChat:
    """A chat in a list; `store` is a slug, `updated_at` when something was last said or shown in it."""

    public_id: str
    title: str
    store: str | None
    updated_at: datetime
    id: UUID

    @property
    def place(self) -> Place:
        """What the next page begins behind."""
        return self.updated_at, self.id


async def page(
    conn: Connection,
    user_id: UUID,
    *,
    words: str | None = None,
    after: Place | None = None,
    limit: int = 20,
    stores: Sequence[UUID] | None = None,
) -> tuple[ListedChat, ...]:
    """The person's chats in which something was said, the latest first; those with `words` in the title or a text.

    `stores`: only those about one of them.
    """
    updated_at, chat_id = after or (None, None)
    about = None if stores is None else list(stores)
    records = await conn.fetch(_SQL["page"], user_id, words, updated_at, chat_id, limit, about)
    return tuple(ListedChat(**record) for record in records)


async def rename(conn: Connection, person: Person, chat: Chat, title: str, cause: Cause) -> None:
    """Give the chat another title, up to 255 characters."""
    await conn.execute(_SQL["rename"], chat.id, title)
    entry = Entry(
        entity_type="chat", entity_id=chat.id, action="rename", before={"title": chat.title}, after={"title": title}
    )
    await audit.record(conn, person, entry, cause)


async def put_away(conn: Connection, person: Person, chat: Chat, cause: Cause) -> None:
    """The chat is gone for its person, for ever; its rows stay."""
    await conn.execute(_SQL["put_away"], chat.id)
    entry = Entry(
        entity_type="chat", entity_id=chat.id, action="delete", before={"is_active": True}, after={"is_active": False}
    )
    await audit.record(conn, person, entry, cause)
