from __future__ import annotations

import inspect
import re

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tools.registry import SHOP_TOOLS, Tool

# Who asks, whose it is and what is paid come from the context and from rows, never from whoever calls.
FORBIDDEN = re.compile(
    r"user|owner|person|shopper|customer|session|email|^price|price_to_pay|amount|discount|cart_id|store"
)

every_tool = pytest.mark.parametrize("tool", SHOP_TOOLS, ids=lambda tool: tool.name)


def test_these_are_the_tools() -> None:
    effects = {tool.name: (tool.effect, tool.confirm is not None) for tool in SHOP_TOOLS}
    assert effects == {
        "search_products": ("read", False),
        "get_product": ("read", False),
        "compare_products": ("read", False),
        "view_cart": ("read", False),
        "update_cart": ("write", False),
        "suggest_carts": ("write", False),
        "accept_cart": ("write", False),
        "place_order": ("write", True),
        "view_orders": ("read", False),
        "get_order": ("read", False),
        "change_order": ("write", True),
        "cancel_order": ("write", True),
        "return_items": ("write", True),
        "exchange_items": ("write", True),
        "view_wishlist": ("read", False),
        "update_wishlist": ("write", False),
        "get_reviews": ("read", False),
        "recommend_products": ("read", False),
        "search_policies": ("read", False),
        "search_chats": ("read", False),
    }


@every_tool
def test_no_argument_says_who_asks_or_what_is_paid(tool: Tool) -> None:
    names = set(inspect.signature(tool.function).parameters) - {"ctx"}
    assert names == set(tool.input_schema["properties"])
    assert not [name for name in names if FORBIDDEN.search(name)]


@pytest.mark.parametrize("name", ["user_id", "owner", "price", "session_id", "cart_owner", "price_to_pay", "store_id"])
def test_the_check_above_would_notice(name: str) -> None:
    assert FORBIDDEN.search(name)


@every_tool
def test_the_schemas_are_json_schema_and_closed(tool: Tool) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object"
    assert tool.input_schema["additionalProperties"] is False
    assert "title" not in repr(sorted(tool.input_schema))


@every_tool
def test_the_model_is_told_what_each_argument_is(tool: Tool) -> None:
    assert len(tool.description) > 40
    for name, schema in tool.input_schema["properties"].items():
        assert schema.get("description"), name


@every_tool
def test_every_text_list_and_number_is_bounded(tool: Tool) -> None:
    shapes = (tool.input_schema, *tool.input_schema.get("$defs", {}).values())
    pending = [schema for shape in shapes for schema in shape["properties"].values()]
    while pending:
        schema = pending.pop()
        pending += schema.get("anyOf", [])
        match schema.get("type"):
            case "string":
                assert "maxLength" in schema or "enum" in schema or schema.get("format") == "uuid"
            case "array":
                assert "maxItems" in schema
                pending.append(schema["items"])
            case "integer" | "number":
                assert "maximum" in schema
                assert "minimum" in schema
