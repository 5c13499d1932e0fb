"""`python -m storage embed`: vectors that are missing or stale, for products and for the chunks of documents."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from uuid import UUID

import asyncpg
from asyncpg import Record
from pgvector import HalfVector
from tqdm import tqdm

from storage import embedder, sql, vectors
from storage.database import Database, bulk
from storage.documents import passage_text
from storage.embedder import Embedder
from storage.products import embedded_text
from storage.settings import StorageSettings
from storage.upsert import digest

_SQL = sql.load(__file__)

_BATCH = 500

Progress = Callable[[int], object]


def _product_text(row: Record) -> str:
    return embedded_text(row["name"], row["category"], row["short_description"])


def _chunk_text(row: Record) -> str:
    return passage_text(row["title"], row["content"])


def arguments(parser: ArgumentParser) -> None:
    """`embed` takes no arguments: the model is in the settings."""


async def renew(conn: asyncpg.Connection[asyncpg.Record], model: Embedder) -> bool:
    """Empty vector columns of the model's dimension, if those that are there are another model's; whether they were.

    Searches go on meanwhile, by words and part numbers alone for what has no vector yet.
    """
    models = {row["model"] for row in await conn.fetch(_SQL["models"])}
    if await vectors.dimension(conn) == model.dim and models <= {model.model}:
        return False
    async with conn.transaction():
        await conn.execute(_SQL["choose_dimension"], str(model.dim))
        await conn.execute(_SQL["renew"])
    return True


async def _all(
    conn: asyncpg.Connection[asyncpg.Record],
    model: Embedder,
    read: str,
    keep: str,
    text: Callable[[Record], str],
    progress: Progress,
) -> int:
    """Go through one table by id, a transaction a batch; how many vectors were made."""
    last: UUID | None = None
    made = 0
    while rows := await conn.fetch(read, last, _BATCH):
        last = rows[-1]["id"]
        stale = [row for row in rows if text(row) and row["digest"] != digest(model.model, text(row))]
        if stale:
            embedded = await model.embed([text(row) for row in stale])
            digests = [digest(model.model, text(row)) for row in stale]
            ids = [row["id"] for row in stale]
            await conn.execute(keep, ids, [HalfVector(vector) for vector in embedded], digests, model.model, model.dim)
            made += len(stale)
        progress(len(rows))
    return made


async def embed(
    conn: asyncpg.Connection[asyncpg.Record], model: Embedder, progress: Progress = lambda rows: None
) -> int:
    """Make every vector that is missing or of another text or model; how many. Safe to stop and to start again."""
    await renew(conn, model)
    async with vectors.bulk_index(conn):
        products = await _all(conn, model, _SQL["products"], _SQL["keep_products"], _product_text, progress)
        chunks = await _all(conn, model, _SQL["chunks"], _SQL["keep_chunks"], _chunk_text, progress)
    return products + chunks


async def one(database: Database, model: Embedder, product_id: UUID) -> None:
    """Make a product's vector, if it has none of its text; no connection is held while the model is asked.

    Where the vectors that are there are another model's it is left to `embed`.
    """
    async with database.connection() as conn:
        if await vectors.dimension(conn) != model.dim:
            return
        row = await conn.fetchrow(_SQL["product"], product_id)
    if row is None or row["digest"] == (made := digest(model.model, _product_text(row))):
        return
    vector = HalfVector((await model.embed([_product_text(row)]))[0])
    async with database.connection() as conn:
        await conn.execute(_SQL["keep_products"], [product_id], [vector], [made], model.model, model.dim)


async def run(args: Namespace, settings: StorageSettings, url: str) -> int:
    """Embed whatever needs it by the configured model."""
    model = embedder.create(settings)
    async with bulk(url) as conn:
        total = await conn.fetchval(_SQL["count"])
        with tqdm(total=total, unit="row", file=sys.stderr) as bar:
            made = await embed(conn, model, bar.update)
    tqdm.write(f"{made} vectors made by {model.model}, {total - made} were up to date.")
    return 0
