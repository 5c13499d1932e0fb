from __future__ import annotations

from uuid import UUID

import pytest

from api import paging
from storage.stores import Store
from tests.support.factory import make_product, make_store
from tests.support.problems import problem
from tests.support.service import Ground, Running


@pytest.fixture(scope="module")
async def store(ground: Ground) -> Store:
    async with ground.database.connection() as conn:
        made = await make_store(conn)
        for number in range(5):
            await make_product(
                conn, made, name=f"Enamel kettle {number}", price=1000 + number, embedder=ground.embedder
            )
    return made


async def test_a_search_is_read_page_by_page_and_logged(here: Running, store: Store) -> None:
    query: dict[str, str | int] = {"q": "enamel kettle", "store": store.slug, "limit": 2, "max_price": 1003}
    found, logged = [], []
    for _ in range(2):
        page = (await here.browser.http.get("/v1/search", params=query)).json()
        found += [hit["product"]["name"] for hit in page["items"]]
        logged.append(UUID(page["search_id"]))
        assert page["suitable"]
        query["cursor"] = page["next"]
    assert page["next"] is None
    assert sorted(found) == [f"Enamel kettle {number}" for number in range(4)]
    async with here.service.database.connection() as conn:
        texts = [await conn.fetchval("select query from search_logs where id = $1", one) for one in logged]
    assert texts == ["enamel kettle"] * 2


async def test_a_search_is_the_persons_own(here: Running, store: Store) -> None:
    await here.browser.say()
    page = (await here.browser.http.get("/v1/search", params={"q": "kettle"})).json()
    async with here.service.database.connection() as conn:
        owner = await conn.fetchval("select user_id from search_logs where id = $1", UUID(page["search_id"]))
    assert owner is not None


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 422, "q"),
        ({"q": ""}, 422, "q"),
        ({"q": "x" * 1001}, 422, "q"),
        ({"q": "a", "store": "nowhere"}, 404, "store"),
        ({"q": "a", "cursor": paging.cursor([-1])}, 422, "cursor"),
        ({"q": "a", "cursor": paging.cursor([10**9])}, 422, "cursor"),
        ({"q": "a", "limit": "0"}, 422, "limit"),
    ],
)
async def test_what_is_wrong_is_refused(here: Running, query: dict[str, str], status: int, field: str) -> None:
    response = await here.browser.http.get("/v1/search", params=query)
    found = problem(response, status, "not-found" if status == 404 else "bad-fields")
    assert [fault.field for fault in found.errors] == [field]
