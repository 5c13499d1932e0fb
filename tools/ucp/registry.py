"""The tools of the Universal Commerce Protocol, and those of ours that they stand for over MCP."""

from __future__ import annotations

from collections.abc import Mapping

from tools.tool import Tool
from tools.ucp.cart import cancel_cart, create_cart, get_cart, update_cart
from tools.ucp.catalog import get_product, lookup_catalog, search_catalog
from tools.ucp.order import get_order

STANDS_FOR: Mapping[str, tuple[Tool, ...]] = {
    "search_products": (search_catalog, lookup_catalog),
    "get_product": (get_product,),
    "view_cart": (create_cart, get_cart),
    "update_cart": (update_cart, cancel_cart),
    "get_order": (get_order,),
}
"""Tools of the shop that do the same in shapes of our own, and the protocol's that MCP offers instead."""

UCP_TOOLS: tuple[Tool, ...] = tuple(tool for tools in STANDS_FOR.values() for tool in tools)
