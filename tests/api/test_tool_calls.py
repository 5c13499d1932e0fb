from __future__ import annotations

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from api.who import COOKIE
from tests.support.factory import unique
from tests.support.give_away import give_away
from tests.support.problems import problem
from tests.support.service import Ground, Running, running
from tests.support.shopfront import Shopfront, make_shopfront
from tools.registry import SHOP_TOOLS


@pytest.fixture(scope="module")
async def shop(ground: Ground) -> Shopfront:
    return await make_shopfront(ground.database)


async def call(http: httpx.AsyncClient, name: str, arguments: object, key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await http.post(f"/v1/tools/{name}", json=arguments, headers=headers)


async def test_every_tool_is_listed_with_its_schemas(here: Running) -> None:
    listed = (await here.browser.http.get("/v1/tools")).json()["tools"]
    assert [tool["name"] for tool in listed] == [tool.name for tool in SHOP_TOOLS]
    for told, tool in zip(listed, SHOP_TOOLS, strict=True):
        assert (told["description"], told["effect"]) == (tool.description, tool.effect)
        assert told["confirm"] == (tool.confirm is not None)
        for schema in (told["input_schema"], told["output_schema"]):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"


async def test_every_tool_is_called_and_gives_what_its_schema_says(here: Running, shop: Shopfront) -> None:
    """What writes is refused without a key and answered again with the same one; what waits for a yes gets it."""
    http = here.browser.http
    await here.browser.say()
    tour = await shop.tour(here.service.database, http.cookies[COOKIE])
    for tool in (await http.get("/v1/tools")).json()["tools"]:
        name, key = tool["name"], unique("key")
        arguments = tour.arguments(name)
        Draft202012Validator(tool["input_schema"]).validate(arguments)
        response = await call(http, name, arguments, key)
        assert response.status_code == (202 if tool["confirm"] else 200), response.text
        if tool["effect"] == "write":
            problem(await call(http, name, arguments), 400, "bad-request")
            again = await call(http, name, arguments, key)
            assert (again.status_code, again.content) == (response.status_code, response.content)
            assert again.headers["idempotent-replayed"] == "true"
        answer = response.json()
        if tool["confirm"]:
            path = f"/v1/actions/{answer['id']}/confirm"
            answer = (await http.post(path, headers={"Idempotency-Key": unique("yes")})).json()
            assert (answer["state"], answer["error"]) == ("executed", None)
        else:
            assert set(answer) == {"output", "data", "sources"}
        Draft202012Validator(tool["output_schema"]).validate(answer["output"])
        tour.outputs[name] = answer["output"]
    assert len(tour.outputs) == len(SHOP_TOOLS)
    assert tour.outputs["search_products"]["products"][0]["product_id"] == str(shop.kettle.id)
    tour.check()


async def test_data_and_sources_come_with_the_output(here: Running, shop: Shopfront) -> None:
    answer = (await call(here.browser.http, "get_product", {"product_id": str(shop.kettle.id)})).json()
    assert answer["data"][0]["name"] == "products"
    assert answer["data"][0]["content"]["products"][0]["id"] == str(shop.kettle.id)
    assert answer["sources"][0]["url"] == f"{here.url}/products/{shop.kettle.id}"


async def test_what_writes_needs_a_key_and_is_done_once_a_key(here: Running, shop: Shopfront) -> None:
    http, key = here.browser.http, unique("key")
    arguments = {"product_id": str(shop.mug.id), "quantity": 3}
    problem(await call(http, "update_cart", arguments), 400, "bad-request")
    first = await call(http, "update_cart", arguments, key)
    again = await call(http, "update_cart", arguments, key)
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers["idempotent-replayed"] == "true"
    problem(await call(http, "update_cart", {**arguments, "quantity": 4}, key), 422, "key-reused")
    async with here.service.database.connection() as conn:
        rows = await conn.fetch(
            "select host(a.ip_address) as ip, a.user_agent from audit_log a join sessions s using (user_id) "
            "where a.action = 'set_quantity' and s.token_hash = sha256($1::text::bytea)",
            http.cookies[COOKIE],
        )
    assert [tuple(row) for row in rows] == [("127.0.0.1", http.headers["user-agent"])]


async def test_a_refusal_is_a_problem_and_leaves_nothing(here: Running, shop: Shopfront) -> None:
    http = here.browser.http
    found = problem(await call(http, "update_cart", {"product_id": "x", "quantity": 1}, "k1"), 422, "bad-arguments")
    assert found.errors[0].field == "product_id"
    unknown = {"product_id": str(shop.store.id), "quantity": 1}
    problem(await call(http, "update_cart", unknown, "k2"), 404, "unknown-product")
    too_many = {"product_id": str(shop.mug.id), "quantity": 11}
    problem(await call(http, "update_cart", too_many, "k3"), 409, "not-enough-stock")
    assert COOKIE not in http.cookies
    assert (await call(http, "view_cart", {})).json()["output"]["items"] == []


async def test_a_store_is_named_beside_the_arguments(here: Running, shop: Shopfront) -> None:
    http = here.browser.http
    url = "/v1/tools/search_products"
    found = await http.post(url, params={"store": shop.store.slug}, json={"query": "kettle"})
    assert found.json()["output"]["products"][0]["name"] == "Enamel kettle"
    problem(await http.post(url, params={"store": "nowhere"}, json={"query": "kettle"}), 404, "not-found")
    problem(await http.post(url, params={"shop": "x"}, json={"query": "kettle"}), 422, "bad-fields")


@pytest.mark.parametrize(("content", "status"), [(b"[]", 422), (b"1", 422), (b"{", 400), (b'{"query": 1e999}', 422)])
async def test_arguments_are_an_object(here: Running, content: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    response = await here.browser.http.post("/v1/tools/search_products", content=content, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


async def test_an_unknown_tool_is_not_there(here: Running) -> None:
    problem(await call(here.browser.http, "drop_tables", {}), 404, "not-found")


async def test_what_needs_a_confirmation_is_asked_for_and_done_once_confirmed(ground: Ground, shop: Shopfront) -> None:
    async with running(ground, tools=(*SHOP_TOOLS, give_away)) as here:
        http, arguments = here.browser.http, {"product_id": str(shop.mug.id), "pieces": 1}
        asked = await call(http, "give_away", arguments, "ask")
        assert (asked.status_code, asked.json()["state"]) == (202, "pending")
        again = await call(http, "give_away", arguments, "ask")
        assert (again.json()["id"], again.headers["idempotent-replayed"]) == (asked.json()["id"], "true")
        path = f"/v1/actions/{asked.json()['id']}/confirm"
        done = await http.post(path, headers={"Idempotency-Key": "yes"})
        assert (done.status_code, done.json()["state"]) == (200, "executed")
