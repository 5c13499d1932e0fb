"""Pictures of products whose bytes are kept in the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)

_MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture and what they are."""

    content: bytes
    media_type: str


async def content(conn: Connection, image_id: UUID) -> Picture | None:
    """The picture, if its bytes are kept here and its product is for sale."""
    record = await conn.fetchrow(_SQL["content"], image_id)
    if record is None:
        return None
    return Picture(record["content"], _MEDIA_TYPES.get(record["format"], "application/octet-stream"))
