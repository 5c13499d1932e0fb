from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import categories
from storage.database import Connection, Database
from storage.embedder import Embedder, Vectors
from storage.search import SearchQuery, _arguments, _statement, search
from storage.search_terms import terms
from tests.support.search_shop import EMBEDDER, find, names, searched_shop, store_id

OF_STORE = "select count(*) from products where store_id = $1"


@pytest.fixture(scope="module")
async def shop(server_url: str) -> AsyncIterator[Database]:
    async with searched_shop(server_url) as database:
        yield database


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from(
        ["lamp", "reading lamp", "chair for an office", "MN-0123/X4", "zzz", "a bag to carry a laptop and more"]
    ),
    category=st.sampled_from([None, "home", "lamps", "chairs"]),
    brand=st.sampled_from([None, "lumen", "Kestrel"]),
    lowest=st.sampled_from([None, 2000]),
    highest=st.sampled_from([None, 1500, 3000]),
    in_stock=st.booleans(),
    size=st.sampled_from([7, 60]),
)
async def test_pages_hold_every_matching_row_once_and_none_is_short(
    shop: Database,
    text: str,
    category: str | None,
    brand: str | None,
    lowest: int | None,
    highest: int | None,
    in_stock: bool,
    size: int,
) -> None:
    async with shop.connection() as conn:
        wanted = SearchQuery(
            text=text,
            store_id=await store_id(conn),
            category=category,
            brand=brand,
            min_price=lowest,
            max_price=highest,
            in_stock=in_stock,
            limit=size,
        )
        subtree = [found.id for found in await categories.subtree(conn, category)] if category else None
        matching = await conn.fetchval(
            "select count(*) from products where store_id = $1 and ($2::uuid[] is null or category_id = any($2))"
            " and ($3::text is null or lower(brand) = lower($3)) and ($4::bigint is null or effective_price >= $4)"
            " and ($5::bigint is null or effective_price <= $5) and (not $6 or stock > 0)",
            wanted.store_id,
            subtree,
            brand,
            lowest,
            highest,
            in_stock,
        )
        seen: list[UUID] = []
        while True:
            page = await search(conn, EMBEDDER, replace(wanted, offset=len(seen)))
            seen += [hit.product.id for hit in page.hits]
            assert len(page.hits) == min(size, matching - len(seen) + len(page.hits))
            assert page.has_more == (len(seen) < matching)
            if not page.has_more:
                break
        assert len(set(seen)) == len(seen) == matching


async def analyzed(conn: Connection, query: SearchQuery) -> dict[str, Any]:
    """The plan of a search as it was carried out, by the names of its steps."""
    vector = (await EMBEDDER.embed([query.text]))[0]
    asked = terms(query.text)
    log: tuple[object, ...] = (None, None, "model", {}, 0, datetime(2026, 1, 1, tzinfo=UTC), False)
    explain = f"explain (analyze, format json) {_statement(query, asked)}"
    ((plan,),) = await conn.fetch(explain, query.text, vector, *_arguments(query, asked), *log)
    return {part["Subplan Name"]: part for part in plan[0]["Plan"]["Plans"] if "Subplan Name" in part}


@pytest.mark.parametrize(
    ("text", "size", "read"),
    [
        ("lamp", 10, False),
        ("lamp", 50, False),
        ("lamp", 51, True),
        ("kestrel lamp", 20, False),
        ("kestrel lamp", 21, True),
    ],
)
async def test_a_page_that_names_more_than_fill_is_not_filled_by_meaning(
    shop: Database, text: str, size: int, read: bool
) -> None:
    async with shop.transaction() as conn:
        assert await conn.fetchval("select count(*) from products where name like '%lamp%'") == 151
        assert await conn.fetchval("select count(*) from products where name like 'Kestrel%lamp%'") == 37
        query = SearchQuery(text=text, limit=size)
        assert ((await analyzed(conn, query))["CTE indexed"]["Actual Rows"] > 0) == read
        assert all("lamp" in name for name in names(await search(conn, EMBEDDER, query)))


@pytest.mark.parametrize(("size", "read"), [(14, False), (15, True)])
async def test_names_more_than_fill_a_page_when_they_are_a_fifth_more(shop: Database, size: int, read: bool) -> None:
    async with shop.transaction() as conn:
        store = await store_id(conn, "two")
        assert (
            await conn.fetchval("select count(*) from products where name like '%lamp%' and store_id = $1", store) == 17
        )
        query = SearchQuery(text="lamp", store_id=store, limit=size)
        assert ((await analyzed(conn, query))["CTE indexed"]["Actual Rows"] > 0) == read


@pytest.mark.parametrize("size", [4, 10, 20])
@pytest.mark.parametrize(
    ("store", "text"),
    [
        ("one", "lamp"),
        ("one", "0123"),
        ("one", "wh1000xm5"),
        ("cables", "cat6a"),
        ("cables", "cable"),
        ("tableware", "stoneware"),
    ],
)
async def test_no_page_repeats_a_product_of_another(shop: Database, store: str, text: str, size: int) -> None:
    async with shop.connection() as conn:
        of = await store_id(conn, store)
        found = await all_pages(conn, EMBEDDER, SearchQuery(text=text, store_id=of, limit=size))
        assert len(found) == len(set(found)) == await conn.fetchval(OF_STORE, of)


@pytest.mark.parametrize("filters", [{}, {"max_price": 3000}, {"brand": "Lumen"}])
@pytest.mark.parametrize(("store", "text"), [("one", "lamp"), ("tableware", "stoneware")])
async def test_nor_where_vectors_are_missing_or_of_another_model(
    shop: Database, store: str, text: str, filters: dict[str, Any]
) -> None:
    async with shop.connection() as conn:
        of = await store_id(conn, store)
        query = SearchQuery(text=text, store_id=of, limit=20, **filters)
        true = set(await all_pages(conn, EMBEDDER, query))
        found = await all_pages(conn, OfThreeNumbers(), query)
        assert (len(found), set(found)) == (len(true), true)
        transaction = conn.transaction()
        await transaction.start()
        await conn.execute("update products set embedding = null where stock % 2 = 0 or sku like '%7'")
        found = await all_pages(conn, EMBEDDER, query)
        assert (len(found), set(found)) == (len(true), true)
        await transaction.rollback()


async def all_pages(conn: Connection, embedder: Embedder, query: SearchQuery) -> list[str]:
    found: list[str] = []
    while (page := await search(conn, embedder, replace(query, offset=len(found)))).hits:
        found += [hit.product.sku for hit in page.hits]
    return found


class OfThreeNumbers:
    """A model whose vectors have another dimension than those in the database."""

    model, dim = "three", 3

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), 3), 3**-0.5, dtype=np.float32)


async def test_pages_beyond_the_names_that_hold_every_word_go_on_with_what_is_like_it(shop: Database) -> None:
    found: list[str] = []
    while len(found) < 60:
        found += names(await find(shop, "reading lamp", limit=5, offset=len(found)))
    every = sum("reading lamp" in name for name in found)
    assert 15 <= every < 40
    assert all("reading lamp" in name for name in found[:every])
    assert all("lamp" in name for name in found[every:])


async def test_all_that_hold_every_word_come_before_the_rest(shop: Database) -> None:
    found: list[str] = []
    while len(found) < 180:
        found += names(await find(shop, "stoneware", store_id=None, limit=20, offset=len(found)))
    # 80 are ranked; 60 more may be there by their meaning, and then the others.
    assert sum("plate" in name for name in found) == 120
    assert len(set(found)) == 180
