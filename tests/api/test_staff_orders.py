"""What the shop's people do with orders, and that nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from storage import payment_methods
from storage.orders import Order
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_store
from tests.support.orders import balanced, eur, family, ordered
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import Shopper, shopper


@dataclass(slots=True)
class Office:
    """A store with a shoe in two sizes, a shopper, and somebody of the shop."""

    here: Running
    store: Store
    small: Product
    large: Product
    customer: Shopper
    staff: Shopper

    async def order(self, pieces: int = 2) -> Order:
        return await ordered(self.here.service.database, self.customer.person, [(self.small, pieces)])

    async def post(self, path: str, said: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        return await self.staff.http.post(path, json=said, headers={"Idempotency-Key": key or uuid4().hex})

    async def on(self, order: Order, *steps: str) -> dict[str, Any]:
        """Bring an order so far; as the last answer has it."""
        for step in steps:
            said = {"carrier": "DHL", "tracking_ids": ["T1", "T2"]} if step == "shipped" else None
            answer = await self.post(f"/v1/staff/orders/{order.id}/{step}", said)
            assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def ask_back(self, order: Order, kind: str) -> None:
        item = {"item_id": str(order.items[0].id), "quantity": 1}
        said = {"items": [item if kind == "return" else item | {"new_product_id": str(self.large.id)}]}
        asked = await self.customer.http.post(
            f"/v1/orders/{order.id}/{kind}", json=said, headers={"Idempotency-Key": uuid4().hex}
        )
        assert asked.status_code == 200, asked.text


@pytest.fixture
async def office(here: Running) -> AsyncIterator[Office]:
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        small, large = await family(conn, store, 5_000, 6_000)
    async with shopper(here) as customer, shopper(here, "admin") as staff:
        yield Office(here, store, small, large, customer, staff)


async def test_an_order_goes_on_its_way(office: Office) -> None:
    order = await office.order()
    problem(await office.post(f"/v1/staff/orders/{order.id}/delivered"), 409, "wrong-status")
    sent = await office.on(order, "processing", "shipped")
    assert (sent["status"], sent["user_id"]) == ("shipped", str(office.customer.person.user_id))
    assert [(each["carrier"], each["tracking_ids"]) for each in sent["fulfilments"]] == [("DHL", ["T1", "T2"])]
    key = uuid4().hex
    arrived = await office.post(f"/v1/staff/orders/{order.id}/delivered", key=key)
    again = await office.post(f"/v1/staff/orders/{order.id}/delivered", key=key)
    assert (arrived.json()["status"], again.json()) == ("delivered", arrived.json())
    async with office.here.service.database.connection() as conn:
        logged = await conn.fetch(
            "select action, user_id from audit_log where entity_id = $1 order by created_at, id", order.id
        )
    staff = office.staff.person.user_id
    assert [(row["action"], row["user_id"]) for row in logged][1:] == [
        ("processing", staff), ("shipped", staff), ("delivered", staff),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "then"), [("return", "returned"), ("exchange", "exchanged")])
async def test_what_comes_back_is_received(office: Office, kind: str, then: str) -> None:
    order = await office.order()
    await office.on(order, "processing", "shipped", "delivered")
    problem(await office.post(f"/v1/staff/orders/{order.id}/received"), 409, "wrong-status")
    await office.ask_back(order, kind)
    done = await office.on(order, "received")
    assert (done["status"], done["items"][0]["returned"]) == (then, 1)
    assert [row["type"] for row in done["payments"]] == ["payment", "refund" if kind == "return" else "payment"]
    await balanced(office.here.service.database)


async def test_what_does_not_come_back_is_turned_down(office: Office) -> None:
    order = await office.order()
    await office.on(order, "processing", "shipped", "delivered")
    await office.ask_back(order, "return")
    done = await office.on(order, "turned-down")
    assert (done["status"], done["returns"][0]["status"]) == ("delivered", "rejected")
    assert len(done["payments"]) == 1


async def test_all_orders_are_seen_by_filters(office: Office) -> None:
    made = [str((await office.order(1)).id) for _ in range(3)]
    http, store = office.staff.http, office.store.slug

    async def found(**asked: str | int) -> list[str]:
        answer = await http.get("/v1/staff/orders", params={"store": store, **asked})
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    assert await found() == made[::-1]
    page = (await http.get("/v1/staff/orders", params={"store": store, "limit": 2})).json()
    assert await found(limit=2, cursor=page["next"]) == made[:1]
    async with office.here.service.database.connection() as conn:
        gift = await payment_methods.add_gift_card(conn, office.customer.person.user_id, eur(9_000))
    paid = await ordered(office.here.service.database, office.customer.person, [(office.small, 1)], method=gift.id)
    assert await found(payment_status="completed") == [str(paid.id)]
    assert await found(user_id=str(office.staff.person.user_id)) == []
    assert await found(order_number=paid.order_number.replace("-", " ").lower()) == [str(paid.id)]
    await office.on(paid, "processing")
    assert await found(status="processing") == [str(paid.id)]
    one = (await http.get(f"/v1/staff/orders/{paid.id}")).json()
    [payment] = one["payments"]
    assert (payment["status"], payment["due_at"], payment["attempts"]) == ("completed", None, 0)
    problem(await http.get("/v1/staff/orders", params={"store": "nowhere"}), 404, "not-found")
    problem(await http.get(f"/v1/staff/orders/{uuid4()}"), 404, "not-found")
    # Whose it is learns nothing of it that is not for them.
    own = (await office.customer.http.get(f"/v1/orders/{paid.id}")).json()
    assert "attempts" not in own["payments"][0]
    assert "user_id" not in own


async def test_nobody_else_may(office: Office) -> None:
    order = await office.order()
    async with shopper(office.here, "moderator") as moderator:
        for http in (office.customer.http, moderator.http):
            problem(await http.get("/v1/staff/orders"), 403, "forbidden")
            problem(await http.get(f"/v1/staff/orders/{order.id}"), 403, "forbidden")
            for step in ("processing", "delivered", "received", "turned-down"):
                refused = await http.post(
                    f"/v1/staff/orders/{order.id}/{step}", headers={"Idempotency-Key": uuid4().hex}
                )
                problem(refused, 403, "forbidden")
    assert (await office.customer.http.get(f"/v1/orders/{order.id}")).json()["status"] == "pending"
