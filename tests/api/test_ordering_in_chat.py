"""place_order in the chat: what it is for, with a real cart, stock and price."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from storage import carts, people, stores
from storage.products import Product
from tests.support.asking import DONE, Giving
from tests.support.factory import change_product, make_product, make_store, unique
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import HELLO, Ground, running

ADDRESS = {"name": "Ada Byron", "line1": "1 Mill Lane", "city": "Cork", "postal_code": "T12", "country": "IE"}


def ordering() -> Script:
    return (
        Text("I will order it. "),
        Call(0, unique("call"), "place_order"),
        Arguments(0, json.dumps({"shipping_address": ADDRESS})),
        End(finish="tool_calls"),
    )


@asynccontextmanager
async def with_a_cart(ground: Ground, quantity: int = 2) -> AsyncIterator[Giving]:
    """A shopper with that many pieces, at 5 euros each, in the cart; the model orders at the second message."""
    async with ground.database.transaction() as conn:
        product = await make_product(conn, await make_store(conn), price=500, stock=10)
    async with running(ground, HELLO, ordering(), DONE) as here:
        await here.browser.say()
        shop = Giving(here, ground, product)
        await into_cart(shop, product, quantity)
        yield shop


async def into_cart(shop: Giving, product: Product, quantity: int) -> None:
    async with shop.ground.database.transaction() as conn:
        user = await conn.fetchval("select user_id from chats where public_id = $1", shop.browser.chat)
        cart_id = await carts.open_for(conn, await people.get(conn, user, None), product.id, None)
        await carts.set_quantity(conn, cart_id, product.id, quantity)


async def orders(shop: Giving) -> list[dict[str, Any]]:
    async with shop.ground.database.connection() as conn:
        return [
            dict(row)
            for row in await conn.fetch(
                "select o.* from orders o join chats c on c.user_id = o.user_id where c.public_id = $1",
                shop.browser.chat,
            )
        ]


async def test_an_order_is_placed_once_it_is_confirmed(ground: Ground) -> None:
    async with with_a_cart(ground) as shop:
        answer, [action_id] = await shop.asked()
        shown = await shop.action(action_id)
        assert (shown["tool"], shown["total"]["amount"]) == ("place_order", 1000)
        assert await orders(shop) == []
        went_on = await shop.decide(answer.message, True)
        assert went_on.types[:3] == ["start", "tool-output-available", "data-action"]
        [order] = await orders(shop)
        assert (str(order["message_action_id"]), order["total"]) == (action_id, 1000)
        assert (await shop.stock()) == 8
        assert {row["entity_type"] for row in await shop.audit(action_id)} >= {"order", "action"}
        again = await shop.confirm(action_id)
        assert (again.status_code, len(await orders(shop))) == (200, 1)


async def test_thirty_racers_place_one_order(ground: Ground) -> None:
    async with with_a_cart(ground) as shop:
        _, [action_id] = await shop.asked()

        async def confirm() -> Any:
            while (response := await shop.confirm(action_id)).status_code == 503:
                pass
            assert response.status_code == 200, response.text
            return response.json()

        replies = await asyncio.gather(*(confirm() for _ in range(30)))
        assert all(reply == replies[0] for reply in replies)
        assert (len(await orders(shop)), await shop.stock()) == (1, 8)


async def test_a_declined_order_is_none(ground: Ground) -> None:
    async with with_a_cart(ground) as shop:
        answer, _ = await shop.asked()
        assert "tool-output-denied" in (await shop.decide(answer.message, False)).types
        assert (await orders(shop), await shop.stock()) == ([], 10)


async def test_a_changed_price_and_a_changed_cart_ask_again(ground: Ground) -> None:
    async with with_a_cart(ground) as shop:
        _, [action_id] = await shop.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, shop.product, price=700)
        second = await shop.confirm(action_id)
        assert (second.status_code, second.json()["total"]["amount"]) == (202, 1400)
        await into_cart(shop, shop.product, 3)
        third = await shop.confirm(second.json()["id"])
        assert (third.status_code, third.json()["total"]["amount"]) == (202, 2100)
        assert (await orders(shop), await shop.stock()) == ([], 10)
        assert (await shop.confirm(third.json()["id"])).status_code == 200
        assert [order["total"] for order in await orders(shop)] == [2100]


async def test_less_in_stock_asks_again_for_what_is_left(ground: Ground) -> None:
    async with with_a_cart(ground, 3) as shop:
        _, [action_id] = await shop.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, shop.product, stock=1)
        again = await shop.confirm(action_id)
        asked = again.json()
        assert (again.status_code, asked["total"]["amount"], asked["replaces"]) == (202, 500, action_id)
        assert asked["card"]["left_out"] == [{"name": shop.product.name, "wanted": 3, "left": 1}]
        assert f"Left out: of 3 x {shop.product.name} only 1 is left." in asked["summary"]
        quantity = f"items.{shop.product.id}.0"
        assert {"fact": quantity, "before": 3, "after": 1} in asked["changes"]
        assert (await orders(shop), await shop.stock()) == ([], 1)
        assert (await shop.confirm(asked["id"])).status_code == 200
        assert ([order["total"] for order in await orders(shop)], await shop.stock()) == ([500], 0)


async def test_what_is_in_stock_again_is_asked_for_again(ground: Ground) -> None:
    async with with_a_cart(ground, 3) as shop:
        _, [first] = await shop.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, shop.product, stock=1)
        second = (await shop.confirm(first)).json()
        async with ground.database.connection() as conn:
            await change_product(conn, shop.product, stock=3)
        third = await shop.confirm(second["id"])
        assert (third.status_code, third.json()["total"]["amount"], third.json()["card"]["left_out"]) == (202, 1500, [])
        assert (await shop.confirm(third.json()["id"])).status_code == 200
        assert [order["total"] for order in await orders(shop)] == [1500]


@pytest.mark.parametrize("gone", [{"stock": 0}, {"is_active": False}])
async def test_one_of_two_things_that_is_gone_is_left_out(ground: Ground, gone: dict[str, Any]) -> None:
    async with with_a_cart(ground) as shop:
        async with ground.database.transaction() as conn:
            store_id = await conn.fetchval("select store_id from products where id = $1", shop.product.id)
            other = await make_product(conn, await stores.get(conn, store_id), name="Tent", price=900)
        await into_cart(shop, other, 1)
        answer, [action_id] = await shop.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, other, **gone)
        went_on = await shop.decide(answer.message, True)
        # The same answer asks again, in the stream that told it.
        assert "tool-approval-request" in went_on.types
        [second] = [chunk["approvalId"] for chunk in went_on.chunks if chunk["type"] == "tool-approval-request"]
        assert "Tent cannot be had any more" in (await shop.action(second))["summary"]
        assert (await shop.action(action_id))["state"] == "changed"
        done = await shop.decide((await shop.browser.history())[-1], True)
        assert "tool-output-available" in done.types
        assert [order["total"] for order in await orders(shop)] == [1000]


async def test_stock_that_is_gone_is_refused_and_nothing_is_charged(ground: Ground) -> None:
    async with with_a_cart(ground) as shop:
        _, [action_id] = await shop.asked()
        async with ground.database.connection() as conn:
            await change_product(conn, shop.product, stock=0)
        refused = await shop.confirm(action_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "action-failed")
        assert (await orders(shop), await shop.stock()) == ([], 0)
