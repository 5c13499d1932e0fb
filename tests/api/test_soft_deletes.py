"""What a store or a category takes out of sight is out of sight behind every door."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.factory import close, make_category, make_product, make_store
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


@pytest.mark.parametrize("what", ["store", "category"])
async def test_what_is_closed_is_shown_nowhere(here: Running, what: str) -> None:
    async with here.service.database.connection() as conn:
        store, category = await make_store(conn), await make_category(conn, "Lanterns")
        product = await make_product(conn, store, name="Zircon lantern", category_id=category, rating=Decimal(5))
        other = await make_product(conn, store, name="Basalt mug")
    async with shopper(here) as one:
        await one.http.put(f"/v1/wishlist/{product.id}")
        asked = {"product_id": str(other.id), "k": "50"}

        async def found() -> list[bool]:
            listed = (await one.http.get("/v1/products", params={"brand": "Kestrel", "limit": 100})).json()["items"]
            hits = (await one.http.get("/v1/search", params={"q": "zircon lantern"})).json()["items"]
            offered = (await one.http.get("/v1/recommendations", params=asked)).json().get("items", [])
            wished = (await one.http.get("/v1/wishlist")).json()["items"]
            return [
                str(product.id) in [each["id"] for each in listed],
                str(product.id) in [each["product"]["id"] for each in hits],
                str(product.id) in [each["product"]["id"] for each in offered],
                wished[0]["for_sale"],
                (await one.http.get(f"/v1/products/{product.id}")).status_code == 200,
                (await one.http.get(f"/v1/products/{product.id}/reviews")).status_code == 200,
            ]

        assert await found() == [True] * 6
        async with here.service.database.connection() as conn:
            await (close(conn, "store", store.id) if what == "store" else close(conn, "category", category))
        assert await found() == [False] * 6
        path = "/v1/recommendations" if what == "store" else "/v1/products"
        filters = {"store": store.slug} if what == "store" else {"category": "lanterns-nowhere"}
        problem(await one.http.get(path, params=filters), 404, "not-found")
