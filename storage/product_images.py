"""Pictures of products, elsewhere or with their bytes in the database."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of a product; sizes in pixels; `url` None when its bytes are kept in the database."""

    id: UUID
    url: str | None
    variant: str | None
    width: int | None
    height: int | None
    format: str | None
    alt_text: str | None
    is_primary: bool


async def of_product(conn: Connection, product_id: UUID) -> tuple[Image, ...]:
    """The pictures of a product that can be fetched, the main one first."""
    return tuple(Image(**row) for row in await conn.fetch(_SQL["of_product"], product_id))


async def content(conn: Connection, image_id: UUID) -> Picture | None:
    """The picture, if its bytes are kept here and its product is for sale."""
    record = await conn.fetchrow(_SQL["content"], image_id)
    if record is None:
        return None
    return Picture(record["content"], _MEDIA_TYPES.get(record["format"], "application/octet-stream"))
