from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import numpy as np
import pytest

from storage import embed, vectors
from storage.database import bulk
from storage.embedder import Vectors, normalised
from tests.storage.test_embed import Digits
from tests.support.factory import make_product, make_store

FOUND = "select name from products order by centred(embedding) <#> $1 limit 20"


def points(count: int, seed: int, dim: int = 256) -> Vectors:
    """Unit vectors that have much in common, as those of a catalogue have."""
    chance = np.random.default_rng(seed)
    return normalised(chance.normal(size=(count, dim)) + 0.5, count=count, dim=dim)


async def fill(conn: asyncpg.Connection[asyncpg.Record], made: Vectors, begin: int = 0) -> None:
    store = await make_store(conn)
    for number, point in enumerate(made, begin):
        product = await make_product(conn, store, name=f"Lamp {number}")
        await conn.execute("update products set embedding = $2 where id = $1", product.id, point)


async def rebuild(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    await vectors.drop_index(conn)
    await vectors.ensure_index(conn)


async def centre(conn: asyncpg.Connection[asyncpg.Record], dim: int = 256) -> Vectors:
    found = await conn.fetchval("select centred($1::halfvec)", np.zeros(dim, dtype=np.float32))
    return -np.asarray(found.to_list(), dtype=np.float32)


def nearest(made: Vectors, point: Sequence[float]) -> list[str]:
    return [f"Lamp {place}" for place in np.argsort(-(made @ np.asarray(point)), kind="stable")[:20]]


async def read_by(conn: asyncpg.Connection[asyncpg.Record], point: Vectors) -> str:
    return "\n".join(row[0] for row in await conn.fetch("explain " + FOUND, point))


@pytest.mark.parametrize("left_out", ["seqscan", "indexscan"])
async def test_an_index_around_the_mean_gives_the_order_of_cosine_also_when_the_mean_has_moved(
    database_url: str, left_out: str
) -> None:
    first, later = points(200, 1), normalised(points(100, 2) * np.linspace(1, -1, 256), count=100, dim=256)
    async with bulk(database_url) as conn:
        await fill(conn, first)
        await rebuild(conn)
        assert np.allclose(await centre(conn), first.mean(axis=0), atol=1e-3)
        await fill(conn, later, begin=200)
        assert np.allclose(await centre(conn), first.mean(axis=0), atol=1e-3)
        await conn.execute(f"set enable_{left_out} = off; set hnsw.ef_search = 300")
        for point in points(5, 3):
            assert ("products_embedding_idx" in await read_by(conn, point)) == (left_out == "seqscan")
            found = [row["name"] for row in await conn.fetch(FOUND, point)]
            # Vectors are kept with some three digits, so that the order of near neighbours may differ.
            wanted = nearest(np.vstack([first, later]), point)
            assert len(set(found) & set(wanted)) >= 18
            assert found[0] in wanted[:3]


async def test_while_vectors_of_another_dimension_are_made_those_that_are_there_can_be_searched(
    database_url: str,
) -> None:
    async with bulk(database_url) as conn:
        await fill(conn, points(5, 1))
        await rebuild(conn)
        assert await embed.renew(conn, Digits(dim=48))
        assert not (await centre(conn, 48)).any()
        await conn.execute("update products set embedding = $1 where name = 'Lamp 3'", points(1, 1, 48)[0])
        assert (await conn.fetch(FOUND, points(1, 2, 48)[0]))[0]["name"] == "Lamp 3"


async def test_no_vectors_have_a_centre_too(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await rebuild(conn)
        assert not (await centre(conn)).any()
