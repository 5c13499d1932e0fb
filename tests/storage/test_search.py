from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import categories, load
from storage.database import Connection, Database, bulk
from storage.embedder import Embedder, Vectors, WordLlamaEmbedder
from storage.feed import Reader
from storage.search import SearchPage, SearchQuery, _arguments, _statement, look, search
from storage.search_terms import terms
from tests.conftest import copy, pool
from tests.support.factory import make_person

EMBEDDER = WordLlamaEmbedder.load()

OF_STORE = "select count(*) from products where store_id = $1"
OF_SEARCHES = "from pg_prepared_statements where statement ~ '\\nwith subtree as materialized'"

KINDS = {
    "Lamps": ("reading lamp", "desk lamp", "floor lamp", "bedside lamp"),
    "Chairs": ("office chair", "dining chair", "rocking chair"),
    "Bags": ("backpack", "laptop bag", "travel bag"),
}
BRANDS = ("Lumen", "Sedia", "Kestrel", "Norrland")


def rows() -> list[tuple[int, dict[str, object]]]:
    found: list[tuple[int, dict[str, object]]] = []
    for number in range(400):
        kind = list(KINDS)[number % 3]
        thing = KINDS[kind][number % len(KINDS[kind])]
        found.append(
            (
                number,
                {
                    "id": f"P{number}",
                    "title": f"{BRANDS[number % 4]} {thing} model {number}",
                    "price_cents": 1000 + 10 * number,
                    "discount_percent": 50 if number % 10 == 0 else 0,
                    "brand": BRANDS[number % 4],
                    "product_category": f"Home > {kind}",
                    "stock": number % 5,
                    "mpn": f"MN-{number:04}/X{number % 7}",
                },
            )
        )
    found.append((400, {"id": "hs", "title": "Kestrel headset for calls", "price_cents": 5000, "mpn": "WH-1000XM5/B"}))
    return found


def cables() -> list[tuple[int, dict[str, object]]]:
    """A word that is in some names, and like the part numbers of things whose names do not hold it."""
    found: list[tuple[int, dict[str, object]]] = []
    for number in range(36):
        jack = number % 6 == 0
        thing = "CAT6A keystone jack" if jack else "network cable"
        found.append(
            (
                number,
                {
                    "id": f"C{number}",
                    "title": f"{BRANDS[number % 4]} {thing} {number}",
                    "price_cents": 500 + number,
                    "mpn": f"K{number}" if jack else f"CAT6A{number}",
                },
            )
        )
    return found


def tableware() -> list[tuple[int, dict[str, object]]]:
    """More that hold a word than are ranked for a short page, none of them in its name, and others between."""
    return [
        (
            number,
            {
                "id": f"T{number}",
                "title": f"{BRANDS[number % 4]} {'tray' if number % 4 == 0 else 'plate'} {number}",
                "price_cents": 900 + number,
                "description": "Of painted tin." if number % 4 == 0 else "Of stoneware that is thrown by hand.",
            },
        )
        for number in range(160)
    ]


@pytest.fixture(scope="module")
async def shop(server_url: str) -> AsyncIterator[Database]:
    async with copy(server_url) as url:
        async with bulk(url) as conn:
            stocks = (("one", rows()), ("two", rows()[:50]), ("cables", cables()), ("tableware", tableware()))
            for slug, some in stocks:
                store = await conn.fetchval(
                    "insert into stores (slug, name, currency) values ($1, $1, 'EUR') returning id", slug
                )
                await load.load_products(
                    conn, store, some, embedder=EMBEDDER, reader=Reader("EUR"), report=lambda problem: None
                )
            await conn.execute("analyze products")
        async with pool(url) as database:
            yield database


async def store_id(conn: Connection, slug: str = "one") -> UUID:
    found: UUID = await conn.fetchval("select id from stores where slug = $1", slug)
    return found


async def find(database: Database, text: str, **filters: object) -> SearchPage:
    async with database.connection() as conn:
        query = replace(SearchQuery(text=text, store_id=await store_id(conn)), **filters)  # type: ignore[arg-type]
        return await search(conn, EMBEDDER, query)


def names(page: SearchPage) -> list[str]:
    return [hit.product.name for hit in page.hits]


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
