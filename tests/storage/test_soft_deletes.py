"""What is not active is out of sight, and with it all that is below it; nothing is lost by that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

import pytest

from storage import categories, products, search, stores
from storage.database import Connection, Database
from storage.embedder import Embedder, create
from storage.errors import NotFound
from storage.products import Filters, Product
from storage.search import SearchQuery
from storage.settings import StorageSettings
from storage.stores import Store
from tests.support.factory import change_product, close, make_category, make_product, make_store, move


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return create(StorageSettings())


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[Connection]:
    async with database.connection() as conn:
        yield conn


async def seen(conn: Connection, embedder: Embedder, product: Product) -> bool:
    """Whether the product is shown; by id, in lists and in a search alike."""
    page, _ = await products.page(conn, Filters(store_id=product.store_id))
    found = await search.search(conn, embedder, SearchQuery(text=product.name))
    ways = {
        product.id in [each.id for each in page],
        product.id in [hit.product.id for hit in found.hits],
        bool(await products.get_many(conn, [product.id])),
    }
    assert len(ways) == 1
    return ways.pop()


async def shop(conn: Connection) -> tuple[Store, Product]:
    store = await make_store(conn)
    return store, await make_product(conn, store, name="Quartz lantern")


async def test_a_store_takes_its_products_along_and_brings_them_back(conn: Connection, embedder: Embedder) -> None:
    store, product = await shop(conn)
    withdrawn = await make_product(conn, store)
    await change_product(conn, withdrawn, is_active=False)
    assert await seen(conn, embedder, product)
    await close(conn, "store", store.id)
    assert not await seen(conn, embedder, product)
    assert store.id not in [each.id for each in await stores.all_active(conn)]
    await close(conn, "store", store.id, active=True)
    assert await seen(conn, embedder, product)
    with pytest.raises(NotFound):
        await products.get(conn, withdrawn.id)


async def test_a_category_takes_along_whatever_is_below_it(conn: Connection, embedder: Embedder) -> None:
    store = await make_store(conn)
    top = await make_category(conn, "Light")
    below = await make_category(conn, "Lanterns", parent_id=top)
    product = await make_product(conn, store, name="Quartz lantern", category_id=below)
    await close(conn, "category", top)
    await close(conn, "category", below)
    assert not await seen(conn, embedder, product)
    assert {top, below}.isdisjoint(each.id for each in await categories.tree(conn))
    await close(conn, "category", top, active=True)
    assert not await seen(conn, embedder, product)
    await close(conn, "category", below, active=True)
    assert await seen(conn, embedder, product)


async def test_what_comes_into_a_closed_category_is_not_seen_until_it_leaves(
    conn: Connection, embedder: Embedder
) -> None:
    _, product = await shop(conn)
    closed, open_one = await make_category(conn, "Closed"), await make_category(conn, "Open")
    await close(conn, "category", closed)
    await move(conn, product, closed)
    assert not await seen(conn, embedder, product)
    await move(conn, product, open_one)
    assert await seen(conn, embedder, product)


async def test_a_product_that_goes_out_of_sight_or_stock_writes_no_index(conn: Connection, embedder: Embedder) -> None:
    """An entry in the index of vectors costs more than all the rest."""
    store = await make_store(conn)
    product = await make_product(conn, store, embedder=embedder)
    changes: tuple[dict[str, int], ...] = ({"stock": 0}, {"stock": 5}, {"is_active": False})
    async with conn.transaction():
        for change in changes:
            before = await conn.fetchval("select pg_stat_get_xact_tuples_hot_updated('products'::regclass)")
            await change_product(conn, product, **change)  # type: ignore[arg-type]
            after = await conn.fetchval("select pg_stat_get_xact_tuples_hot_updated('products'::regclass)")
            assert after - before == 1


@pytest.mark.parametrize("what", ["store", "category"])
async def test_closing_writes_each_product_once(database: Database, what: Literal["store", "category"]) -> None:
    async with database.transaction() as conn:
        store, category = await make_store(conn), await make_category(conn, "Light")
        made = [await make_product(conn, store, category_id=category) for _ in range(5)]
    async with database.transaction() as conn:
        await close(conn, what, store.id if what == "store" else category)
        rows = await conn.fetch("select is_active, closed from products where store_id = $1", store.id)
        assert [tuple(row) for row in rows] == [(False, True)] * len(made)
        written = "select n_tup_upd from pg_stat_xact_user_tables where relname = 'products'"
        assert await conn.fetchval(written) == len(made)
