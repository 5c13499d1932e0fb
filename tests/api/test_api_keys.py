from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest

from api.mcp import KEY
from api.rights import Scope
from api.routes import ENDPOINTS
from tests.support.asking import giving
from tests.support.factory import unique
from tests.support.give_away import give_away
from tests.support.integrator import integrator, new_key
from tests.support.orders import ordered
from tests.support.problems import problem
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import Browser, Ground, Running, gated, running
from tests.support.shopfront import Shopfront, make_shopfront
from tests.support.shopper import shopper
from tools.registry import SHOP_TOOLS

JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
async def shop(ground: Ground) -> Shopfront:
    return await make_shopfront(ground.database)


@pytest.fixture(scope="module")
async def other(ground: Ground) -> Shopfront:
    return await make_shopfront(ground.database)


async def items(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    response = await http.get(path)
    assert response.status_code == 200, response.text
    told: list[dict[str, Any]] = response.json()["items"]
    return told


async def test_a_key_is_made_shown_once_used_and_revoked(here: Running) -> None:
    async with shopper(here) as owner:
        secret = await new_key(owner, "carts:read")
        [listed] = await items(owner.http, "/v1/api-keys")
        assert listed["prefix"] == secret[:11]
        assert (listed["state"], listed["stores"], listed["last_used_at"]) == ("live", None, None)
        assert secret not in str(listed)
        async with integrator(here, secret) as till:
            assert await items(till, "/v1/carts") == []
            [listed] = await items(owner.http, "/v1/api-keys")
            assert listed["last_used_at"] is not None
            assert (await owner.http.delete(f"/v1/api-keys/{listed['id']}")).status_code == 204
            problem(await till.get("/v1/carts"), 401, "bad-key")
        [listed] = await items(owner.http, "/v1/api-keys")
        assert listed["state"] == "revoked"


async def test_a_key_nobody_has_is_no_guest(here: Running) -> None:
    async with integrator(here, "cw_00000000_made-up") as till:
        response = await till.post("/api/chat", json=here.browser.body())
        problem(response, 401, "bad-key")
        assert "set-cookie" not in response.headers
        assert (await till.get("/healthz")).status_code == 200


async def test_a_key_acts_for_its_person_and_the_audit_log_names_it(here: Running, shop: Shopfront) -> None:
    async with shopper(here, "admin") as owner:
        async with integrator(here, await new_key(owner, "carts:write")) as till:
            cart = (await till.post("/v1/carts", json={"store": shop.store.slug})).json()["id"]
            path = f"/v1/carts/{cart}/items/{shop.mug.id}"
            assert (await till.put(path, json={"quantity": 2})).status_code == 200
        [listed] = await items(owner.http, "/v1/api-keys")
        assert [each["id"] for each in await items(owner.http, "/v1/carts")] == [cart]
        [change] = await items(owner.http, f"/v1/audit-log?api_key_id={listed['id']}")
        assert (change["entity_type"], change["user_id"]) == ("cart", str(owner.person.user_id))


@pytest.mark.parametrize(
    ("role", "said", "field"),
    [
        ("user", {"scopes": ["admin"]}, "scopes"),
        ("moderator", {"scopes": ["admin"]}, "scopes"),
        ("user", {"scopes": ["moderation"]}, "scopes"),
        ("user", {"scopes": []}, "scopes"),
        ("user", {"scopes": ["everything"]}, "scopes.0"),
        ("user", {"scopes": ["tools"], "days": 401}, "days"),
        ("user", {"scopes": ["tools"], "stores": []}, "stores"),
    ],
)
async def test_what_a_key_cannot_be(here: Running, role: Any, said: Mapping[str, object], field: str) -> None:
    async with shopper(here, role) as owner:
        response = await owner.http.post("/v1/api-keys", json={"name": "till", **said})
        assert problem(response, 422, "bad-fields").errors[0].field == field


async def test_a_guest_makes_no_keys(here: Running) -> None:
    async with shopper(here, "guest") as guest:
        problem(await guest.http.post("/v1/api-keys", json={"name": "till", "scopes": ["tools"]}), 403, "forbidden")


def test_write_includes_read_and_every_scope_opens_something() -> None:
    assert {endpoint.scope for endpoint in ENDPOINTS} - {"open", "closed"} == set(get_args(Scope))


async def test_a_key_for_a_store_sees_that_store_alone(here: Running, shop: Shopfront, other: Shopfront) -> None:
    async with shopper(here) as owner:
        orders = [await ordered(here.service.database, owner.person, [(one.kettle, 1)]) for one in (shop, other)]
        for store in (shop, other):
            cart = (await owner.http.post("/v1/carts", json={"store": store.store.slug})).json()["id"]
            await owner.http.put(f"/v1/carts/{cart}/items/{store.mug.id}", json={"quantity": 1})
            await owner.http.put(f"/v1/wishlist/{store.mug.id}")
        scopes = ("catalogue:read", "carts:write", "orders:write", "chats:write", "events:write", "tools")
        async with integrator(here, await new_key(owner, *scopes, stores=[shop.store.slug])) as till:
            assert [each["slug"] for each in (await till.get("/v1/stores")).json()["stores"]] == [shop.store.slug]
            for path in ("/v1/carts", "/v1/products?limit=100", "/v1/wishlist", "/v1/search?q=mug", "/v1/orders"):
                told = str(await items(till, path))
                assert str(shop.store.slug) in told or str(shop.mug.id) in told or str(orders[0].id) in told, path
                for alien in (other.store.slug, other.store.id, other.mug.id, other.kettle.id, orders[1].id):
                    assert str(alien) not in told, path
                separator = "&" if "?" in path else "?"
                problem(await till.get(f"{path}{separator}store={other.store.slug}"), 404, "not-found")
            for path in (f"/v1/products/{other.mug.id}", f"/v1/orders/{orders[1].id}"):
                problem(await till.get(path), 404, "not-found")
            for alien in (orders[1].order_number, orders[1].order_number.lower().replace("-", " ")):
                call = await till.post("/v1/tools/get_order", json={"order": alien})
                problem(call, 404, "not-found")
            assert (await till.post("/v1/tools/get_order", json={"order": orders[0].order_number})).status_code == 200
            event = {"id": unique("event"), "type": "view", "product_id": str(other.mug.id)}
            problem(await till.post("/v1/events", json={"events": [event]}), 404, "not-found")


async def test_a_key_for_a_store_does_not_see_what_belongs_to_its_person_alone(here: Running, shop: Shopfront) -> None:
    async with shopper(here) as owner:
        saved = {"line1": "Hidden Lane 7", "city": "Berlin", "postal_code": "10119", "country": "DE"}
        address = (await owner.http.post("/v1/addresses", json=saved)).json()["id"]
        card = {"kind": "credit_card", "reference": unique("acct"), "last_four": "4711"}
        method = (await owner.http.post("/v1/payment-methods", json=card)).json()["id"]
        cart = (await owner.http.post("/v1/carts", json={"store": shop.store.slug})).json()["id"]
        filled = (await owner.http.put(f"/v1/carts/{cart}/items/{shop.mug.id}", json={"quantity": 1})).json()
        personal = [endpoint for endpoint in ENDPOINTS if endpoint.personal]
        assert {endpoint.path.split("/")[2] for endpoint in personal} == {"payment-methods", "addresses"}
        scopes = ("orders:write", "tools", "chats:write")
        async with integrator(here, await new_key(owner, *scopes, stores=[shop.store.slug])) as till:
            for endpoint in personal:
                path = endpoint.path.replace("{id}", method if "payment" in endpoint.path else address)
                problem(await till.request(endpoint.method, path, json=card), 403, "scope-missing")
            told = (await till.post("/v1/tools/view_orders", json={})).json()["output"]
            assert (told["saved_address"], told["payment_methods"]) == (None, [])
            asked = await till.post("/v1/tools/place_order", json={}, headers={"Idempotency-Key": unique("key")})
            problem(asked, 422, "address-missing")
            order = {"cart_id": cart, "version": filled["version"], "expected_total": filled["total"]}
            key = {"Idempotency-Key": unique("key")}
            problem(await till.post("/v1/orders", json=order, headers=key), 422, "address-missing")
            order["shipping_address"] = saved
            key = {"Idempotency-Key": unique("key")}
            assert (await till.post("/v1/orders", json=order, headers=key)).status_code == 201
        async with integrator(here, await new_key(owner, *scopes)) as till:
            for path, kept in (("/v1/addresses", address), ("/v1/payment-methods", method)):
                assert kept in [each["id"] for each in await items(till, path)]
            assert "Hidden Lane 7" in (await till.post("/v1/tools/view_orders", json={})).text


@pytest.mark.parametrize("bound", [True, False])
async def test_an_answer_to_such_a_key_does_not_either(ground: Ground, shop: Shopfront, bound: bool) -> None:
    call: Script = (Call(0, "c0", "view_orders"), Arguments(0, "{}"), End("tool_calls"))
    async with running(ground, call, (Text("Done."), End())) as here, shopper(here) as owner:
        saved = {"line1": "Hidden Lane 7", "city": "Berlin", "postal_code": "10119", "country": "DE"}
        await owner.http.post("/v1/addresses", json=saved)
        key = await new_key(owner, "chats:write", stores=[shop.store.slug] if bound else None)
        async with integrator(here, key) as till:
            reader = Browser(till, unique("chat"))
            assert (await till.post("/api/chat", json=reader.body())).status_code == 200
            told = (await till.get(f"/api/chat/{reader.chat}")).text
        assert "view_orders" in told
        assert ("Hidden Lane 7" in told) is not bound


@pytest.mark.parametrize(
    ("asks", "confirms", "hidden"),
    [("owner", "bound", True), ("bound", "owner", True), ("bound", "free", True), ("owner", "free", False)],
)
async def test_an_answer_that_such_a_key_asked_for_or_confirmed_goes_on_without_it(
    ground: Ground, shop: Shopfront, asks: str, confirms: str, hidden: bool
) -> None:
    look: Script = (Call(0, unique("call"), "view_orders"), Arguments(0, "{}"), End("tool_calls"))
    tools, steps = (*SHOP_TOOLS, give_away), (giving(shop.mug, 1), look, (Text("Done."), End()))
    async with running(ground, *steps, tools=tools) as here, shopper(here) as owner:
        saved = {"line1": "Hidden Lane 7", "city": "Berlin", "postal_code": "10119", "country": "DE"}
        await owner.http.post("/v1/addresses", json=saved)
        scopes = ("chats:write", "orders:write")
        async with (
            integrator(here, await new_key(owner, *scopes, stores=[shop.store.slug])) as bound,
            integrator(here, await new_key(owner, *scopes)) as free,
        ):
            doors = {"owner": owner.http, "bound": bound, "free": free}
            reader = Browser(doors[asks], unique("chat"))
            asked = await reader.say("Give it away", store=shop.store.slug)
            [action] = [chunk["approvalId"] for chunk in asked.chunks if chunk["type"] == "tool-approval-request"]
            yes = await doors[confirms].post(f"/v1/actions/{action}/confirm", headers={"Idempotency-Key": action})
            assert yes.status_code == 200, yes.text
            await reader.resume()
            told = (await bound.get(f"/api/chat/{reader.chat}")).text
        assert "Done." in told
        assert ("Hidden Lane 7" not in told) is hidden


async def test_a_chat_of_such_a_key_is_about_its_store(here: Running, shop: Shopfront, other: Shopfront) -> None:
    async with shopper(here) as owner:
        away = here.browser.body(store=other.store.slug) | {"id": unique("chat")}
        assert (await owner.http.post("/api/chat", json=away)).status_code == 200
        async with integrator(here, await new_key(owner, "chats:write", stores=[shop.store.slug])) as till:
            problem(await till.post("/api/chat", json=away), 404, "not-found")
            problem(await till.get(f"/api/chat/{away['id']}"), 404, "not-found")
            body = here.browser.body() | {"id": unique("chat")}
            assert (await till.post("/api/chat", json=body)).status_code == 200
            async with here.service.database.connection() as conn:
                about: UUID = await conn.fetchval("select store_id from chats where public_id = $1", body["id"])
            assert about == shop.store.id


async def test_such_a_key_finds_nothing_of_chats_about_other_stores(
    here: Running, shop: Shopfront, other: Shopfront
) -> None:
    async with shopper(here) as owner:
        for store in (shop.store.slug, other.store.slug, None):
            said = {"store": store} if store else {}
            await Browser(owner.http, unique("chat")).say(f"A kettle from {store or 'anywhere'}", **said)
        for stores, found in (([shop.store.slug], {shop.store.slug}), (None, {shop.store.slug, other.store.slug})):
            async with integrator(here, await new_key(owner, "tools", stores=stores)) as till:
                told = await till.post("/v1/tools/search_chats", json={"query": "kettle", "limit": 10})
            texts = {each["text"] for each in told.json()["output"]["passages"] if each["by"] == "shopper"}
            anywhere = set() if stores else {"A kettle from anywhere"}
            assert texts == {f"A kettle from {each}" for each in found} | anywhere


async def test_a_key_for_several_stores_says_which(here: Running, shop: Shopfront, other: Shopfront) -> None:
    async with shopper(here) as owner:
        both = [shop.store.slug, other.store.slug]
        async with integrator(here, await new_key(owner, "catalogue:read", stores=both)) as till:
            assert problem(await till.get("/v1/products"), 422, "bad-fields").errors[0].field == "store"
            assert await items(till, f"/v1/products?store={other.store.slug}")
            assert len((await till.get("/v1/stores")).json()["stores"]) == 2


async def test_over_mcp_a_key_calls_tools_and_confirms_with_the_scope_of_orders(here: Running) -> None:
    async with shopper(here) as owner:
        call = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "confirm_action", "arguments": {"action_id": str(UUID(int=1)), "meta": {KEY: "k"}}},
        }
        for scopes, code in ((["tools"], "scope-missing"), (["tools", "orders:write"], "not-found")):
            async with integrator(here, await new_key(owner, *scopes)) as till:
                answer = (await till.post("/mcp", json=call, headers=JSON)).json()["result"]
                assert answer["_meta"]["cartwright/code"] == code


async def test_a_key_that_is_revoked_cuts_its_streams(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    answer = gated((Text("So "),), gate, (Text("be it."), End()))
    async with (
        running(ground, answer) as here,
        shopper(here) as owner,
        integrator(here, await new_key(owner, "chats:write")) as till,
    ):
        reader = Browser(till, unique("chat"))
        reading = asyncio.create_task(reader.send(reader.body(), begun=begun))
        await begun.wait()
        [listed] = await items(owner.http, "/v1/api-keys")
        await owner.http.delete(f"/v1/api-keys/{listed['id']}")
        with pytest.raises(httpx.RemoteProtocolError):
            await asyncio.wait_for(reading, 5)
        gate.set()
