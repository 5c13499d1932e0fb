from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import orjson

from storage.products import Product
from storage.stores import Store
from tests.support.factory import make_product, make_store
from tests.support.problems import problem
from tests.support.providers import openai
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import Ground, Running, client, running
from tests.support.shopper import shopper


async def shop(ground: Ground) -> tuple[Store, Product]:
    async with ground.database.connection() as conn:
        store = await make_store(conn)
        return store, await make_product(conn, store, name="Kettle", stock=20)


def calls(tool: str, arguments: dict[str, object]) -> Script:
    return (Call(0, "c0", tool), Arguments(0, orjson.dumps(arguments).decode()), End("tool_calls"))


async def item_of(http: httpx.AsyncClient) -> dict[str, Any]:
    [cart] = (await http.get("/v1/carts")).json()["items"]
    item: dict[str, Any] = cart["items"][0]
    return item


async def explained(here: Running) -> dict[str, Any]:
    http = here.browser.http
    answer = await http.get(f"/v1/explain/cart-items/{(await item_of(http))['id']}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_the_assistant_put_there_leads_to_the_question_and_the_search(ground: Ground) -> None:
    store, kettle = await shop(ground)
    said = openai.reply([Text("Done."), End()])
    search, put = (
        calls("search_products", {"query": "kettle"}),
        calls("update_cart", {"product_id": str(kettle.id), "quantity": 2}),
    )
    async with running(ground, openai.reply(search), openai.reply(put), said) as here:
        answer = (await here.browser.say("two kettles, please", store=store.slug)).message
        told = await explained(here)
        assert (told["product_id"], told["name"], told["quantity"]) == (str(kettle.id), "Kettle", 2)
        [step] = told["steps"]
        assert (step["action"], step["before"], step["after"], step["action_id"]) == ("set_quantity", 0, 2, None)
        assert step["tool_call"] == {
            "tool": "update_cart",
            "input": {"product_id": str(kettle.id), "quantity": 2},
            "message_id": answer["id"],
            "chat_id": here.browser.chat,
            "asked": "two kettles, please",
        }
        assert (step["found_by"]["query"], step["found_by"]["rank"]) == ("kettle", 1)
        assert (step["suggestion"], step["key"]) == (None, None)


async def test_an_accepted_suggestion_and_a_hand_on_the_page_are_told_the_latest_first(ground: Ground) -> None:
    store, kettle = await shop(ground)
    items = [{"product_id": str(kettle.id), "quantity": 3}]
    carts: dict[str, object] = {"carts": [{"title": "Tea", "reason": "It boils.", "score": 80, "items": items}]}
    suggest = calls("suggest_carts", carts)
    async with running(ground, openai.reply(suggest), openai.reply([Text("Well?"), End()])) as here:
        http = here.browser.http
        answer = (await here.browser.say("tea", store=store.slug)).message
        [suggested] = (await http.get("/v1/carts", params={"suggested_by": answer["id"]})).json()["items"]
        own = (await http.post(f"/v1/carts/{suggested['id']}/accept")).json()["cart"]
        await http.put(f"/v1/carts/{own['id']}/items/{kettle.id}", json={"quantity": 1})
        by_hand, accepted = (await explained(here))["steps"]
        assert (by_hand["before"], by_hand["after"], by_hand["tool_call"], by_hand["suggestion"]) == (3, 1, None, None)
        assert (accepted["action"], accepted["before"], accepted["after"]) == ("accept_suggested", 0, 3)
        assert accepted["suggestion"] == {
            "id": suggested["id"], "title": "Tea", "reason": "It boils.", "score": 80, "message_id": answer["id"]
        }  # fmt: skip


async def test_only_what_is_in_ones_own_cart_is_explained(here: Running, ground: Ground) -> None:
    store, kettle = await shop(ground)
    async with shopper(here) as one, shopper(here) as other:
        cart = (await one.http.post("/v1/carts", json={"store": store.slug})).json()
        await one.http.put(f"/v1/carts/{cart['id']}/items/{kettle.id}", json={"quantity": 1})
        path = f"/v1/explain/cart-items/{(await item_of(one.http))['id']}"
        assert (await one.http.get(path)).status_code == 200
        problem(await other.http.get(path), 404, "not-found")
        problem(await one.http.get(f"/v1/explain/cart-items/{uuid4()}"), 404, "not-found")
        problem(await one.http.get("/v1/explain/cart-items/kettle"), 404, "not-found")
    async with client(here.url) as nobody:
        problem(await nobody.get(path), 404, "not-found")
