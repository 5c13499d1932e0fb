"""The tool that lists the shopper's orders and what they can pay with."""

from __future__ import annotations

from typing_extensions import TypedDict

from storage import addresses, orders, payment_methods
from storage.order_status import OrderStatus
from storage.orders import OrderFilters
from tools.context import ToolContext
from tools.order_view import listed
from tools.results import ToolResult
from tools.tool import tool

_SHOWN = 10


class OrderLine(TypedDict):
    """An order in short; `total` is a decimal number."""

    order_number: str
    status: OrderStatus
    placed_at: str
    items: str
    total: str
    currency: str


class MethodLine(TypedDict):
    """A way to pay; only a gift card has a `balance`, a decimal number."""

    payment_method_id: str
    kind: str
    name: str
    balance: str | None


class OrdersOutput(TypedDict):
    """The newest orders first; `more` says that there are older ones."""

    orders: list[OrderLine]
    more: bool
    payment_methods: list[MethodLine]
    saved_address: str | None


@tool(effect="read")
async def view_orders(ctx: ToolContext) -> ToolResult[OrdersOutput]:
    """List the shopper's latest orders, their saved address and how they can pay. get_order tells more of one order."""
    filters = OrderFilters(store_id=ctx.store_id)
    ids = await orders.own_ids(ctx.conn, ctx.person, filters, before=None, limit=_SHOWN + 1)
    found = await orders.get_many(ctx.conn, ids[:_SHOWN])
    address = await addresses.default(ctx.conn, ctx.person)
    return ToolResult(
        output={
            "orders": [
                {
                    "order_number": order.order_number,
                    "status": order.status,
                    "placed_at": order.created_at.isoformat(),
                    "items": listed([(item.quantity, item.name) for item in order.items]),
                    "total": order.money(order.total).plain(),
                    "currency": order.currency,
                }
                for order in found
            ],
            "more": len(ids) > _SHOWN,
            "payment_methods": [
                {
                    "payment_method_id": str(method.id),
                    "kind": method.kind,
                    "name": method.name,
                    "balance": None if method.left is None else method.left.plain(),
                }
                for method in await payment_methods.of(ctx.conn, ctx.person)
            ],
            "saved_address": None if address is None else address.text(),
        }
    )
