from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from storage.products import Product
from storage.stores import Store
from tests.support.factory import buy, make_person, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def shop_of(here: Running) -> tuple[Store, Product, Product]:
    """A store with a tent and a stove that somebody bought together."""
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        tent = await make_product(conn, store, name="Tent", rating=Decimal("4.0"))
        stove = await make_product(conn, store, name="Stove", rating=Decimal("4.5"))
        await buy(conn, await make_person(conn), tent, stove)
    return store, tent, stove


async def test_what_goes_with_a_product_and_what_comes_of_it(here: Running) -> None:
    store, tent, stove = await shop_of(here)
    async with shopper(here) as one, shopper(here, "admin") as admin:
        asked = {"product_id": str(tent.id), "alpha": "0.35", "k": "1"}
        told = (await one.http.get("/v1/recommendations", params=asked)).json()
        (item,) = told["items"]
        assert (item["product"]["id"], item["reasons"], item["score"]) == (str(stove.id), ["together"], 0.35)
        cart = (await one.http.post("/v1/carts", json={"store": store.slug})).json()["id"]
        await one.http.put(f"/v1/carts/{cart}/items/{stove.id}", json={"quantity": 1})
        click = {
            "id": "1", "type": "recommendation_click", "product_id": str(stove.id),
            "recommendation_id": told["recommendation_id"],
        }  # fmt: skip
        await one.http.post("/v1/events", json={"events": [click]})
        assert (await one.http.get("/v1/recommendations", params=asked)).json()["items"] == []
        report = (await admin.http.get("/v1/recommendations/report", params={"store": store.slug})).json()
    (figures,) = report["alphas"]
    assert (figures["alpha"], figures["recommendations"], figures["shown"]) == (0.35, 2, 1)
    assert (figures["clicked"], figures["added"], figures["purchased"]) == (1, 1, 0)
    assert (figures["click_rate"], figures["add_rate"], figures["purchase_rate"]) == (1.0, 1.0, 0.0)


async def test_a_stranger_gets_what_is_well_rated_and_stays_one(here: Running) -> None:
    store, _, stove = await shop_of(here)
    answer = await here.browser.http.get("/v1/recommendations", params={"store": store.slug, "k": 1})
    assert [item["product"]["id"] for item in answer.json()["items"]] == [str(stove.id)]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"k": "0"}, "k"), ({"k": "51"}, "k"), ({"alpha": "1.1"}, "alpha"), ({"alpha": "-1"}, "alpha"), ({"n": "1"}, "n")],
)
async def test_what_cannot_be_asked(here: Running, asked: dict[str, str], field: str) -> None:
    found = problem(await here.browser.http.get("/v1/recommendations", params=asked), 422, "bad-fields")
    assert [fault.field for fault in found.errors] == [field]


async def test_what_is_not_there(here: Running) -> None:
    store, _, _ = await shop_of(here)
    _, elsewhere, _ = await shop_of(here)
    for asked in (
        {"product_id": str(uuid4())},
        {"store": "nowhere"},
        {"store": store.slug, "product_id": str(elsewhere.id)},
    ):
        problem(await here.browser.http.get("/v1/recommendations", params=asked), 404, "not-found")


async def test_the_report_is_for_administrators(here: Running) -> None:
    async with shopper(here, "moderator") as one:
        problem(await one.http.get("/v1/recommendations/report"), 403, "forbidden")
    problem(await here.browser.http.get("/v1/recommendations/report"), 401, "sign-in-needed")
