from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from storage.database import Database
from storage.search import SearchQuery, look, search
from tests.support.factory import make_person
from tests.support.search_shop import EMBEDDER, find, names, rows, searched_shop, store_id

OF_SEARCHES = "from pg_prepared_statements where statement ~ '\\nwith subtree as materialized'"


@pytest.fixture(scope="module")
async def shop(server_url: str) -> AsyncIterator[Database]:
    async with searched_shop(server_url) as database:
        yield database


async def test_what_is_asked_for_comes_first(shop: Database) -> None:
    page = await find(shop, "reading lamp")
    assert all("reading lamp" in name for name in names(page))
    assert page.suitable
    assert page.has_more
    assert [hit.score for hit in page.hits] == sorted((hit.score for hit in page.hits), reverse=True)


async def test_two_words_find_the_one_they_make(shop: Database) -> None:
    assert names(await find(shop, "head set"))[0] == "Kestrel headset for calls"


@pytest.mark.parametrize("text", ["MN-0123/X4", "mn0123x4", "MN 0123 X4", "MN-0123/X5", "MN-01235/X4", "XN-0123/X4"])
async def test_a_part_number_is_found_without_punctuation_and_with_a_typo(shop: Database, text: str) -> None:
    assert (await find(shop, text)).hits[0].product.sku == "P123"


async def test_a_part_number_inside_a_sentence(shop: Database) -> None:
    assert (await find(shop, "do you have the WH-1000XM5/B in stock")).hits[0].product.sku == "hs"


async def test_nothing_suitable_says_so_and_still_shows_what_is_nearest(shop: Database) -> None:
    page = await find(shop, "diesel locomotive spare boiler")
    assert not page.suitable
    assert len(page.hits) == 10


async def test_no_text_is_everything_behind_the_filters(shop: Database) -> None:
    page = await find(shop, "  ", category="bags", limit=200)
    assert {hit.product.category_path[-1] for hit in page.hits} == {"Bags"}
    assert len(page.hits) == sum("Bags" in str(row["product_category"]) for _, row in rows()[:-1])
    assert page.suitable


async def test_nothing_behind_the_filters_is_an_empty_page(shop: Database) -> None:
    page = await find(shop, "lamp", brand="Nobody")
    assert (page.hits, page.suitable, page.has_more) == ((), False, False)


async def test_every_hit_keeps_to_the_filters(shop: Database) -> None:
    page = await find(shop, "lamp", category="lamps", brand="LUMEN", min_price=1500, max_price=3000, in_stock=True)
    assert page.hits
    for hit in page.hits:
        assert hit.product.category_slug == "lamps"
        assert hit.product.brand == "Lumen"
        assert 1500 <= hit.product.effective_price <= 3000
        assert hit.product.stock > 0


async def test_the_price_that_counts_is_the_one_after_the_discount(shop: Database) -> None:
    page = await find(shop, "lamp", max_price=999, limit=100)
    assert page.hits
    assert all(hit.product.price > 999 and hit.product.discount_percent == Decimal(50) for hit in page.hits)


async def test_stores_are_apart_unless_none_is_named(shop: Database) -> None:
    async with shop.connection() as conn:
        two = await store_id(conn, "two")
        page = await search(conn, EMBEDDER, SearchQuery(text="lamp", store_id=two, limit=60))
        assert {hit.product.store_id for hit in page.hits} == {two}
        assert len(page.hits) == 50
        both = await search(conn, EMBEDDER, SearchQuery(text="lamp", limit=100))
        assert len({hit.product.store_id for hit in both.hits}) == 2


async def test_what_is_not_active_is_not_found(shop: Database) -> None:
    async with shop.connection() as conn:
        transaction = conn.transaction()
        await transaction.start()
        await conn.execute("update products set is_active = false where sku = 'hs'")
        for text in ("headset", "WH-1000XM5/B"):
            page = await search(conn, EMBEDDER, SearchQuery(text=text))
            assert "hs" not in [hit.product.sku for hit in page.hits]
        await transaction.rollback()


async def test_the_search_is_logged_as_it_was(shop: Database) -> None:
    async with shop.connection() as conn:
        person = await make_person(conn)
        wanted = SearchQuery(text="lamp\x00", store_id=await store_id(conn), brand="Lumen", limit=3)
        page = await search(conn, EMBEDDER, wanted, user_id=person.user_id, session_id=person.session_id)
        (row,) = await conn.fetch("select * from search_logs where id = $1", page.search_id)
        assert (row["query"], row["store_id"], row["user_id"]) == ("lamp", wanted.store_id, person.user_id)
        assert (row["filters"], row["search_type"], row["suitable"]) == ({"brand": "Lumen"}, "hybrid", True)
        assert row["embedding_model"] == EMBEDDER.model
        assert row["results_count"] == 3
        assert row["product_ids"] == [hit.product.id for hit in page.hits]
        assert 0 <= row["response_time_ms"] < 5000


@pytest.mark.parametrize(
    "text",
    ["'", '"', "\\", "a & b | !c:*", "foo <-> bar", "%", "-1", "for a", "or", "x" * 5000, "漢字 كتاب 🎧", "\ud800"],
)
async def test_any_text_is_a_search(shop: Database, text: str) -> None:
    assert len((await find(shop, text)).hits) == 10


async def test_the_settings_of_a_search_stay_in_its_transaction(shop: Database) -> None:
    ask = "select current_setting($1)"
    async with shop.connection() as conn:
        names = ("hnsw.ef_search", "hnsw.iterative_scan", "synchronous_commit")
        before = [await conn.fetchval(ask, name) for name in names]
        for category in (None, "lamps"):
            await search(conn, EMBEDDER, SearchQuery(text="lamp", category=category))
            assert [await conn.fetchval(ask, name) for name in names] == before
        async with conn.transaction():
            await conn.execute("set local synchronous_commit = on")
            await search(conn, EMBEDDER, SearchQuery(text="glow"))
            assert await conn.fetchval(ask, "hnsw.ef_search") == look("glow")
            await search(conn, EMBEDDER, SearchQuery(text="lamp"))
            assert await conn.fetchval(ask, "hnsw.ef_search") == "60"
            await search(conn, EMBEDDER, SearchQuery(text="lamp", category="lamps"))
            assert await conn.fetchval(ask, "hnsw.ef_search") == look("lamp")
            assert await conn.fetchval(ask, "synchronous_commit") == "on"


@pytest.mark.parametrize("text", ["", "lamp", "desk lamp", "MN-0123/X4"])
async def test_a_search_says_nothing_to_its_client_beside_its_rows(shop: Database, text: str) -> None:
    said: list[object] = []

    def listen(_: object, message: object) -> None:
        said.append(message)

    async with shop.connection() as conn:
        conn.add_log_listener(listen)
        await search(conn, EMBEDDER, SearchQuery(text=text))
        conn.remove_log_listener(listen)
    assert said == []


async def test_the_plan_of_a_search_by_store_and_stock_is_kept(shop: Database) -> None:
    kept = f"select sum(generic_plans) {OF_SEARCHES}"
    async with shop.connection() as conn:
        for text in ("lamp", "MN-0123/X4", "a bag to carry a laptop to work in") * 6:
            await search(conn, EMBEDDER, SearchQuery(text=text))
        before = await conn.fetchval(kept)
        for text in ("chair", "MN-0200/X4"):
            await search(conn, EMBEDDER, SearchQuery(text=text, store_id=await store_id(conn), in_stock=True))
        assert await conn.fetchval(kept) == before + 2


@pytest.mark.parametrize(
    "filters",
    [
        {"category": "lamps"},
        {"brand": "Lumen"},
        {"max_price": 3000},
        {"category": "chairs", "brand": "Sedia", "min_price": 1000, "max_price": 2000, "in_stock": True},
    ],
)
async def test_the_plan_of_a_search_by_other_filters_is_kept_for_all_texts(
    shop: Database, filters: dict[str, Any]
) -> None:
    async with shop.connection() as conn:
        made = f"select coalesce(sum(custom_plans), 0) {OF_SEARCHES}"
        before, store = await conn.fetchval(made), await store_id(conn)
        for text in ("lamp", "chair", "something to sit on") * 4:
            await search(conn, EMBEDDER, SearchQuery(text=text, store_id=store, **filters))
        assert await conn.fetchval(made) - before <= 5


async def test_the_nearest_by_the_index_are_the_nearest(shop: Database) -> None:
    async with shop.transaction() as conn:
        await conn.execute("set local hnsw.ef_search = 100; set local hnsw.iterative_scan = relaxed_order")
        texts = ["a lamp to read by in bed", "something to carry my computer in to work", "seat for the kitchen table"]
        for vector in await EMBEDDER.embed(texts):
            near = "select id from products order by centred(embedding) <#> $1 limit 10"
            found = {row["id"] for row in await conn.fetch(near, vector)}
            nearest = "select id from products order by embedding <=> $1 limit 10"
            true = {row["id"] for row in await conn.fetch(nearest, vector)}
            assert len(found & true) >= 9
