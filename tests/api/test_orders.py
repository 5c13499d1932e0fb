from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.who import COOKIE
from storage import order_shipping, sessions
from storage.clock import utc_now
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_store
from tests.support.orders import NO_CAUSE, balanced, family, ordered
from tests.support.problems import problem
from tests.support.service import Running

ADDRESS = {"line1": "Torstr. 1", "city": "Berlin", "country": "DE"}


@dataclass(slots=True)
class Shop:
    """A store with a shoe in two sizes, at 50.00 and 60.00, and a shopper with two of the small ones in the cart."""

    here: Running
    store: Store
    small: Product
    large: Product
    cart: str

    @property
    def http(self) -> httpx.AsyncClient:
        return self.here.browser.http

    async def post(self, path: str, said: dict[str, Any], key: str | None = None) -> httpx.Response:
        return await self.http.post(path, json=said, headers={"Idempotency-Key": key or uuid4().hex})

    async def place(self, key: str | None = None, **more: Any) -> httpx.Response:
        shown = {"cart_id": self.cart, "version": 2, "expected_total": 10_000, "shipping_address": ADDRESS}
        return await self.post("/v1/orders", shown | more, key)

    async def person(self) -> Person:
        async with self.here.service.database.connection() as conn:
            person = await sessions.person(conn, self.http.cookies[COOKIE], utc_now(), timedelta(days=1))
        assert person is not None
        return person

    async def deliver(self, order: str) -> None:
        async with self.here.service.database.transaction() as conn:
            for status in ("processing", "shipped", "delivered"):
                await order_shipping.advance(conn, await self.person(), order, status, NO_CAUSE)  # type: ignore[arg-type]


@pytest.fixture
async def shop(here: Running) -> Shop:
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        small, large = await family(conn, store, 5_000, 6_000)
    opened = await here.browser.http.post("/v1/carts", json={"store": store.slug})
    made = Shop(here, store, small, large, opened.json()["id"])
    await made.http.put(f"/v1/carts/{made.cart}/items/{small.id}", json={"quantity": 2})
    return made


async def test_a_cart_is_ordered_once_for_what_was_shown(shop: Shop) -> None:
    problem(await shop.http.post("/v1/orders", json={}), 422, "bad-fields")
    problem(await shop.place(version=1), 412, "stale-cart")
    assert "100.00 EUR" in problem(await shop.place(expected_total=9_999), 409, "price-changed").detail
    problem(await shop.place(shipping_address=None), 422, "address-missing")
    problem(await shop.place(payment_method_id=str(uuid4())), 404, "not-found")
    placed = await shop.place(key="one")
    assert placed.status_code == 201, placed.text
    again = await shop.place(key="one")
    assert (again.status_code, again.json()) == (201, placed.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(await shop.place(), 409, "cart-closed")
    order = placed.json()
    assert (order["status"], order["total"], order["shipping_address"]["city"]) == ("pending", 10_000, "Berlin")
    assert (await shop.http.get(f"/v1/orders/{order['id']}")).json() == order
    await balanced(shop.here.service.database)


async def test_a_key_is_needed(shop: Shop) -> None:
    shown = {"cart_id": shop.cart, "version": 2, "expected_total": 10_000, "shipping_address": ADDRESS}
    problem(await shop.http.post("/v1/orders", json=shown), 400, "bad-request")


async def test_another_persons_order_is_nowhere(shop: Shop) -> None:
    order = (await shop.place()).json()
    shop.http.cookies.clear()
    await shop.http.post("/v1/carts", json={"store": shop.store.slug})
    problem(await shop.http.get(f"/v1/orders/{order['id']}"), 404, "not-found")
    problem(await shop.post(f"/v1/orders/{order['id']}/cancel", {"reason": "mine"}), 404, "not-found")
    assert (await shop.http.get("/v1/orders")).json() == {"items": [], "next": None}


async def test_orders_come_in_pages_the_newest_first(shop: Shop) -> None:
    person = await shop.person()
    made = [str((await ordered(shop.here.service.database, person, [(shop.large, 1)])).id) for _ in range(3)]
    first = (await shop.http.get("/v1/orders", params={"limit": 2, "store": shop.store.slug})).json()
    second = (await shop.http.get("/v1/orders", params={"limit": 2, "cursor": first["next"]})).json()
    assert [each["id"] for each in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert (await shop.http.get("/v1/orders", params={"status": "shipped"})).json()["items"] == []
    problem(await shop.http.get("/v1/orders", params={"status": "lost"}), 422, "bad-fields")


async def test_an_order_is_changed_and_then_no_longer_cancelled(shop: Shop) -> None:
    order = (await shop.place()).json()
    path = f"/v1/orders/{order['id']}"
    problem(await shop.post(f"{path}/change", {}), 422, "invalid")
    moved = await shop.post(f"{path}/change", {"shipping_address": ADDRESS | {"city": "Bonn"}})
    assert moved.json()["shipping_address"]["city"] == "Bonn"
    swap = {"item_id": order["items"][0]["id"], "new_product_id": str(shop.large.id), "quantity": 2}
    changed = await shop.post(f"{path}/change", {"items": [swap]})
    assert (changed.json()["total"], changed.json()["possible"]) == (12_000, ["change_address"])
    problem(await shop.post(f"{path}/cancel", {"reason": "mistake"}), 409, "already-changed")
    await balanced(shop.here.service.database)


async def test_a_pending_order_is_cancelled(shop: Shop) -> None:
    order = (await shop.place()).json()
    cancelled = await shop.post(f"/v1/orders/{order['id']}/cancel", {"reason": "mistake"})
    assert (cancelled.json()["status"], cancelled.json()["payment_status"]) == ("cancelled", "voided")
    problem(await shop.post(f"/v1/orders/{order['id']}/cancel", {"reason": "mistake"}), 409, "wrong-status")


@pytest.mark.parametrize("kind", ["return", "exchange"])
async def test_a_delivered_order_goes_back(shop: Shop, kind: str) -> None:
    order = (await shop.place()).json()
    path, item = f"/v1/orders/{order['id']}/{kind}", {"item_id": order["items"][0]["id"]}
    said = {"items": [item if kind == "return" else item | {"new_product_id": str(shop.large.id)}]}
    problem(await shop.post(path, said), 409, "wrong-status")
    await shop.deliver(order["id"])
    asked = (await shop.post(path, said)).json()
    assert asked["status"] == f"{kind}-requested"
    assert asked["returns"][0]["price_difference"] == (-5_000 if kind == "return" else 1_000)
