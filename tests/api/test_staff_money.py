from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from tests.support.factory import make_product, make_store
from tests.support.orders import ordered
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import Shopper, shopper


async def post(who: Shopper, path: str, said: dict[str, object], key: str | None = None) -> httpx.Response:
    return await who.http.post(path, json=said, headers={"Idempotency-Key": key or uuid4().hex})


async def test_an_invoice_is_paid_once(here: Running) -> None:
    async with here.service.database.connection() as conn:
        mug = await make_product(conn, await make_store(conn))
    async with shopper(here) as customer, shopper(here, "admin") as staff:
        order = await ordered(here.service.database, customer.person, [(mug, 1)])
        path = f"/v1/staff/payments/{order.payments[0].id}/settle"
        problem(await post(customer, path, {}), 403, "forbidden")
        paid = await post(staff, path, {"reference": "statement 12"})
        assert (paid.status_code, paid.json()["payment_status"]) == (200, "completed")
        assert paid.json()["payments"][0]["provider_reference"] == "statement 12"
        problem(await post(staff, path, {}), 409, "payment-not-open")
        problem(await post(staff, f"/v1/staff/payments/{uuid4()}/settle", {}), 404, "not-found")
        assert (await customer.http.get(f"/v1/orders/{order.id}")).json()["payment_status"] == "completed"


async def test_a_gift_card_is_given_once_and_can_be_used(here: Running) -> None:
    async with shopper(here) as customer, shopper(here, "admin") as staff:
        said: dict[str, object] = {"user_id": str(customer.person.user_id), "amount": 5_000, "currency": "EUR"}
        problem(await post(customer, "/v1/staff/gift-cards", said), 403, "forbidden")
        given = await post(staff, "/v1/staff/gift-cards", said, key="one")
        assert (given.status_code, given.json()["balance"], given.json()["kind"]) == (201, 5_000, "gift_card")
        assert (await post(staff, "/v1/staff/gift-cards", said, key="one")).json() == given.json()
        assert (await customer.http.get("/v1/payment-methods")).json()["items"] == [given.json()]
        async with here.service.database.connection() as conn:
            email = await conn.fetchval("select upper(email) from users where id = $1", customer.person.user_id)
            logged = await conn.fetchval("select user_id from audit_log where action = 'give'")
        assert logged == staff.person.user_id
        by_mail = await post(staff, "/v1/staff/gift-cards", {"email": email, "amount": 1, "currency": "EUR"})
        assert by_mail.status_code == 201
        nobody = {"email": "nobody@example.org", "amount": 1, "currency": "EUR"}
        problem(await post(staff, "/v1/staff/gift-cards", nobody), 404, "not-found")


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": 1.5}, {"currency": "eur"}, {"email": "a@example.org"}, {"user_id": None}]
)
async def test_what_is_no_gift_card(here: Running, wrong: dict[str, object]) -> None:
    async with shopper(here, "admin") as staff:
        said: dict[str, object] = {"user_id": str(uuid4()), "amount": 1, "currency": "EUR"}
        problem(await post(staff, "/v1/staff/gift-cards", said | wrong), 422, "bad-fields")
