"""The official client of the Model Context Protocol against the real service, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult

from api.mcp import KEY, offered
from api.settings import ApiSettings
from api.who import COOKIE
from storage.products import Product
from tests.support.factory import unique
from tests.support.give_away import give_away
from tests.support.problems import problem
from tests.support.service import Ground, Running, running
from tests.support.shopfront import Shopfront, make_shopfront
from tools.registry import SHOP_TOOLS

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
async def shop(ground: Ground) -> Shopfront:
    return await make_shopfront(ground.database)


@asynccontextmanager
async def client(here: Running, token: str | None = None, mode: Any = "auto", query: str = "") -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{here.url}/mcp{query}", http_client=http), mode=mode) as made,
    ):
        yield made


async def guest(here: Running) -> str:
    """The token of a shopper who has been here."""
    await here.browser.say()
    return here.browser.http.cookies[COOKIE]


def once(arguments: dict[str, object], key: str | None = None) -> dict[str, object]:
    return {**arguments, "meta": {KEY: key or unique("key")}}


def lines(*wanted: tuple[Product, int]) -> dict[str, object]:
    """Line items of the Universal Commerce Protocol."""
    return {"line_items": [{"item": {"id": str(product.id)}, "quantity": pieces} for product, pieces in wanted]}


def said(result: CallToolResult) -> str:
    [content] = result.content
    assert content.type == "text"
    return content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_official_client_lists_and_calls_every_tool(here: Running, shop: Shopfront, mode: str) -> None:
    """What writes is refused without a key and answered again with the same one; what waits for a yes gets it."""
    token = await guest(here)
    tour = await shop.tour(here.service.database, token)
    async with client(here, token, mode) as mcp:
        listed = {tool.name: tool for tool in (await mcp.list_tools()).tools}
        tools = offered({tool.name: tool for tool in SHOP_TOOLS})
        assert [*listed] == [*tools, "confirm_action", "reject_action"]
        for name, tool in tools.items():
            arguments = dict(tour.ucp_arguments(name) or tour.arguments(name))
            given = once(arguments)
            Draft202012Validator(listed[name].input_schema).validate(given)
            # The client itself holds the output against the output schema that was listed.
            result = await mcp.call_tool(name, given)
            assert not result.is_error, said(result)
            if tool.effect == "write":
                bare = await mcp.call_tool(name, arguments)
                assert (bare.is_error, (bare.meta or {})["cartwright/code"]) == (True, "bad-request")
                again = await mcp.call_tool(name, given)
                assert again.structured_content == result.structured_content
                assert (again.meta or {})["cartwright/replayed"] is True
            output = result.structured_content
            if tool.confirm is not None:
                decided = await mcp.call_tool("confirm_action", once({"action_id": output["id"]}))
                assert (decided.structured_content["state"], decided.is_error) == ("executed", False)
                output = decided.structured_content["output"]
                Draft202012Validator(tool.output_schema).validate(output)
            tour.outputs[name] = output
    tour.check()
    assert tour.outputs["search_catalog"]["products"][0]["id"] == str(shop.kettle.id)
    assert [line["id"] for line in tour.outputs["update_cart"]["line_items"]] == [str(shop.mug.id)]


async def test_what_writes_needs_a_key_and_is_done_once_a_key(here: Running, shop: Shopfront) -> None:
    arguments: dict[str, object] = {"product_id": str(shop.mug.id)}
    async with client(here, await guest(here)) as mcp:
        refused = await mcp.call_tool("update_wishlist", arguments)
        assert refused.is_error
        assert "Idempotency-Key" in said(refused)
        first = await mcp.call_tool("update_wishlist", once(arguments, "one"))
        again = await mcp.call_tool("update_wishlist", once(arguments, "one"))
        assert first.structured_content == again.structured_content
        assert (again.meta or {})["cartwright/replayed"] is True
        other = await mcp.call_tool("update_wishlist", once({**arguments, "listed": False}, "one"))
        assert ((other.meta or {})["cartwright/code"], other.is_error) == ("key-reused", True)
        hidden: Any = {KEY: "two"}
        assert not (await mcp.call_tool("update_wishlist", arguments, meta=hidden)).is_error


async def test_a_stranger_becomes_a_guest_and_is_told_the_token(here: Running, shop: Shopfront) -> None:
    async with client(here) as mcp:
        put = await mcp.call_tool("create_cart", once({"cart": lines((shop.kettle, 1))}))
        token = (put.meta or {})["cartwright/session"]
    async with client(here, token) as mcp:
        seen = await mcp.call_tool("get_cart", {"id": put.structured_content["id"]})
    assert seen.structured_content["line_items"][0]["item"]["id"] == str(shop.kettle.id)
    assert "cartwright/session" not in (seen.meta or {})


async def test_a_refusal_is_a_tool_error_with_its_sentence(here: Running, shop: Shopfront) -> None:
    async with client(here, await guest(here)) as mcp:
        short = await mcp.call_tool("create_cart", once({"cart": lines((shop.mug, 50))}))
        assert (short.is_error, (short.meta or {})["cartwright/code"]) == (True, "not-enough-stock")
        assert said(short).startswith("Only 10 of it are in stock")
        [message] = short.structured_content["messages"]
        assert (message["type"], message["code"], message["content"]) == ("error", "out_of_stock", said(short))
        missing = await mcp.call_tool("get_product", {"catalog": {"id": "kettle"}})
        assert missing.structured_content["messages"][0]["code"] == "not_found"
        wrong = await mcp.call_tool("get_reviews", {"product_id": "kettle"})
        assert ("product_id" in said(wrong), wrong.structured_content) == (True, None)
        with pytest.raises(MCPError, match="no tool"):
            await mcp.call_tool("drop_tables", {})


async def test_what_needs_a_confirmation_is_asked_for_and_decided(ground: Ground, shop: Shopfront) -> None:
    async with running(ground, tools=(*SHOP_TOOLS, give_away)) as here, client(here, await guest(here)) as mcp:
        give: dict[str, object] = {"product_id": str(shop.mug.id), "pieces": 1}
        for decision, state in (("confirm_action", "executed"), ("reject_action", "rejected")):
            asked = (await mcp.call_tool("give_away", once(give))).structured_content
            assert asked["state"] == "pending"
            yes = once({"action_id": asked["id"]}, f"key-{decision}")
            decided = await mcp.call_tool(decision, yes)
            assert (decided.is_error, decided.structured_content["state"]) == (False, state)
            assert (await mcp.call_tool(decision, yes)).structured_content == decided.structured_content
        missing = await mcp.call_tool("confirm_action", once({"action_id": str(shop.store.id)}))
        assert (missing.meta or {})["cartwright/code"] == "not-found"


async def test_a_store_is_named_in_the_address(here: Running, shop: Shopfront) -> None:
    async with client(here, query=f"?store={shop.store.slug}") as mcp:
        found = await mcp.call_tool("search_catalog", {"catalog": {"query": "kettle"}})
        assert found.structured_content["products"][0]["title"] == "Enamel kettle"
    async with client(here, query="?store=nowhere") as mcp:
        lost = await mcp.call_tool("search_catalog", {"catalog": {"query": "kettle"}})
        assert (lost.meta or {})["cartwright/code"] == "not-found"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"host": "localhost:9"}, True),
        ({"host": "[::1]:9"}, True),
        ({"host": "shop.example"}, True),
        ({"origin": "https://shop.example"}, True),
        ({"host": "evil.example"}, False),
        ({"host": "shop.example.evil.example"}, False),
    ],
)
async def test_a_name_that_is_not_ours_is_refused(ground: Ground, headers: dict[str, str], allowed: bool) -> None:
    async with running(ground, settings=ApiSettings(public_url="https://shop.example")) as here:
        response = await here.browser.http.post("/mcp", json=INITIALIZE, headers=JSON | headers)
    if allowed:
        assert response.status_code == 200
        assert response.json()["result"]["serverInfo"]["name"] == "cartwright"
    else:
        problem(response, 403, "wrong-host")


async def test_other_requests_are_problems(ground: Ground) -> None:
    async with running(ground, settings=ApiSettings(max_body=1024)) as here:
        http = here.browser.http
        problem(await http.get("/mcp"), 405, "method-not-allowed")
        problem(await http.delete("/mcp"), 405, "method-not-allowed")
        problem(await http.post("/mcp", content=b"{}", headers={"content-type": "text/plain"}), 415, "not-json")
        problem(await http.post("/mcp", content=b" " * 2000, headers=JSON), 413, "too-large")
        broken = await http.post("/mcp", content=b"{", headers=JSON)
        assert (broken.status_code, broken.json()["error"]["code"]) == (400, -32700)
