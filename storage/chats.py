"""Chats: whose they are, and where in the tree of messages each one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import NotFound

_SQL = sql.load(__file__)


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


async def open_(
    conn: Connection, public_id: str, user_id: UUID, store_id: UUID | None, title: str
) -> tuple[Chat, bool]:
    """The person's chat of this name and whether it was made for this, locked until the transaction ends.

    Raises `NotFound` when the name is another person's chat.
    """
    record = await conn.fetchrow(_SQL["open"], public_id, user_id, store_id, title)
    if record is None:
        raise NotFound("There is no such chat.")
    return Chat(**{name: value for name, value in record.items() if name != "is_new"}), record["is_new"]


async def move_leaf(conn: Connection, chat_id: UUID, message_id: UUID) -> None:
    """Show the branch that ends with this message."""
    await conn.execute(_SQL["move_leaf"], chat_id, message_id)
