from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import cast
from xml.etree import ElementTree

import asyncpg
import pytest

from storage import categories, documents, products, search, stores
from storage.clock import utc_now
from storage.database import Database, bulk
from storage.embedder import WordLlamaEmbedder
from storage.feed import ProductRow, Reader
from storage.sample import catalogue, load_sample
from storage.sample.catalogue import SLUGS, SampleStore
from storage.sample.drawings import DRAWINGS, draw
from storage.sample.drawings.ink import NAMED
from storage.search import SearchQuery
from storage.upsert import Outcome

STORES = [catalogue.read(slug) for slug in SLUGS]
ROWS = [Reader(store.currency).row(row) for store in STORES for row in store.rows]

TABLES = (
    "stores", "categories", "products", "product_images", "documents", "document_chunks", "embeddings_meta", "users",
    "reviews",
)  # fmt: skip


def _texts() -> Iterator[tuple[str, str]]:
    for row in ROWS:
        yield row.sku, row.description
        yield row.sku, row.short_description


def test_three_stores_with_a_currency_each_and_about_three_hundred_products() -> None:
    assert len({store.currency for store in STORES}) == 3
    assert 280 <= len(ROWS) <= 330
    assert all(len(store.rows) >= 80 for store in STORES)


@pytest.mark.parametrize("field", ["sku", "part_number", "name", "description", "short_description"])
def test_no_two_products_share(field: str) -> None:
    counted = Counter(getattr(row, field).lower() for row in ROWS)
    assert [value for value, count in counted.items() if count > 1] == []


def test_texts_say_something_and_not_too_much() -> None:
    for row in ROWS:
        assert 80 <= len(row.description) <= 600, row.sku
        assert 15 <= len(row.short_description) <= 100, row.sku
        assert row.description.endswith("."), row.sku
        assert len(row.specifications) >= 3, row.sku
        assert len(row.tags) >= 2, row.sku


def test_texts_do_not_praise() -> None:
    praise = re.compile(
        r"\b(amazing|awesome|best-in-class|revolutionary|stunning|must-have|game.?changer|cutting.edge|ultimate"
        r"|premium quality|world.class|elevate|unleash|seamlessly)\b",
        re.IGNORECASE,
    )
    assert [(sku, text) for sku, text in _texts() if praise.search(text)] == []


def test_texts_are_not_made_from_a_template() -> None:
    phrases: Counter[tuple[str, ...]] = Counter()
    for row in ROWS:
        words = re.findall(r"[a-z']+", row.description.lower())
        phrases.update(set(zip(*(words[start:] for start in range(5)), strict=False)))
    assert [phrase for phrase, count in phrases.items() if count > 2] == []


def test_prices_stock_and_ratings_are_those_of_a_shop() -> None:
    for row in ROWS:
        assert 500 <= row.price <= 100_000, row.sku
        assert Decimal(3) <= (row.rating or 0) <= 5, row.sku
        assert row.rating_count >= 10, row.sku
    assert 10 <= sum(row.stock == 0 for row in ROWS) <= 40
    assert sum(1 <= row.stock <= 5 for row in ROWS) >= 15
    assert 30 <= sum(row.discount_percent > 0 for row in ROWS) <= 80


def test_every_shelf_has_something_to_compare() -> None:
    shelves = Counter(row.category for row in ROWS)
    assert all(2 <= len(path) <= 3 for path in shelves)
    assert sum(count >= 4 for count in shelves.values()) >= 35
    running = [row for row in ROWS if "Running shoes" in row.category and row.stock]
    under_80 = [row for row in running if products.effective_price(row.price, row.discount_percent) < 8000]
    assert len(under_80) >= 5
    assert len(running) - len(under_80) >= 5


def test_brands_belong_to_one_store() -> None:
    homes = {(row.brand, row.currency) for row in ROWS}
    assert len(homes) == len({brand for brand, _ in homes})


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.slug)
def test_every_store_has_its_policies(store: SampleStore) -> None:
    assert {"returns", "shipping", "warranty", "payment"} <= {policy.kind for policy in store.policies}
    for policy in store.policies:
        assert len(policy.chunks) >= 3
        assert all(30 < len(chunk) < 1000 for chunk in policy.chunks)
        assert all(chunk in policy.content for chunk in policy.chunks)


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.slug)
def test_reviews_are_of_products_of_the_store_and_not_all_kind(store: SampleStore) -> None:
    assert {review.sku for review in store.reviews} <= {row["sku"] for row in store.rows}
    assert len({(review.sku, review.shopper) for review in store.reviews}) == len(store.reviews) >= 50
    assert sum(review.rating <= 3 for review in store.reviews) >= 8


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_is_a_safe_self_contained_svg(kind: str) -> None:
    content = draw(kind, "coral")
    assert content == draw(kind, "coral") != draw(kind, "black")
    root = ElementTree.fromstring(content)
    assert root.attrib["viewBox"] == "0 0 400 400"
    names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
    assert names <= {"svg", "g", "path", "rect", "circle", "ellipse"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or "href" in name or name == "style"}
    assert b"url(" not in content
    assert len(content) < 10_000


def test_every_drawing_and_colour_is_used() -> None:
    products_of = [product for store in STORES for product in store.pictures]
    assert len(products_of) == len(ROWS)
    pictures = {picture.content for picture in products_of}
    for kind in DRAWINGS:
        assert any(draw(kind, colour) in pictures for colour in NAMED), kind
    assert {str(row.specifications["colour"]) for row in ROWS} == set(NAMED)


def test_a_colour_must_be_known() -> None:
    with pytest.raises(KeyError):
        draw("tent", "no such colour")


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    async with bulk(database_url) as conn:
        yield conn


async def _everything(conn: asyncpg.Connection[asyncpg.Record]) -> dict[str, list[str]]:
    return {
        table: [row[0] for row in await conn.fetch(f"select t::text from {table} t order by t.id")] for table in TABLES
    }


@pytest.fixture(scope="module")
def embedder() -> WordLlamaEmbedder:
    return WordLlamaEmbedder.load()


async def test_loading_again_changes_nothing(
    conn: asyncpg.Connection[asyncpg.Record], embedder: WordLlamaEmbedder
) -> None:
    first = await load_sample(conn, embedder)
    assert sum(written.outcome.added for written in first if written.outcome) == len(ROWS)
    before = await _everything(conn)
    assert {table for table, rows in before.items() if not rows} == set()

    left_alone = await load_sample(conn, embedder)
    assert [written.outcome for written in left_alone] == [None, None, None]
    written_over = await load_sample(conn, embedder, again=True)
    assert [written.outcome for written in written_over] == [Outcome(0, 0, len(store.rows)) for store in STORES]
    assert await _everything(conn) == before


async def test_what_shoppers_bought_stays_bought_unless_asked(
    conn: asyncpg.Connection[asyncpg.Record], embedder: WordLlamaEmbedder
) -> None:
    await load_sample(conn, embedder)
    sold = "update products set stock = 1 where sku = 'FW-RR-01'"
    await conn.execute(sold)
    await load_sample(conn, embedder)
    assert await conn.fetchval("select stock from products where sku = 'FW-RR-01'") == 1
    await load_sample(conn, embedder, again=True)
    assert await conn.fetchval("select stock from products where sku = 'FW-RR-01'") == 64


async def test_every_store_has_its_tax_and_keeps_it_with_its_files(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    await load_sample(conn, None)
    taxes = "select slug, tax_percent, tax_included from stores order by slug"
    told = [("deskwright", Decimal("8.25"), False), ("fernweg", Decimal(19), True), ("hearth", Decimal(20), True)]
    assert [tuple(row) for row in await conn.fetch(taxes)] == told
    await conn.execute("update stores set tax_percent = 0")
    await load_sample(conn, None, again=True)
    assert [tuple(row) for row in await conn.fetch(taxes)] == told


async def test_a_broken_load_leaves_no_half_store(
    conn: asyncpg.Connection[asyncpg.Record], embedder: WordLlamaEmbedder
) -> None:
    await conn.execute("alter table reviews add constraint no_reviews check (false)")
    with pytest.raises(asyncpg.CheckViolationError):
        await load_sample(conn, embedder)
    assert await conn.fetchval("select count(*) from stores") == 0
    assert await conn.fetchval("select count(*) from products") == 0


async def test_without_an_embedder_there_are_no_vectors(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    await load_sample(conn, None)
    assert await conn.fetchval("select count(*) from products where embedding is null") == len(ROWS)
    assert await conn.fetchval("select count(*) from document_chunks where embedding is not null") == 0
    assert await conn.fetchval("select count(*) from embeddings_meta") == 0


@pytest.fixture(scope="module")
async def loaded(module_database: Database, embedder: WordLlamaEmbedder) -> Database:
    """The sample as the rest of the program sees it."""
    async with module_database.connection() as conn:
        await load_sample(cast("asyncpg.Connection[asyncpg.Record]", conn), embedder)
    return module_database


async def test_the_first_store_is_the_default(loaded: Database) -> None:
    async with loaded.connection() as conn:
        assert (await stores.default(conn)).slug == SLUGS[0]
        assert {store.currency for store in await stores.all_active(conn)} == {"EUR", "GBP", "USD"}


async def test_every_product_has_one_main_picture_in_the_database(loaded: Database) -> None:
    async with loaded.connection() as conn:
        kept = await conn.fetchval("select count(*) from product_images where is_primary and content is not null")
        page, _ = await products.page(conn, products.Filters(), limit=500)
    assert kept == len(page) == len(ROWS)
    assert all(product.image and product.image.url is None and product.image.alt for product in page)


async def test_category_slugs_need_no_numbers(loaded: Database) -> None:
    async with loaded.connection() as conn:
        tree = await categories.tree(conn)
    assert [category.slug for category in tree if re.search(r"-\d+$", category.slug)] == []


@pytest.mark.parametrize(
    ("slug", "asked", "shelf"),
    [
        ("fernweg", "running shoes", "Running shoes"),
        ("fernweg", "a waterproof jacket for a child", "Children's clothing"),
        ("fernweg", "two person tent", "Tents"),
        ("hearth", "coffee grinder", "Coffee grinders"),
        ("hearth", "cast iron frying pan", "Frying pans"),
        ("deskwright", "quiet mechanical keyboard", "Keyboards"),
        ("deskwright", "noise cancelling headphones", "Headphones"),
    ],
)
async def test_what_people_ask_for_is_found(
    loaded: Database, embedder: WordLlamaEmbedder, slug: str, asked: str, shelf: str
) -> None:
    async with loaded.connection() as conn:
        store = await stores.by_slug(conn, slug)
        found = await search.search(conn, embedder, SearchQuery(text=asked, store_id=store.id, limit=3), clock=utc_now)
    # The third may be a neighbour: a teapot is of cast iron too.
    assert all(shelf in hit.product.category_path for hit in found.hits[:2])
    assert len(found.hits) == 3


@pytest.mark.parametrize(
    ("slug", "asked", "kind"),
    [
        ("fernweg", "can I return running shoes I have worn?", "returns"),
        ("hearth", "how much is next day delivery?", "shipping"),
        ("deskwright", "how long is the warranty on a keyboard?", "warranty"),
        ("fernweg", "shipping costs", "shipping"),
        ("deskwright", "shipping costs", "shipping"),
        ("fernweg", "do you ship to Switzerland?", "shipping"),
    ],
)
async def test_policies_answer_questions(
    loaded: Database, embedder: WordLlamaEmbedder, slug: str, asked: str, kind: str
) -> None:
    async with loaded.connection() as conn:
        store = await stores.by_slug(conn, slug)
        passages = await documents.search(conn, embedder, store.id, asked)
    assert passages[0].slug == kind


def test_rows_are_read_as_the_files_say() -> None:
    (row,) = (row for row in ROWS if row.sku == "FW-RR-05")
    assert isinstance(row, ProductRow)
    assert row.price == 8990
    assert products.effective_price(row.price, row.discount_percent) == 7642
    assert row.specifications["heel drop"] == "8 mm"
    assert row.category == ("Shoes", "Running shoes", "Road running shoes")
