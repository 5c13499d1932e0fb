"""What these tools take and give, held against the protocol's own schemas and examples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from storage import order_cancelling, orders
from storage.database import Database
from storage.embedder import Embedder
from storage.errors import CartwrightError, NotFound
from storage.people import Person
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, delivered, ordered
from tests.support.shopfront import Shopfront, make_shopfront
from tests.support.tool_context import called, context
from tests.support.ucp_schemas import calls, validator
from tools.errors import BadArguments, NoLongerSold, NotEnoughStock, UnknownOrder, UnknownProduct
from tools.schema import checked
from tools.tool import Tool
from tools.ucp.cart import cancel_cart, create_cart, get_cart, update_cart
from tools.ucp.catalog import get_product, lookup_catalog, search_catalog
from tools.ucp.order import get_order
from tools.ucp.registry import UCP_TOOLS
from tools.ucp.shapes import failure


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop, a shopper, and the schemas."""

    database: Database
    embedder: Embedder
    person: Person
    front: Shopfront
    shared: Path

    async def answer(self, tool: Tool, schema: str, arguments: dict[str, object]) -> Any:
        """What the tool gives, which is what the protocol's schema says."""
        async with self.database.transaction() as conn:
            told = await called(tool, context(conn, self.person, self.front.store, self.embedder), arguments)
        validator(self.shared, schema).validate(told.output)
        return told.output


@pytest.fixture
async def shop(database: Database, embedder: Embedder, shared: Path) -> Shop:
    front = await make_shopfront(database)
    async with database.connection() as conn:
        return Shop(database, embedder, await make_person(conn), front, shared)


def line(product_id: object, quantity: int = 1) -> dict[str, object]:
    return {"item": {"id": str(product_id)}, "quantity": quantity}


async def test_the_catalogue(shop: Shop) -> None:
    search = "shopping/catalog_search.json#/$defs/search_response"
    lookup = "shopping/catalog_lookup.json#/$defs/lookup_response"
    product = "shopping/catalog_lookup.json#/$defs/get_product_response"
    async with shop.database.connection() as conn:
        await change_product(conn, shop.front.kettle, discount_percent=Decimal(25))
        await make_product(conn, shop.front.store, name="Kettle lid", description="", stock=0)
    for query in ("kettle", None):
        asked: dict[str, object] = {} if query is None else {"query": query}
        page = await shop.answer(search_catalog, search, {"catalog": asked | {"pagination": {"limit": 2}}})
        assert (len(page["products"]), page["pagination"]["has_next_page"]) == (2, True)
        there = {"limit": 2, "cursor": page["pagination"]["cursor"]}
        following = await shop.answer(search_catalog, search, {"catalog": asked | {"pagination": there}})
        first, second = ({each["id"] for each in told["products"]} for told in (page, following))
        assert not first & second
    found = await shop.answer(lookup_catalog, lookup, {"catalog": {"ids": [str(shop.front.kettle.id), "x"]}})
    [variant] = found["products"][0]["variants"]
    assert (variant["price"]["amount"], variant["list_price"]["amount"]) == (3_000, 4_000)
    assert found["messages"] == [{"type": "info", "code": "not_found", "content": "x"}]
    shoe = await shop.answer(get_product, product, {"catalog": {"id": str(shop.front.large.id)}})
    assert [each["id"] for each in shoe["product"]["variants"]] == [
        str(shop.front.large.id),
        str(shop.front.small.id),
    ]
    assert shoe["product"]["options"] == [{"name": "size", "values": [{"label": "41"}, {"label": "40"}]}]
    assert [shoe["product"]["price_range"][end]["amount"] for end in ("min", "max")] == [5_000, 6_000]


async def test_a_cart(shop: Shop) -> None:
    schema = "shopping/cart.json"
    kettle, mug = shop.front.kettle.id, shop.front.mug.id
    made = await shop.answer(create_cart, schema, {"cart": {"line_items": [line(kettle), line(kettle)]}})
    assert [(each["item"]["price"], each["quantity"]) for each in made["line_items"]] == [(4_000, 2)]
    more = await shop.answer(create_cart, schema, {"cart": {"line_items": [line(mug)]}})
    assert (more["id"], [each["id"] for each in more["line_items"]]) == (made["id"], [str(kettle), str(mug)])
    assert more["totals"] == [{"type": "subtotal", "amount": 8_900}, {"type": "total", "amount": 8_900}]
    replaced = await shop.answer(update_cart, schema, {"id": made["id"], "cart": {"line_items": [line(mug, 3)]}})
    assert [(each["id"], each["quantity"]) for each in replaced["line_items"]] == [(str(mug), 3)]
    async with shop.database.connection() as conn:
        await change_product(conn, shop.front.mug, stock=2)
    seen = await shop.answer(get_cart, schema, {"id": made["id"]})
    assert seen["messages"] == [
        {
            "type": "error",
            "code": "out_of_stock",
            "content": "Enamel mug: only 2 left",
            "path": "$.line_items[0]",
            "severity": "recoverable",
        }
    ]
    assert (await shop.answer(cancel_cart, schema, {"id": made["id"]}))["line_items"] == seen["line_items"]
    assert (await shop.answer(get_cart, schema, {"id": made["id"]}))["line_items"] == []


async def test_an_order(shop: Shop) -> None:
    schema = "shopping/order.json"
    kettle = shop.front.kettle
    sent = await delivered(shop.database, shop.person, [(kettle, 2)])
    told = await shop.answer(get_order, schema, {"id": sent.order_number})
    assert (told["id"], told["label"]) == (str(sent.id), sent.order_number)
    [bought] = told["line_items"]
    assert (bought["quantity"], bought["status"]) == ({"original": 2, "total": 2, "fulfilled": 2}, "fulfilled")
    [event] = told["fulfillment"]["events"]
    assert (event["type"], event["tracking_number"]) == ("delivered", "T1")
    pending = await ordered(shop.database, shop.person, [(kettle, 1)])
    waiting = await shop.answer(get_order, schema, {"id": str(pending.id)})
    assert waiting["line_items"][0]["status"] == "processing"
    assert waiting["fulfillment"]["expectations"][0]["destination"]["address_locality"] == "Berlin"
    async with shop.database.transaction() as conn:
        await order_cancelling.cancel(conn, shop.person, pending.id, "changed my mind", NO_CAUSE)
    gone = await shop.answer(get_order, schema, {"id": str(pending.id)})
    assert (gone["line_items"][0]["status"], gone["fulfillment"]["expectations"]) == ("removed", [])
    assert gone["adjustments"][0]["description"] == "changed my mind"
    async with shop.database.connection() as conn:
        assert (await orders.get(conn, pending.id)).status == "cancelled"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), "not_found"),
        (NotEnoughStock(), "out_of_stock"),
        (NoLongerSold(), "item_unavailable"),
        (BadArguments(), "bad_arguments"),
    ],
)
def test_a_refusal(shared: Path, error: CartwrightError, code: str) -> None:
    told = failure(error)
    validator(shared, "common/types/error_response.json").validate(told)
    assert told["messages"][0]["code"] == code


def test_every_call_that_the_documents_show_is_understood(shared: Path) -> None:
    tools = {tool.name: tool for tool in UCP_TOOLS}
    seen = set()
    for name, arguments in calls(shared):
        if name in tools:
            asked = dict(arguments)
            asked.pop("meta", None)
            checked(tools[name].arguments, asked)
            seen.add(name)
    assert len(seen) >= 6


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        (get_cart, {"id": "cart_1"}, NotFound),
        (update_cart, {"id": "01a20469-ae91-7c76-bd42-753c3847c8cc", "cart": {"line_items": []}}, NotFound),
        (cancel_cart, {"id": "01a20469-ae91-7c76-bd42-753c3847c8cc"}, NotFound),
        (create_cart, {"cart": {"line_items": [line("item_1")]}}, UnknownProduct),
        (create_cart, {"cart": {"line_items": [line("01a20469-ae91-7c76-bd42-753c3847c8cc")]}}, UnknownProduct),
        (create_cart, {"cart": {"line_items": [line("01a20469-ae91-7c76-bd42-753c3847c8cc", 60)] * 2}}, BadArguments),
        (get_order, {"id": "order_1"}, UnknownOrder),
        (get_product, {"catalog": {"id": "prod_1"}}, UnknownProduct),
        (search_catalog, {"catalog": {"query": "a", "pagination": {"cursor": "x"}}}, BadArguments),
        (search_catalog, {"catalog": {"pagination": {"cursor": "1"}}}, BadArguments),
        (search_catalog, {"catalog": {"query": "a", "filters": {"categories": ["nowhere"]}}}, BadArguments),
    ],
)
async def test_what_is_not_there_is_refused(
    database: Database, embedder: Embedder, tool: Tool, arguments: dict[str, object], error: type[CartwrightError]
) -> None:
    async with database.transaction() as conn:
        ctx = context(conn, await make_person(conn), await make_store(conn), embedder)
        with pytest.raises(error):
            await tool.call(ctx, arguments)


async def test_a_cart_is_its_shoppers_and_its_stores(database: Database, embedder: Embedder) -> None:
    async with database.transaction() as conn:
        here, there = await make_store(conn), await make_store(conn)
        one, other = await make_person(conn), await make_person(conn)
        mug = await make_product(conn, here)
        mine = context(conn, one, None, embedder)
        made = await called(create_cart, mine, {"cart": {"line_items": [line(mug.id)]}})
        for ctx in (context(conn, other, here, embedder), context(conn, one, there, embedder)):
            cart: dict[str, object] = {"id": made.output["id"]}
            for tool, asked in (
                (get_cart, cart),
                (update_cart, cart | {"cart": {"line_items": []}}),
                (cancel_cart, cart),
            ):
                with pytest.raises(NotFound):
                    await tool.call(ctx, asked)
        assert (await called(get_cart, mine, {"id": made.output["id"]})).output["line_items"] != []
