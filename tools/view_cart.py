"""The tool that shows the shopper's cart."""

from __future__ import annotations

from typing import NotRequired

from storage import carts
from storage.money import Money
from tools.cart_view import CartFacts, cart_facts, cart_part
from tools.context import ToolContext
from tools.lookup import store_of
from tools.results import ToolResult
from tools.tool import tool


class ViewCartOutput(CartFacts):
    """The cart; `other_carts` is there when the chat is about no one store and the shopper has several."""

    other_carts: NotRequired[list[CartFacts]]


@tool(effect="read")
async def view_cart(ctx: ToolContext) -> ToolResult[ViewCartOutput]:
    """Show the shopper's own cart with today's prices and stock.

    Look before answering about the cart: the shopper may have changed it on the page. They see it as a card.
    """
    found = [await carts.view(ctx.conn, cart_id) for cart_id in await carts.own_ids(ctx.conn, ctx.person, ctx.store_id)]
    if not found:
        currency = (await store_of(ctx)).currency
        return ToolResult(output={"items": [], "total": Money(0, currency).plain(), "currency": currency})
    latest, *others = found
    told = cart_facts(latest)
    output: ViewCartOutput = {"items": told["items"], "total": told["total"], "currency": told["currency"]}
    if others:
        output["other_carts"] = [cart_facts(cart) for cart in others]
    return ToolResult(output=output, data=(cart_part(latest, ctx),))
