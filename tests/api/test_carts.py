from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from api.who import COOKIE
from storage import sessions, suggested_carts
from storage.audit import Cause
from storage.clock import utc_now
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from storage.suggested_carts import Proposal
from tests.support.factory import change_product, make_message, make_product, make_store
from tests.support.problems import problem
from tests.support.providers import openai
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import Ground, Running, running


@dataclass(slots=True)
class Shop:
    """A store with 5 mugs at 8.00 (10.00 less 20 %) and 2 tents at 90.00, and a shopper's cart in it."""

    here: Running
    store: Store
    mug: Product
    tent: Product
    cart: str

    @property
    def http(self) -> httpx.AsyncClient:
        return self.here.browser.http

    def item(self, product: Product) -> str:
        return f"/v1/carts/{self.cart}/items/{product.id}"

    async def put(self, product: Product, quantity: int, **headers: str) -> httpx.Response:
        return await self.http.put(self.item(product), json={"quantity": quantity}, headers=headers)

    async def seen(self) -> dict[str, Any]:
        body: dict[str, Any] = (await self.http.get(f"/v1/carts/{self.cart}")).json()
        return body

    async def person(self) -> Person:
        async with self.here.service.database.connection() as conn:
            person = await sessions.person(conn, self.http.cookies[COOKIE], utc_now(), timedelta(days=1))
        assert person is not None
        return person

    async def suggest(self, *scores: int, mugs: int = 2) -> tuple[UUID, list[UUID]]:
        """An answer to this shopper, and the carts it suggests, in this order."""
        person = await self.person()
        async with self.here.service.database.transaction() as conn:
            message = await make_message(conn, person, self.store)
            made = []
            for score in scores:
                items = {self.mug.id: mugs, self.tent.id: 1}
                proposal = Proposal(title=f"Kit {score}", reason="It fits.", score=score, items=items)
                cause = Cause(message_id=message)
                made.append((await suggested_carts.suggest(conn, person, self.store.id, proposal, cause)).id)
        return message, made


@pytest.fixture
async def shop(here: Running) -> Shop:
    async with here.service.database.connection() as conn:
        store = await make_store(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000, discount_percent=Decimal(20), stock=5)
        tent = await make_product(conn, store, name="Tent", price=9_000, stock=2)
    opened = await here.browser.http.post("/v1/carts", json={"store": store.slug})
    assert opened.status_code == 201, opened.text
    return Shop(here, store, mug, tent, opened.json()["id"])


async def test_the_own_cart_of_a_store_is_opened_once(shop: Shop) -> None:
    again = await shop.http.post("/v1/carts", json={"store": shop.store.slug})
    assert (again.status_code, again.json()["id"], again.headers["etag"]) == (200, shop.cart, '"1"')
    assert again.json() == {
        "id": shop.cart,
        "store": shop.store.slug,
        "currency": "EUR",
        "version": 1,
        "active": True,
        "total": 0,
        "buyable": False,
        "items": [],
        "suggestion": None,
    }
    problem(await shop.http.post("/v1/carts", json={"store": "nowhere"}), 404, "not-found")
    problem(await shop.http.post("/v1/carts", json={"shop": "x"}), 422, "bad-fields")


async def test_pieces_are_put_in_and_taken_out(shop: Shop) -> None:
    put = await shop.put(shop.mug, 3)
    assert (put.status_code, put.headers["etag"]) == (200, '"2"')
    body = put.json()
    assert (body["total"], body["buyable"]) == (2_400, True)
    assert body["items"] == [
        {
            "id": body["items"][0]["id"],
            "product_id": str(shop.mug.id),
            "name": "Mug",
            "brand": "Kestrel",
            "quantity": 3,
            "unit_price": 800,
            "price": 800,
            "list_price": 1_000,
            "discount_percent": 20.0,
            "line_total": 2_400,
            "stock": 5,
            "for_sale": True,
            "obstacle": None,
            "taken": None,
            "left_out": None,
        }
    ]
    await shop.put(shop.tent, 1)
    read = await shop.http.get(f"/v1/carts/{shop.cart}")
    assert (read.headers["etag"], read.json()["total"]) == ('"3"', 11_400)
    removed = await shop.http.delete(shop.item(shop.mug))
    assert [item["name"] for item in removed.json()["items"]] == ["Tent"]
    assert (await shop.http.delete(shop.item(shop.mug))).json() == removed.json()
    cleared = await shop.http.delete(f"/v1/carts/{shop.cart}/items")
    assert (cleared.json()["items"], cleared.headers["etag"]) == ([], '"5"')


async def test_a_change_of_what_was_not_seen_is_refused(shop: Shop) -> None:
    seen = (await shop.put(shop.mug, 1)).headers["etag"]
    other_tab = await shop.put(shop.mug, 2, **{"If-Match": seen})
    assert other_tab.status_code == 200
    problem(await shop.put(shop.tent, 1, **{"If-Match": seen}), 412, "stale-cart")
    for url in (shop.item(shop.mug), f"/v1/carts/{shop.cart}/items"):
        problem(await shop.http.delete(url, headers={"If-Match": seen}), 412, "stale-cart")
    assert [item["quantity"] for item in (await shop.seen())["items"]] == [2]
    both = f"{seen}, {other_tab.headers['etag']}"
    assert (await shop.put(shop.tent, 1, **{"If-Match": both})).status_code == 200
    assert (await shop.put(shop.tent, 2, **{"If-Match": "*"})).status_code == 200


async def test_more_than_there_is_in_stock_is_refused_with_what_is_left(shop: Shop) -> None:
    told = problem(await shop.put(shop.tent, 3), 409, "out-of-stock")
    assert told.detail == "Only 2 of it are in stock; set quantity to 2 or less."
    assert told.errors[0].field == "quantity"
    async with shop.here.service.database.connection() as conn:
        await change_product(conn, shop.mug, is_active=False)
    problem(await shop.put(shop.mug, 1), 409, "not-for-sale")
    assert (await shop.seen())["items"] == []


@pytest.mark.parametrize("body", [{}, {"quantity": -1}, {"quantity": 100}, {"quantity": "2"}, {"quantity": 1.5}])
async def test_what_is_no_quantity_is_refused(shop: Shop, body: dict[str, object]) -> None:
    told = problem(await shop.http.put(shop.item(shop.mug), json=body), 422, "bad-fields")
    assert told.errors[0].field == "quantity"


async def test_what_can_no_longer_be_bought_is_flagged(shop: Shop) -> None:
    await shop.put(shop.mug, 2)
    await shop.put(shop.tent, 2)
    async with shop.here.service.database.connection() as conn:
        await change_product(conn, shop.mug, price=1_500, stock=1)
        await change_product(conn, shop.tent, is_active=False)
    seen = await shop.seen()
    mug, tent = seen["items"]
    assert (mug["unit_price"], mug["price"], mug["obstacle"]) == (800, 1_200, "too-few")
    assert (tent["for_sale"], tent["obstacle"]) == (False, "not-for-sale")
    assert (seen["total"], seen["buyable"], seen["version"]) == (2_400, False, 3)


async def test_another_persons_cart_is_not_there(shop: Shop) -> None:
    await shop.put(shop.mug, 1)
    _, [suggestion] = await shop.suggest(70)
    async with shop.here.stranger() as nobody:
        problem(await nobody.http.get(f"/v1/carts/{shop.cart}"), 404, "not-found")
        assert (await nobody.http.get("/v1/carts")).json() == {"items": [], "next": None}
        await nobody.http.post("/v1/carts", json={"store": shop.store.slug})
        for method, url in (
            ("GET", f"/v1/carts/{shop.cart}"),
            ("GET", f"/v1/carts/{suggestion}"),
            ("DELETE", shop.item(shop.mug)),
            ("DELETE", f"/v1/carts/{shop.cart}/items"),
            ("POST", f"/v1/carts/{suggestion}/accept"),
            ("POST", f"/v1/carts/{suggestion}/dismiss"),
            ("POST", f"/v1/carts/{uuid4()}/accept"),
            ("GET", "/v1/carts/nonsense"),
        ):
            problem(await nobody.http.request(method, url), 404, "not-found")
        problem(await nobody.http.put(shop.item(shop.mug), json={"quantity": 2}), 404, "not-found")
    assert [item["quantity"] for item in (await shop.seen())["items"]] == [1]


async def test_what_the_store_does_not_have_is_not_found(shop: Shop) -> None:
    async with shop.here.service.database.connection() as conn:
        elsewhere = await make_product(conn, await make_store(conn))
    problem(await shop.put(elsewhere, 1), 404, "not-found")
    problem(await shop.http.put(f"/v1/carts/{shop.cart}/items/x", json={"quantity": 1}), 404, "not-found")


async def test_the_own_carts_are_listed_in_pages(shop: Shop) -> None:
    async with shop.here.service.database.connection() as conn:
        other = await make_store(conn)
    second = (await shop.http.post("/v1/carts", json={"store": other.slug})).json()["id"]
    await shop.suggest(70)
    first_page = (await shop.http.get("/v1/carts", params={"limit": 1})).json()
    assert [cart["id"] for cart in first_page["items"]] == [shop.cart]
    rest = (await shop.http.get("/v1/carts", params={"limit": 1, "cursor": first_page["next"]})).json()
    assert ([cart["id"] for cart in rest["items"]], rest["next"]) == ([second], None)
    only = (await shop.http.get("/v1/carts", params={"store": other.slug})).json()["items"]
    assert [cart["id"] for cart in only] == [second]
    problem(await shop.http.get("/v1/carts", params={"store": "nowhere"}), 404, "not-found")
    problem(await shop.http.get("/v1/carts", params={"suggested_by": "x"}), 422, "bad-fields")


async def test_an_answers_suggestions_are_listed_with_their_scores_and_what_became_of_them(shop: Shop) -> None:
    message, [best, second] = await shop.suggest(90, 60)
    await shop.suggest(75)
    assert (await shop.http.post(f"/v1/carts/{second}/dismiss")).json()["suggestion"]["outcome"] == "dismissed"
    listed = (await shop.http.get("/v1/carts", params={"suggested_by": str(message)})).json()
    assert [cart["id"] for cart in listed["items"]] == [str(best), str(second)]
    assert [cart["suggestion"] for cart in listed["items"]] == [
        {"message_id": str(message), "title": "Kit 90", "reason": "It fits.", "score": 90, "outcome": None},
        {"message_id": str(message), "title": "Kit 60", "reason": "It fits.", "score": 60, "outcome": "dismissed"},
    ]
    assert [cart["total"] for cart in listed["items"]] == [10_600, 10_600]


async def test_a_suggestion_is_accepted_in_one_call_and_again_the_same(shop: Shop) -> None:
    await shop.put(shop.mug, 4)
    _, [suggestion] = await shop.suggest(90)
    accepted = await shop.http.post(f"/v1/carts/{suggestion}/accept")
    body = accepted.json()
    assert [(item["taken"], item["left_out"]) for item in body["suggestion"]["items"]] == [(1, "too-few"), (1, None)]
    assert [(item["name"], item["quantity"]) for item in body["cart"]["items"]] == [("Mug", 5), ("Tent", 1)]
    assert (body["cart"]["id"], accepted.headers["etag"]) == (shop.cart, '"3"')
    again = await shop.http.post(f"/v1/carts/{suggestion}/accept")
    assert (again.status_code, again.json()) == (200, body)
    problem(await shop.http.post(f"/v1/carts/{suggestion}/dismiss"), 409, "suggestion-closed")
    assert (await shop.seen())["version"] == 3


async def test_a_suggestion_of_which_nothing_is_left_says_so_and_cannot_be_changed(shop: Shop) -> None:
    _, [suggestion] = await shop.suggest(90)
    async with shop.here.service.database.connection() as conn:
        for product in (shop.mug, shop.tent):
            await change_product(conn, product, stock=0)
    problem(await shop.http.post(f"/v1/carts/{suggestion}/accept"), 409, "out-of-stock")
    refused = await shop.http.put(f"/v1/carts/{suggestion}/items/{shop.mug.id}", json={"quantity": 1})
    problem(refused, 409, "cart-closed")
    assert (await shop.http.get(f"/v1/carts/{suggestion}")).json()["suggestion"]["outcome"] is None


async def test_the_same_request_twice_changes_a_cart_once(shop: Shop) -> None:
    first = await shop.put(shop.mug, 2, **{"Idempotency-Key": "k1", "If-Match": '"1"'})
    again = await shop.put(shop.mug, 2, **{"Idempotency-Key": "k1", "If-Match": '"1"'})
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"2"')
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_change_is_audited_with_the_request_as_its_cause(shop: Shop) -> None:
    await shop.put(shop.mug, 2, **{"User-Agent": "a browser"})
    async with shop.here.service.database.connection() as conn:
        [row] = await conn.fetch("select * from audit_log where entity_id = $1", UUID(shop.cart))
    assert (row["action"], row["user_agent"], row["user_id"]) == (
        "set_quantity",
        "a browser",
        (await shop.person()).user_id,
    )
    assert row["changes"]["after"]["quantity"] == 2


async def test_an_answer_shows_its_suggestions_and_another_answer_leaves_them_alone(ground: Ground) -> None:
    async with ground.database.connection() as conn:
        store = await make_store(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000)
    told = [
        {"title": title, "reason": "It fits.", "score": score, "items": [{"product_id": str(mug.id), "quantity": 2}]}
        for title, score in (("Small", 60), ("Large", 90))
    ]
    calls: Script = (
        Call(0, "c0", "suggest_carts"),
        Arguments(0, orjson.dumps({"carts": told}).decode()),
        End("tool_calls"),
    )
    said = openai.reply([Text("Choose."), End()])
    async with running(ground, openai.reply(calls), said, openai.reply(calls), said) as here:
        http = here.browser.http
        first = (await here.browser.say("a kit", store=store.slug)).message
        [part] = [part for part in first["parts"] if part["type"] == "data-suggested-carts"]
        assert [(cart["title"], cart["score"]) for cart in part["data"]["carts"]] == [("Large", 90), ("Small", 60)]
        assert part["data"]["carts"][0]["total"] == {"amount": 2_000, "currency": "EUR", "text": "€20.00"}
        assert (await here.browser.history())[-1] == first

        async def listed(message: str) -> dict[str, str | None]:
            found = (await http.get("/v1/carts", params={"suggested_by": message})).json()["items"]
            return {cart["id"]: cart["suggestion"]["outcome"] for cart in found}

        large, small = (cart["id"] for cart in part["data"]["carts"])
        assert await listed(first["id"]) == {large: None, small: None}
        again: dict[str, object] = {"id": here.browser.chat, "trigger": "regenerate-message", "messages": []}
        second = (await here.browser.send(again)).message
        assert (await listed(first["id"]), len(await listed(second["id"]))) == ({large: None, small: None}, 2)
        accepted = await http.post(f"/v1/carts/{large}/accept")
        assert [item["quantity"] for item in accepted.json()["cart"]["items"]] == [2]
        assert await listed(first["id"]) == {large: "accepted", small: None}
        assert set((await listed(second["id"])).values()) == {None}
