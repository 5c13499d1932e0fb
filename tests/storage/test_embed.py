from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import numpy as np

from storage import embed, vectors
from storage.database import bulk
from storage.embedder import Vectors
from storage.search import SearchQuery, search
from tests.conftest import pool
from tests.support.factory import make_document, make_product, make_store


@dataclass
class Digits:
    """A model whose vectors are the digest of a text."""

    dim: int = 64
    model: str = "digits"
    asked: int = 0
    fail_after: int | None = None

    async def embed(self, texts: Sequence[str]) -> Vectors:
        if self.fail_after is not None and self.asked >= self.fail_after:
            raise ConnectionError("the model went away")
        self.asked += len(texts)
        rows = [
            [byte + 1.0 for byte in hashlib.blake2b(text.encode(), digest_size=self.dim).digest()] for text in texts
        ]
        made: Vectors = np.array(rows, dtype=np.float32)
        unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit


async def shop(conn: asyncpg.Connection[asyncpg.Record], products: int = 3) -> None:
    store = await make_store(conn)
    for number in range(products):
        await make_product(conn, store, name=f"Lamp {number}")
    await make_document(conn, store, "Returns", ["Thirty days.", "Unused."])


async def test_missing_vectors_are_made_once(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await shop(conn)
        model = Digits(dim=64)
        assert await embed.embed(conn, model) == 5
        assert await embed.embed(conn, model) == 0
        assert model.asked == 5
        assert await conn.fetchval("select count(*) from document_chunks where embedding is not null") == 2


async def test_a_text_that_changed_is_stale(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await shop(conn)
        model = Digits()
        await embed.embed(conn, model)
        before = await conn.fetchval("select embedding from products where name = 'Lamp 1'")
        await conn.execute("update products set name = 'Tall lamp 1' where name = 'Lamp 1'")
        assert await embed.embed(conn, model) == 1
        assert await conn.fetchval("select embedding from products where name = 'Tall lamp 1'") != before


async def test_another_dimension_or_model_starts_anew_and_ends_with_an_index(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await shop(conn)
        for model in (Digits(dim=64), Digits(dim=48), Digits(dim=48, model="other")):
            assert await embed.embed(conn, model) == 5
            assert await vectors.dimension(conn) == model.dim
            assert await conn.fetchval("select array_agg(distinct model) from embeddings_meta") == [model.model]
            assert await conn.fetchval(
                "select indisvalid from pg_index where indexrelid = 'products_centred_idx'::regclass"
            )


async def test_it_goes_on_where_it_was_stopped(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await shop(conn, products=600)
        failing = Digits(fail_after=500)
        try:
            await embed.embed(conn, failing)
        except ConnectionError:
            pass
        else:
            raise AssertionError("the model should have gone away")
        assert await conn.fetchval("select count(*) from products where embedding is not null") == 500
        again = Digits()
        assert await embed.embed(conn, again) == 102
        assert again.asked == 102


async def test_search_goes_on_by_words_while_the_dimension_is_another(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await shop(conn)
        await embed.renew(conn, Digits(dim=48))
    async with pool(database_url) as database, database.connection() as conn2:
        page = await search(conn2, Digits(dim=64), SearchQuery(text="lamp", limit=3))
        assert len(page.hits) == 3
        assert page.suitable
        assert await conn2.fetchval("select search_type from search_logs") == "text"
