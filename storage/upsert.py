"""Products written in batches: what is new is added, what differs is changed, the rest is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

import asyncpg
import orjson
from pgvector import HalfVector

from storage import categories, sql
from storage.embedder import Embedder
from storage.feed import ProductRow

_SQL = sql.load(__file__)

_COLUMNS = (
    "sku", "name", "short_description", "description", "category_id", "brand", "tags", "price", "currency",
    "discount_percent", "stock", "rating", "rating_count", "specifications", "url", "part_number", "gtins",
    "image_url", "image_alt", "family_id", "options", "embedding", "digest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows of a batch were new, differed from what was there, or were there already."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def digest(model: str, text: str) -> bytes:
    """What tells whether a vector is of this text and by this model."""
    return hashlib.sha256(f"{model}\0{text}".encode()).digest()


async def _vectors(
    conn: asyncpg.Connection[asyncpg.Record], embedder: Embedder, store_id: UUID, rows: Sequence[ProductRow]
) -> dict[str, tuple[HalfVector, bytes]]:
    """Vector and digest by sku, for the rows whose text has none yet."""
    found = await conn.fetch(_SQL["known"], store_id, [row.sku for row in rows])
    known = {record["sku"]: record["digest"] for record in found}
    digests = {row.sku: digest(embedder.model, row.text) for row in rows}
    stale = [row for row in rows if known.get(row.sku) != digests[row.sku]]
    if not stale:
        return {}
    made = await embedder.embed([row.text for row in stale])
    return {row.sku: (HalfVector(vector), digests[row.sku]) for row, vector in zip(stale, made, strict=True)}


async def _families(
    conn: asyncpg.Connection[asyncpg.Record], store_id: UUID, rows: Sequence[ProductRow]
) -> dict[str | None, UUID]:
    """The family ids by what the shop calls them, made where they are missing."""
    named = {row.family: row for row in rows if row.family is not None}
    names = [row.family_name for row in named.values()]
    found = await conn.fetch(_SQL["families"], store_id, list(named), names, [row.name for row in named.values()])
    return {record["public_id"]: record["id"] for record in found}


async def upsert(
    conn: asyncpg.Connection[asyncpg.Record],
    store_id: UUID,
    rows: Sequence[ProductRow],
    embedder: Embedder | None,
) -> Outcome:
    """Write products of one store, each sku once, in one transaction; with no embedder the vectors stay as they are."""
    vectors = await _vectors(conn, embedder, store_id, rows) if embedder else {}
    async with conn.transaction():
        await conn.execute(_SQL["stage"])
        places = {row.category: await categories.ensure(conn, row.category) for row in rows}
        families = await _families(conn, store_id, rows)
        records = [
            (
                row.sku, row.name, row.short_description, row.description, places[row.category], row.brand,
                list(row.tags), row.price, row.currency, row.discount_percent, row.stock, row.rating,
                row.rating_count, orjson.dumps(row.specifications).decode(), row.url, row.part_number, list(row.gtins),
                row.image_url, row.image_alt, families.get(row.family), orjson.dumps(row.options).decode(),
                *vectors.get(row.sku, (None, None)),
            )
            for row in rows
        ]  # fmt: skip
        await conn.copy_records_to_table("staged_products", records=records, columns=_COLUMNS)
        model, dim = (embedder.model, embedder.dim) if embedder else ("", 0)
        (written,) = await conn.fetch(_SQL["upsert"], store_id, model, dim)
    added, changed = written["added"], written["changed"]
    return Outcome(added, changed, len(rows) - added - changed)
