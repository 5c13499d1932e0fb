"""The domain's sixteen tools over our functions, for a service desk whose staff act for customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from typing_extensions import TypedDict

from evals.tau_retail import arithmetic
from evals.tau_retail.addresses import TauAddress
from evals.tau_retail.views import customer_view, order_view, product_view, variant_view
from storage import (
    addresses,
    desk,
    order_cancelling,
    order_changes,
    order_returns,
    order_swaps,
    orders,
    product_families,
)
from storage.errors import Forbidden
from storage.order_returns import ReturnLine
from storage.order_swaps import Swap
from storage.orders import Order
from storage.people import Person
from tools.arguments import Words
from tools.context import ToolContext
from tools.errors import BadArguments
from tools.results import ToolResult
from tools.tool import Tool, tool


class Text(TypedDict):
    """A word or a number."""

    result: str


class Shown(TypedDict):
    """A customer, an order, a product or a variant in the domain's shape."""

    result: Mapping[str, object]


@tool(effect="read")
async def calculate(ctx: ToolContext, expression: Words) -> ToolResult[Text]:
    """Work out an arithmetic expression of numbers, + - * / and parentheses."""
    return ToolResult(output={"result": arithmetic.worked_out(expression)})


@tool(effect="read")
async def find_user_id_by_email(ctx: ToolContext, email: Words) -> ToolResult[Text]:
    """The user id that goes with an e-mail address."""
    _staff(ctx)
    return ToolResult(output={"result": await desk.username_by_email(ctx.conn, email)})


@tool(effect="read")
async def find_user_id_by_name_zip(
    ctx: ToolContext, first_name: Words, last_name: Words, zip: Words
) -> ToolResult[Text]:
    """The user id of a customer by first name, last name and the postal code of their address."""
    _staff(ctx)
    return ToolResult(output={"result": await desk.username_by_name(ctx.conn, first_name, last_name, zip)})


@tool(effect="read")
async def get_user_details(ctx: ToolContext, user_id: Words) -> ToolResult[Shown]:
    """A customer: name, address, payment methods and orders."""
    _staff(ctx)
    return ToolResult(output={"result": await customer_view(ctx.conn, user_id)})


@tool(effect="read")
async def get_order_details(ctx: ToolContext, order_id: Words) -> ToolResult[Shown]:
    """An order: items, status, payments and what was sent."""
    return await _shown(ctx, await _order(ctx, order_id))


@tool(effect="read")
async def list_all_product_types(ctx: ToolContext) -> ToolResult[Shown]:
    """Every product type by name, with its product id."""
    families = await product_families.of_store(ctx.conn, _store(ctx))
    return ToolResult(output={"result": {family.name: family.public_id for family in families}})


@tool(effect="read")
async def get_product_details(ctx: ToolContext, product_id: Words) -> ToolResult[Shown]:
    """A product type with all its variants."""
    family = await product_families.by_public_id(ctx.conn, _store(ctx), product_id)
    members = await product_families.members(ctx.conn, family.id)
    return ToolResult(output={"result": product_view(family, members)})


@tool(effect="read")
async def get_item_details(ctx: ToolContext, item_id: Words) -> ToolResult[Shown]:
    """One variant: options, price and whether it can be had."""
    return ToolResult(output={"result": variant_view(await product_families.variant(ctx.conn, _store(ctx), item_id))})


@tool(effect="read")
async def transfer_to_human_agents(ctx: ToolContext, summary: Words) -> ToolResult[Text]:
    """Hand the conversation over to a person, with a summary."""
    return ToolResult(output={"result": "Transfer successful"})


@tool(effect="write")
async def cancel_pending_order(
    ctx: ToolContext, order_id: Words, reason: Literal["no longer needed", "ordered by mistake"]
) -> ToolResult[Shown]:
    """Cancel an order that is pending, and pay back what was paid."""
    order = await _order(ctx, order_id)
    return await _shown(ctx, await order_cancelling.cancel(ctx.conn, ctx.person, order.id, reason, ctx.cause))


@tool(effect="write")
async def modify_pending_order_address(
    ctx: ToolContext,
    order_id: Words,
    address1: Words,
    address2: str,
    city: Words,
    state: str,
    country: Words,
    zip: str,
) -> ToolResult[Shown]:
    """Send a pending order to another address."""
    order = await _order(ctx, order_id)
    address = TauAddress(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip).ours()
    return await _shown(ctx, await order_changes.change_address(ctx.conn, ctx.person, order.id, address, ctx.cause))


@tool(effect="write")
async def modify_pending_order_payment(
    ctx: ToolContext, order_id: Words, payment_method_id: Words
) -> ToolResult[Shown]:
    """Pay a pending order with another payment method of the customer."""
    order = await _order(ctx, order_id)
    method = await desk.method_id(ctx.conn, order.user_id, payment_method_id)
    return await _shown(ctx, await order_changes.change_payment(ctx.conn, ctx.person, order.id, method, ctx.cause))


@tool(effect="write")
async def modify_pending_order_items(
    ctx: ToolContext,
    order_id: Words,
    item_ids: list[Words],
    new_item_ids: list[Words],
    payment_method_id: Words,
) -> ToolResult[Shown]:
    """Have other variants of the same products in a pending order; once an order."""
    order = await _order(ctx, order_id)
    swaps = await _swaps(ctx, order, item_ids, new_item_ids)
    method = await desk.method_id(ctx.conn, order.user_id, payment_method_id)
    return await _shown(ctx, await order_changes.change_items(ctx.conn, ctx.person, order.id, swaps, method, ctx.cause))


@tool(effect="write")
async def exchange_delivered_order_items(
    ctx: ToolContext,
    order_id: Words,
    item_ids: list[Words],
    new_item_ids: list[Words],
    payment_method_id: Words,
) -> ToolResult[Shown]:
    """Ask for other variants of delivered items; once an order."""
    order = await _order(ctx, order_id)
    swaps = await _swaps(ctx, order, item_ids, new_item_ids)
    method = await desk.method_id(ctx.conn, order.user_id, payment_method_id)
    asked = await order_returns.request_exchange(ctx.conn, ctx.person, order.id, swaps, method, None, ctx.cause)
    return await _shown(ctx, asked)


@tool(effect="write")
async def return_delivered_order_items(
    ctx: ToolContext, order_id: Words, item_ids: list[Words], payment_method_id: Words
) -> ToolResult[Shown]:
    """Ask to give delivered items back for their money; once an order."""
    order = await _order(ctx, order_id)
    pieces = order_swaps.pick(order, await desk.product_ids(ctx.conn, order.store_id, item_ids))
    method = await desk.method_id(ctx.conn, order.user_id, payment_method_id)
    lines = [ReturnLine(piece) for piece in pieces]
    asked = await order_returns.request_return(ctx.conn, ctx.person, order.id, lines, method, None, ctx.cause)
    return await _shown(ctx, asked)


@tool(effect="write")
async def modify_user_address(
    ctx: ToolContext,
    user_id: Words,
    address1: Words,
    address2: str,
    city: Words,
    state: str,
    country: Words,
    zip: str,
) -> ToolResult[Shown]:
    """Change a customer's default address."""
    _staff(ctx)
    found = await desk.customer(ctx.conn, user_id)
    customer = Person(found.user_id, None, is_anonymous=False, role="user")
    address = TauAddress(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip).ours()
    await addresses.set_default(ctx.conn, customer, address)
    return ToolResult(output={"result": await customer_view(ctx.conn, user_id)})


PACK: tuple[Tool, ...] = (
    calculate,
    cancel_pending_order,
    exchange_delivered_order_items,
    find_user_id_by_name_zip,
    find_user_id_by_email,
    get_order_details,
    get_product_details,
    get_item_details,
    get_user_details,
    list_all_product_types,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
    modify_user_address,
    return_delivered_order_items,
    transfer_to_human_agents,
)


def _staff(ctx: ToolContext) -> None:
    """Raises Forbidden for whoever may not act for customers."""
    if ctx.person.role == "user":
        raise Forbidden


def _store(ctx: ToolContext) -> UUID:
    if ctx.store_id is None:
        raise BadArguments("Say which store.", field="store")
    return ctx.store_id


async def _order(ctx: ToolContext, number: str) -> Order:
    _staff(ctx)
    return await orders.get(ctx.conn, await desk.order_id(ctx.conn, number))


async def _swaps(ctx: ToolContext, order: Order, old: list[str], new: list[str]) -> list[Swap]:
    if len(old) != len(new):
        raise BadArguments("Name one new item for each old one.", field="new_item_ids")
    pieces = order_swaps.pick(order, await desk.product_ids(ctx.conn, order.store_id, old))
    variants = await desk.product_ids(ctx.conn, order.store_id, new)
    return [Swap(piece, variant) for piece, variant in zip(pieces, variants, strict=True)]


async def _shown(ctx: ToolContext, order: Order) -> ToolResult[Shown]:
    return ToolResult(output={"result": await order_view(ctx.conn, order)})
