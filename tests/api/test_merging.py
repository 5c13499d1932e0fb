"""A guest signs in to an account they have: over HTTP, with other tabs and a running answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.who import COOKIE
from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_product, make_store
from tests.support.letterbox import Letterbox
from tests.support.problems import problem
from tests.support.providers.script import Arguments, Call, End, Text
from tests.support.service import Ground, Running, client, gated, running
from tests.support.signing_in import address, open_account, sign_in, who_am_i


@pytest.fixture(scope="module")
async def shop(ground: Ground) -> tuple[Store, Product, Product]:
    async with ground.database.connection() as conn:
        store = await make_store(conn)
        return store, await make_product(conn, store, stock=4), await make_product(conn, store, stock=500)


@pytest.fixture
async def account(ground: Ground) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    """An account, and a browser of theirs elsewhere."""
    box, email = Letterbox(), address()
    async with running(ground, mailer=box) as here, client(here.url) as http:
        await open_account(http, box, email)
        yield email, http


async def put(http: httpx.AsyncClient, store: Store, product: Product, quantity: int) -> None:
    cart = (await http.post("/v1/carts", json={"store": store.slug})).json()
    response = await http.put(f"/v1/carts/{cart['id']}/items/{product.id}", json={"quantity": quantity})
    assert response.status_code == 200, response.text


async def cart(http: httpx.AsyncClient, store: Store) -> dict[str, int]:
    (found,) = (await http.get("/v1/carts", params={"store": store.slug})).json()["items"]
    return {item["product_id"]: item["quantity"] for item in found["items"]}


async def test_carts_are_added_up_as_far_as_there_is_stock(
    here: Running, account: tuple[str, httpx.AsyncClient], shop: tuple[Store, Product, Product]
) -> None:
    email, elsewhere = account
    store, few, many = shop
    await put(elsewhere, store, few, 3)
    await put(elsewhere, store, many, 60)
    http = here.browser.http
    await put(http, store, few, 2)
    await put(http, store, many, 50)
    merged = (await sign_in(http, email)).json()["merged"]
    told = {item["product_id"]: (item["guest"], item["account"], item["quantity"]) for item in merged["cart_items"]}
    assert told == {str(few.id): (2, 3, 4), str(many.id): (50, 60, 99)}
    assert await cart(http, store) == await cart(elsewhere, store) == {str(few.id): 4, str(many.id): 99}


async def test_all_of_a_guests_comes_along(
    here: Running, account: tuple[str, httpx.AsyncClient], shop: tuple[Store, Product, Product], ground: Ground
) -> None:
    email, elsewhere = account
    _, few, many = shop
    http = here.browser.http
    await elsewhere.put(f"/v1/wishlist/{few.id}")
    await here.browser.say()
    guest = (await who_am_i(http))["id"]
    for product in (few, many):
        await http.put(f"/v1/wishlist/{product.id}")
        await http.put(f"/v1/products/{product.id}/reviews/mine", json={"rating": 4})
    await http.get("/v1/search", params={"q": "backpack"})
    merged = (await sign_in(http, email)).json()["merged"]
    assert (merged["chats"], merged["wishlist_items"], merged["reviews"], merged["searches"]) == (1, 1, 2, 1)
    assert merged["events"] >= 2
    assert len(await here.browser.history()) == 2
    wished = {item["product_id"] for item in (await elsewhere.get("/v1/wishlist")).json()["items"]}
    assert wished == {str(few.id), str(many.id)}
    async with ground.database.connection() as conn:
        assert await conn.fetchval("select count(*) from users where id = $1", UUID(guest)) == 0
        said = await conn.fetchval(
            "select changes from audit_log where action = 'merge_guest' order by id desc limit 1"
        )
    assert said["after"]["guest"] == guest


async def test_two_tabs_that_sign_in_at_once_move_everything_once(
    here: Running, account: tuple[str, httpx.AsyncClient], shop: tuple[Store, Product, Product]
) -> None:
    email, elsewhere = account
    store, _, many = shop
    http = here.browser.http
    await put(http, store, many, 7)
    token = http.cookies[COOKIE]

    async def tab() -> Any:
        async with client(here.url, cookies={COOKIE: token}) as other:
            response = await sign_in(other, email)
            assert response.status_code == 200, response.text
            assert (await who_am_i(other))["email"] == email
            return response.json()["merged"]

    merged = await asyncio.gather(*(tab() for _ in range(6)))
    assert [len(one["cart_items"]) for one in merged if one is not None] == [1]
    assert await cart(elsewhere, store) == {str(many.id): 7}


async def test_changes_of_another_tab_meanwhile_are_moved_or_refused(
    here: Running, account: tuple[str, httpx.AsyncClient], shop: tuple[Store, Product, Product]
) -> None:
    """Whatever the guest's other tab was told is done is there afterwards, and nothing else."""
    email, elsewhere = account
    http = here.browser.http
    await put(http, shop[0], shop[2], 1)
    async with here.service.database.connection() as conn:
        products = [await make_product(conn, shop[0]) for _ in range(12)]
    token = http.cookies[COOKIE]

    async def wish(product: Product) -> str | None:
        async with client(here.url) as other:
            headers = {"authorization": f"Bearer {token}"}
            response = await other.put(f"/v1/wishlist/{product.id}", headers=headers)
        if response.status_code == 204:
            return str(product.id)
        assert problem(response, 401, "session-replaced").retry
        return None

    signed, wished = await asyncio.gather(
        sign_in(http, email), asyncio.gather(*(wish(product) for product in products))
    )
    assert signed.status_code == 200
    listed = {item["product_id"] for item in (await elsewhere.get("/v1/wishlist")).json()["items"]}
    assert listed == {product for product in wished if product is not None}


async def test_an_answer_under_way_goes_on_and_acts_for_the_account(
    ground: Ground, account: tuple[str, httpx.AsyncClient], shop: tuple[Store, Product, Product]
) -> None:
    email, elsewhere = account
    store, _, many = shop
    gate, begun = asyncio.Event(), asyncio.Event()
    wanted = json.dumps({"product_id": str(many.id), "quantity": 2})
    calls = (Call(0, "call-1", "update_cart"), Arguments(0, wanted), End("tool_calls"))
    first = gated((Text("One moment. "),), gate, calls)
    async with running(ground, first, (Text("Done."), End())) as here:
        reader = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        async with client(here.url, cookies=here.browser.http.cookies) as tab:
            assert (await sign_in(tab, email)).json()["merged"]["chats"] == 1
            gate.set()
            streamed = await reader
            assert streamed.done
            assert (await tab.get(f"/api/chat/{here.browser.chat}")).status_code == 200
    assert "Done." in str(streamed.message)
    assert await cart(elsewhere, store) == {str(many.id): 2}
