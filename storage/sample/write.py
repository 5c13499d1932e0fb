"""A store of the sample written into the database: what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

import asyncpg
import numpy as np

from storage import sql
from storage.documents import passage_text
from storage.embedder import Embedder
from storage.sample.catalogue import Picture, Policy, Review, SampleStore
from storage.sample.drawings import SIZE
from storage.upsert import digest

_SQL = sql.load(__file__)

Writer: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def add_store(conn: Writer, sample: SampleStore) -> UUID | None:
    """The id of the new store; None when there is a store of that slug."""
    tax = sample.tax
    added: UUID | None = await conn.fetchval(
        _SQL["add_store"], sample.slug, sample.name, sample.description, sample.currency, tax.percent, tax.included
    )
    return added


async def change_store(conn: Writer, sample: SampleStore) -> UUID:
    """Write over a store that is there; its id. Its currency stays: prices are in it."""
    tax = sample.tax
    changed: UUID = await conn.fetchval(
        _SQL["change_store"], sample.slug, sample.name, sample.description, tax.percent, tax.included
    )
    return changed


async def pictures(conn: Writer, store_id: UUID, drawn: Sequence[Picture]) -> None:
    """One main picture a product, its bytes in the row."""
    skus, alts = [each.sku for each in drawn], [each.alt for each in drawn]
    await conn.execute(_SQL["pictures"], store_id, skus, alts, [each.content for each in drawn], SIZE)


async def policies(conn: Writer, store_id: UUID, written: Sequence[Policy], embedder: Embedder | None) -> None:
    """Documents and their chunks, with vectors when there is an embedder."""
    for policy in written:
        document_id = await conn.fetchval(_SQL["document"], store_id, policy.kind, policy.title, policy.content)
        await _chunks(conn, document_id, policy, embedder)
        await conn.execute(_SQL["shorten"], document_id, len(policy.chunks))


async def _chunks(conn: Writer, document_id: UUID, policy: Policy, embedder: Embedder | None) -> None:
    texts = [passage_text(policy.title, chunk) for chunk in policy.chunks]
    vectors: Sequence[np.ndarray | None] = [None] * len(texts)
    model, dim = "", 0
    if embedder is not None:
        vectors, model, dim = list(await embedder.embed(texts)), embedder.model, embedder.dim
    await conn.executemany(
        _SQL["chunk"],
        [
            (document_id, place, chunk, vector, model, dim, digest(model, text))
            for place, (chunk, text, vector) in enumerate(zip(policy.chunks, texts, vectors, strict=True))
        ],
    )


async def reviews(conn: Writer, store_id: UUID, said: Sequence[Review]) -> None:
    """Reviews, and the sample shoppers who wrote them: users without an address who cannot sign in."""
    names = sorted({review.shopper for review in said})
    await conn.execute(_SQL["shoppers"], [_username(name) for name in names], names)
    await conn.execute(
        _SQL["reviews"],
        store_id,
        [_username(review.shopper) for review in said],
        [review.sku for review in said],
        [review.rating for review in said],
        [review.title for review in said],
        [review.comment for review in said],
        [review.created_at for review in said],
    )


def _username(name: str) -> str:
    return f"sample-{name.lower()}"
