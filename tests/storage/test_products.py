from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import product_families, products
from storage.database import Database
from storage.errors import NotFound
from storage.money import Money
from storage.products import Filters
from tests.support.factory import change_product, make_category, make_image, make_product, make_store


async def test_a_product_comes_with_its_category_path_and_main_picture(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        outdoor = await make_category(conn, "Outdoor", slug="outdoor")
        packs = await make_category(conn, "Backpacks", slug="backpacks", parent_id=outdoor)
        product = await make_product(conn, store, category_id=packs, specifications={"volume": 40, "frame": True})
        await make_image(conn, product, url="https://shop.example/a.jpg", alt="A backpack")
        found = await products.get(conn, product.id)
        assert (found.category_slug, found.category_path) == ("backpacks", ("Outdoor", "Backpacks"))
        assert found.image is not None
        assert (found.image.url, found.image.alt) == ("https://shop.example/a.jpg", "A backpack")
        assert found.specifications == {"volume": 40, "frame": True}


async def test_many_keep_the_order_of_their_ids_and_leave_out_what_is_gone(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        first, second, gone = [await make_product(conn, store, name=name) for name in ("One", "Two", "Gone")]
        await change_product(conn, gone, is_active=False)
        found = await products.get_many(conn, [second.id, uuid4(), gone.id, first.id])
        assert [product.name for product in found] == ["Two", "One"]
        for missing in (gone.id, uuid4()):
            with pytest.raises(NotFound):
                await products.get(conn, missing)


async def test_pages_by_cursor_hold_every_product_once(database: Database) -> None:
    async with database.connection() as conn:
        store, other = await make_store(conn), await make_store(conn)
        made = [(await make_product(conn, store, name=f"Product {number}")).id for number in range(5)]
        await make_product(conn, other)
        seen, cursor = [], None
        for _ in range(3):
            page, cursor = await products.page(conn, Filters(store_id=store.id), after=cursor, limit=2)
            seen += [product.id for product in page]
        assert (seen, cursor) == (made, None)


@pytest.mark.parametrize(("order", "expected"), [("price", "BDACE"), ("-price", "EACDB"), ("-rating", "CADEB")])
async def test_pages_in_another_order_hold_every_product_once(
    database: Database, order: products.Order, expected: str
) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        for name, price, rating in zip("ABCDE", (300, 100, 300, 200, 500), (4, None, 5, 3, 1), strict=True):
            await make_product(conn, store, name=name, price=price, rating=None if rating is None else Decimal(rating))
        seen, cursor = "", None
        for _ in range(3):
            page, cursor = await products.sorted_page(conn, Filters(store_id=store.id), order, after=cursor, limit=2)
            seen += "".join(product.name for product in page)
        assert (seen, cursor) == (expected, None)


async def test_a_family_is_a_filter(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        small, _ = [await make_product(conn, store) for _ in range(2)]
        family_id = await product_families.add(conn, store.id, "shoe", "Shoe")
        await product_families.join(conn, family_id, small.id, {"size": "40"})
        for found in (
            (await products.page(conn, Filters(family_id=family_id)))[0],
            (await products.sorted_page(conn, Filters(family_id=family_id), "price"))[0],
        ):
            assert [(one.id, one.family_id, one.options) for one in found] == [(small.id, family_id, {"size": "40"})]


async def test_filters_look_at_the_price_after_the_discount_and_the_whole_subtree(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        outdoor = await make_category(conn, "Outdoor", slug="outdoor")
        packs = await make_category(conn, "Backpacks", slug="backpacks", parent_id=outdoor)
        reduced = await make_product(
            conn, store, category_id=packs, price=10_000, discount_percent=Decimal(30), brand="Kestrel"
        )
        await make_product(conn, store, category_id=outdoor, price=9_000, brand="Gull", stock=0)

        async def ids(wanted: Filters) -> list[object]:
            return [product.id for product in (await products.page(conn, wanted))[0]]

        assert await ids(Filters(max_price=7_000)) == [reduced.id]
        assert await ids(Filters(min_price=7_001)) != [reduced.id]
        assert len(await ids(Filters(category="outdoor"))) == 2
        assert await ids(Filters(category="backpacks")) == [reduced.id]
        assert await ids(Filters(category="nowhere")) == []
        assert await ids(Filters(brand="kestrel")) == [reduced.id]
        assert await ids(Filters(in_stock=True)) == [reduced.id]


@given(price=st.integers(0, 10**9), percent=st.decimals(0, 100, places=2))
def test_a_discount_never_makes_a_price_negative_or_higher(price: int, percent: Decimal) -> None:
    assert 0 <= products.effective_price(price, percent) <= price


@pytest.mark.parametrize(
    ("price", "percent", "left"), [(999, "12.5", 874), (5, "50", 3), (15, "50", 8), (100, "0", 100), (7, "100", 0)]
)
async def test_half_a_cent_is_rounded_up_in_python_and_in_the_database(
    database: Database, price: int, percent: str, left: int
) -> None:
    async with database.connection() as conn:
        product = await make_product(conn, await make_store(conn), price=price, discount_percent=Decimal(percent))
        assert product.effective_price == products.effective_price(price, Decimal(percent)) == left
        assert product.pays == Money(left, "EUR")
