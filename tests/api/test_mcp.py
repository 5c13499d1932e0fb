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

from api.mcp import KEY, UCP_NAMES
from api.settings import ApiSettings
from api.who import COOKIE
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
        tools = (await mcp.list_tools()).tools
        names = [UCP_NAMES.get(tool.name, tool.name) for tool in SHOP_TOOLS]
        assert [tool.name for tool in tools] == [*names, "confirm_action", "reject_action"]
        for tool, ours in zip(tools, SHOP_TOOLS, strict=False):
            arguments = dict(tour.arguments(ours.name))
            given = once(arguments)
            Draft202012Validator(tool.input_schema).validate(given)
            # The client itself holds the output against the output schema that was listed.
            result = await mcp.call_tool(tool.name, given)
            assert not result.is_error, said(result)
            if ours.effect == "write":
                bare = await mcp.call_tool(tool.name, arguments)
                assert (bare.is_error, (bare.meta or {})["cartwright/code"]) == (True, "bad-request")
                again = await mcp.call_tool(tool.name, given)
                assert again.structured_content == result.structured_content
                assert (again.meta or {})["cartwright/replayed"] is True
            output = result.structured_content
            if ours.confirm is not None:
                decided = await mcp.call_tool("confirm_action", once({"action_id": output["id"]}))
                assert (decided.structured_content["state"], decided.is_error) == ("executed", False)
                output = decided.structured_content["output"]
                Draft202012Validator(ours.output_schema).validate(output)
            tour.outputs[ours.name] = output
    tour.check()


async def test_what_writes_needs_a_key_and_is_done_once_a_key(here: Running, shop: Shopfront) -> None:
    arguments: dict[str, object] = {"product_id": str(shop.mug.id), "quantity": 2}
    async with client(here, await guest(here)) as mcp:
        refused = await mcp.call_tool("update_cart", arguments)
        assert refused.is_error
        assert "Idempotency-Key" in said(refused)
        first = await mcp.call_tool("update_cart", once(arguments, "one"))
        again = await mcp.call_tool("update_cart", once(arguments, "one"))
        assert first.structured_content == again.structured_content
        assert (again.meta or {})["cartwright/replayed"] is True
        other = await mcp.call_tool("update_cart", once({**arguments, "quantity": 3}, "one"))
        assert ((other.meta or {})["cartwright/code"], other.is_error) == ("key-reused", True)
        hidden: Any = {KEY: "two"}
        assert not (await mcp.call_tool("update_cart", arguments, meta=hidden)).is_error


async def test_a_stranger_becomes_a_guest_and_is_told_the_token(here: Running, shop: Shopfront) -> None:
    async with client(here) as mcp:
        put = await mcp.call_tool("update_cart", once({"product_id": str(shop.kettle.id), "quantity": 1}))
        token = (put.meta or {})["cartwright/session"]
    async with client(here, token) as mcp:
        seen = await mcp.call_tool("get_cart", {})
    assert seen.structured_content["items"][0]["product_id"] == str(shop.kettle.id)
    assert "cartwright/session" not in (seen.meta or {})


async def test_a_refusal_is_a_tool_error_with_its_sentence(here: Running, shop: Shopfront) -> None:
    async with client(here, await guest(here)) as mcp:
        short = await mcp.call_tool("update_cart", once({"product_id": str(shop.mug.id), "quantity": 50}))
        assert (short.is_error, (short.meta or {})["cartwright/code"]) == (True, "not-enough-stock")
        assert said(short).startswith("Only 10 of it are in stock")
        wrong = await mcp.call_tool("get_product", {"product_id": "kettle"})
        assert "product_id" in said(wrong)
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
        found = await mcp.call_tool("search_catalog", {"query": "kettle"})
        assert found.structured_content["products"][0]["name"] == "Enamel kettle"
    async with client(here, query="?store=nowhere") as mcp:
        lost = await mcp.call_tool("search_catalog", {"query": "kettle"})
        assert (lost.meta or {})["cartwright/code"] == "not-found"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"host": "localhost:9"}, True),
        ({"host": "[::1]:9"}, True),
        ({"host": "shop.example"}, True),
        ({"origin": "https://shop.example"}, True),
        ({"origin": "http://127.0.0.1:3000"}, True),
        ({"host": "evil.example"}, False),
        ({"host": "shop.example.evil.example"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
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
