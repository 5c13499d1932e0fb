from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.factory import unique
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def added(http: httpx.AsyncClient, what: str, **said: object) -> dict[str, Any]:
    response = await http.post(f"/v1/staff/{what}", json=said)
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    return told


async def changed(http: httpx.AsyncClient, what: str, entity_id: str, **said: object) -> dict[str, Any]:
    response = await http.patch(f"/v1/staff/{what}/{entity_id}", json=said)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def test_a_shop_is_made_sold_from_changed_and_closed(here: Running) -> None:
    async with shopper(here, "admin") as admin, shopper(here) as user:
        slug = unique("shop")
        store = await added(admin.http, "stores", slug=slug, name="Fernweg", currency="EUR")
        top = await added(admin.http, "categories", slug=unique("top"), name="Kitchen")
        low = await added(admin.http, "categories", slug=unique("low"), name="Kettles", parent=top["slug"])
        product = await added(
            admin.http, "products", store=slug, sku="k1", name="Enamel kettle", price=4_000, stock=3,
            category=low["slug"], tags=["tea"], specifications={"volume": 1.5}, discount_percent="12.50",
        )  # fmt: skip
        shown = f"/v1/products/{product['id']}"
        told = (await user.http.get(shown)).json()
        assert (told["price"], told["effective_price"], told["category"]) == (4_000, 3_500, ["Kitchen", "Kettles"])
        found = await user.http.get("/v1/search", params={"q": "something to boil water", "store": slug})
        assert [hit["product"]["id"] for hit in found.json()["items"]] == [product["id"]]

        again = await changed(admin.http, "products", product["id"], price=5_000, brand="Halm")
        assert (again["price"], again["brand"], again["stock"], again["tags"]) == (5_000, "Halm", 3, ["tea"])
        log = (await admin.http.get("/v1/audit-log", params={"entity_id": product["id"]})).json()["items"]
        assert [(each["action"], each["before"]) for each in log] == [
            ("change", {"brand": None, "price": 4_000}),
            ("create", {}),
        ]
        assert log[0]["after"] == {"brand": "Halm", "price": 5_000}

        for what, entity in (("stores", store), ("categories", top), ("products", product)):
            assert (await changed(admin.http, what, entity["id"], active=False))["active"] is False
            problem(await user.http.get(shown), 404, "not-found")
            kept = (await admin.http.get(f"/v1/staff/products/{product['id']}")).json()
            assert kept["active"] is (what != "products")
            assert (await changed(admin.http, what, entity["id"], active=True))["active"] is True
            assert (await user.http.get(shown)).status_code == 200


async def test_a_change_of_what_is_closed_with_its_store_does_not_close_it(here: Running) -> None:
    async with shopper(here, "admin") as admin:
        slug = unique("shop")
        store = await added(admin.http, "stores", slug=slug, name="Fernweg", currency="EUR")
        product = await added(admin.http, "products", store=slug, sku="k1", name="Kettle", price=1)
        await changed(admin.http, "stores", store["id"], active=False)
        await changed(admin.http, "products", product["id"], stock=9)
        problem(await admin.http.get(f"/v1/products/{product['id']}"), 404, "not-found")
        await changed(admin.http, "stores", store["id"], active=True)
        assert (await admin.http.get(f"/v1/products/{product['id']}")).json()["stock"] == 9


async def test_what_is_taken_or_not_there_is_refused(here: Running) -> None:
    async with shopper(here, "admin") as admin:
        http, slug = admin.http, unique("shop")
        await added(http, "stores", slug=slug, name="Fernweg", currency="EUR")
        category = await added(http, "categories", slug=unique("a"), name="A")
        below = await added(http, "categories", slug=unique("b"), name="B", parent=category["slug"])
        product = {"store": slug, "sku": "k1", "name": "Kettle", "price": 1}
        made = await added(http, "products", **product)
        for what, said, status, code in (
            ("stores", {"slug": slug, "name": "x", "currency": "EUR"}, 409, "name-taken"),
            ("categories", {"slug": below["slug"], "name": "x"}, 409, "name-taken"),
            ("products", product, 409, "name-taken"),
            ("products", product | {"sku": "k2", "category": "nowhere"}, 422, "invalid"),
            ("products", product | {"sku": "k2", "store": "nowhere"}, 404, "not-found"),
            ("products", product | {"sku": "k2", "price": -1}, 422, "bad-fields"),
            ("stores", {"slug": "No Slug", "name": "x", "currency": "euro"}, 422, "bad-fields"),
        ):
            problem(await http.post(f"/v1/staff/{what}", json=said), status, code)
        loop = await http.patch(f"/v1/staff/categories/{category['id']}", json={"parent": below["slug"]})
        problem(loop, 422, "invalid")
        assert (await changed(http, "products", made["id"]))["sku"] == "k1"


@pytest.mark.parametrize("what", ["stores", "categories", "products"])
async def test_sent_again_with_its_key_it_is_added_once(here: Running, what: str) -> None:
    async with shopper(here, "admin") as admin:
        slug = unique("shop")
        await added(admin.http, "stores", slug=slug, name="Fernweg", currency="EUR")
        said: dict[str, object] = {"slug": unique("new"), "name": "New"}
        said |= {"stores": {"currency": "EUR"}, "categories": {}}.get(what, {})
        if what == "products":
            said = {"store": slug, "sku": "k1", "name": "Kettle", "price": 1}
        headers = {"idempotency-key": unique("key")}
        first, again = [await admin.http.post(f"/v1/staff/{what}", json=said, headers=headers) for _ in range(2)]
        assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
