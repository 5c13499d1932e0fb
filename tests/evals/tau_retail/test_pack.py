from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from evals.tau_retail.pack import PACK, get_item_details
from storage import products
from storage.database import Database
from storage.embedder import Embedder
from storage.errors import Forbidden, NotFound
from tests.support.factory import make_member, make_product, make_store
from tests.support.tool_context import context
from tools.tool import Tool


def test_the_tools_are_named_and_called_as_the_domain_does(shared: Path) -> None:
    theirs = json.loads((shared / "data" / "tau_retail" / "shared" / "tools.json").read_text())
    wanted = {one["function"]["name"]: set(one["function"]["parameters"]["properties"]) for one in theirs}
    assert {tool.name: set(tool.input_schema.get("properties", {})) for tool in PACK} == wanted


_HARMLESS = {
    "calculate", "get_item_details", "get_product_details", "list_all_product_types", "transfer_to_human_agents"
}  # fmt: skip
_WORDS = {
    "email": "a@b.example", "first_name": "A", "last_name": "B", "user_id": "a_b", "order_id": "#W1",
    "reason": "no longer needed", "item_ids": ["1"], "new_item_ids": ["2"], "payment_method_id": "paypal_1",
    "address1": "1 Elm St", "address2": "", "city": "C", "state": "S",
    "country": "USA", "zip": "1",
}  # fmt: skip


@pytest.mark.parametrize("tool", [one for one in PACK if one.name not in _HARMLESS], ids=lambda one: one.name)
async def test_whoever_is_not_staff_acts_for_nobody(database: Database, tool: Tool) -> None:
    async with database.transaction() as conn:
        ctx = context(conn, await make_member(conn), None, cast("Embedder", None))
        with pytest.raises(Forbidden):
            await tool.call(ctx, {name: _WORDS[name] for name in tool.input_schema["properties"]})


async def test_one_variant_is_told_also_when_it_cannot_be_had(database: Database) -> None:
    async with database.transaction() as conn:
        store = await make_store(conn)
        shoe = await make_product(conn, store, sku="shoe-1", price=5_050, stock=3)
        await products.withdraw(conn, [shoe.id])
        ctx = context(conn, await make_member(conn), store, cast("Embedder", None))
        told = await get_item_details.call(ctx, {"item_id": "shoe-1"})
        with pytest.raises(NotFound):
            await get_item_details.call(ctx, {"item_id": "shoe-2"})
    assert told.output == {"result": {"item_id": "shoe-1", "options": {}, "available": False, "price": 50.5}}
