from __future__ import annotations

from decimal import Decimal

import pytest

from storage.products import Product
from storage.stores import Store
from tests.support.factory import change_product, make_category, make_product, make_store, unique
from tests.support.problems import problem
from tests.support.service import Ground, Running

PRICES = (500, 300, 400, 300, 900)


@pytest.fixture(scope="module")
async def store(ground: Ground) -> Store:
    async with ground.database.connection() as conn:
        return await make_store(conn)


@pytest.fixture(scope="module")
async def products(ground: Ground, store: Store) -> list[Product]:
    async with ground.database.connection() as conn:
        made = [
            await make_product(conn, store, name=f"P{index}", price=price, rating=Decimal(index), stock=index)
            for index, price in enumerate(PRICES)
        ]
        await change_product(conn, await make_product(conn, store, name="Gone", price=1), is_active=False)
    return made


async def names(here: Running, **query: str | int) -> list[str]:
    """Every product of the list, page by page."""
    found: list[str] = []
    asked: dict[str, str | int] = dict(query)
    while True:
        response = await here.browser.http.get("/v1/products", params=asked)
        assert response.status_code == 200, response.text
        page = response.json()
        assert len(page["items"]) <= int(str(query.get("limit", 20)))
        found += [item["name"] for item in page["items"]]
        if page["next"] is None:
            return found
        asked["cursor"] = page["next"]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("oldest", "P0 P1 P2 P3 P4"),
        ("price", "P1 P3 P2 P0 P4"),
        ("-price", "P4 P0 P2 P1 P3"),
        ("-rating", "P4 P3 P2 P1 P0"),
    ],
)
async def test_every_order_is_read_page_by_page(
    here: Running, store: Store, products: list[Product], sort: str, expected: str, limit: int
) -> None:
    assert await names(here, store=store.slug, sort=sort, limit=limit) == expected.split()


@pytest.mark.parametrize("sort", ["oldest", "price"])
async def test_filters(here: Running, ground: Ground, sort: str) -> None:
    async with ground.database.connection() as conn:
        shop = await make_store(conn)
        parent, slug = unique("c"), unique("c")
        above = await make_category(conn, "Parent", slug=parent)
        child = await make_category(conn, "Child", parent_id=above, slug=slug)
        await make_product(conn, shop, name="A", price=1000, brand="Halm", category_id=child)
        await make_product(conn, shop, name="B", price=2000, discount_percent=Decimal(50), stock=0)
    for query, expected in (
        ({"brand": "halm"}, ["A"]),
        ({"category": parent}, ["A"]),
        ({"category": slug}, ["A"]),
        ({"min_price": 1001}, []),
        ({"max_price": 1000}, ["A", "B"]),
        ({"in_stock": "true"}, ["A"]),
    ):
        assert await names(here, store=shop.slug, sort=sort, **query) == expected


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"store": "nowhere"}, 404, "not-found"),
        ({"category": "nowhere"}, 404, "not-found"),
        ({"sort": "colour"}, 422, "bad-fields"),
        ({"min_price": "-1"}, 422, "bad-fields"),
        ({"limit": "101"}, 422, "bad-fields"),
        ({"cursor": "x"}, 422, "bad-fields"),
        ({"colour": "red"}, 422, "bad-fields"),
    ],
)
async def test_what_is_wrong_is_refused(here: Running, query: dict[str, str], status: int, code: str) -> None:
    found = problem(await here.browser.http.get("/v1/products", params=query), status, code)
    assert [fault.field for fault in found.errors] == list(query)


async def test_a_cursor_belongs_to_its_order(here: Running, store: Store, products: list[Product]) -> None:
    first = (await here.browser.http.get("/v1/products", params={"store": store.slug, "limit": 2})).json()
    other = {"store": store.slug, "limit": 2, "sort": "price", "cursor": first["next"]}
    problem(await here.browser.http.get("/v1/products", params=other), 422, "bad-fields")
