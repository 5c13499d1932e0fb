from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import numpy as np
import pytest

from storage import embed, vectors
from storage.database import bulk
from storage.embedded import serve
from storage.embedder import Vectors, normalised
from storage.migrate import migrate
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
            assert ("products_centred_idx" in await read_by(conn, point)) == (left_out == "seqscan")
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


async def test_an_index_around_what_is_no_mean_any_more_is_built_anew_at_the_end_of_a_load(database_url: str) -> None:
    async with bulk(database_url) as conn:
        await rebuild(conn)
        assert not (await centre(conn)).any()
        before = await conn.fetchval("select 'products_centred_idx'::regclass::oid")
        made = points(50, 1)
        async with vectors.bulk_index(conn):
            await fill(conn, made)
        assert np.allclose(await centre(conn), made.mean(axis=0), atol=1e-3)
        assert await conn.fetchval("select 'products_centred_idx'::regclass::oid") != before


@pytest.mark.parametrize("small", [0, 10_000])
async def test_a_large_catalogue_keeps_its_index_while_its_mean_stays(
    database_url: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_SMALL", small)
    async with bulk(database_url) as conn:
        await fill(conn, points(200, 1))
        await rebuild(conn)
        before = await conn.fetchval("select 'products_centred_idx'::regclass::oid")
        async with vectors.bulk_index(conn):
            await fill(conn, points(20, 2), begin=200)
        kept = await conn.fetchval("select 'products_centred_idx'::regclass::oid") == before
        assert kept == (small == 0)
        async with vectors.bulk_index(conn):
            await fill(conn, -points(300, 3), begin=220)
        mean = await conn.fetchval("select avg(embedding) from products")
        assert np.allclose(await centre(conn), np.asarray(mean.to_list()), atol=1e-3)


async def test_loads_that_begin_and_end_at_once_leave_one_index_that_agrees_with_what_is_asked(
    database_url: str,
) -> None:
    async def load(seed: int) -> None:
        async with bulk(database_url) as conn, vectors.bulk_index(conn):
            await fill(conn, points(20, seed), begin=100 * seed)

    for round in range(3):
        await asyncio.gather(*(load(3 * round + seed) for seed in range(3)))
        async with bulk(database_url) as conn:
            await conn.execute("set enable_seqscan = off")
            assert "products_centred_idx" in await read_by(conn, points(1, 1)[0])
            assert await conn.fetchval(
                "select indisvalid from pg_index where indexrelid = 'products_centred_idx'::regclass"
            )


async def test_long_vectors_have_an_index_on_16_too(data_folder: Path) -> None:
    async with serve(data_folder, version=16, durable=False) as url:
        await migrate(url)
        async with bulk(url) as conn:
            assert await embed.renew(conn, Digits(dim=3072))
            await fill(conn, points(20, 1, 3072))
            await rebuild(conn)
            await conn.execute("set enable_seqscan = off")
            assert "products_centred_idx" in await read_by(conn, points(1, 1, 3072)[0])
