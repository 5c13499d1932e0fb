"""The protocol's order: what was bought, what was sent, what became of it since."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from storage.addresses import Address
from storage.orders import Fulfilment, Order, OrderItem, OrderReturn
from tools.context import ToolContext
from tools.order_arguments import order_named
from tools.order_view import order_part
from tools.results import ToolResult
from tools.tool import tool
from tools.ucp.shapes import Envelope, Item, Total, envelope, totals
from tools.untrusted import NAME, clipped

LineStatus = Literal["processing", "partial", "fulfilled", "removed"]


class LineQuantity(TypedDict):
    """Pieces bought, those that have not come back, and those of them that were sent."""

    original: int
    total: int
    fulfilled: int


class OrderLine(TypedDict):
    id: str
    item: Item
    quantity: LineQuantity
    totals: list[Total]
    status: LineStatus


class Pieces(TypedDict):
    """Pieces of a line, by its id."""

    id: str
    quantity: int


class UcpAddress(TypedDict, total=False):
    street_address: str
    extended_address: str
    address_locality: str
    address_region: str
    postal_code: str
    address_country: str


class Expectation(TypedDict):
    id: str
    line_items: list[Pieces]
    method_type: Literal["shipping"]
    destination: UcpAddress


class FulfillmentEvent(TypedDict):
    """What was sent together."""

    id: str
    occurred_at: str
    type: Literal["shipped", "delivered"]
    line_items: list[Pieces]
    tracking_number: NotRequired[str]
    carrier: NotRequired[str]


class Fulfillment(TypedDict):
    expectations: list[Expectation]
    events: list[FulfillmentEvent]


class Adjustment(TypedDict):
    """A cancellation, a return or an exchange."""

    id: str
    type: Literal["cancellation", "return", "exchange"]
    occurred_at: str
    status: Literal["pending", "completed", "failed"]
    line_items: list[Pieces]
    description: NotRequired[str]


class UcpOrder(TypedDict):
    """`label` is the order number; `checkout_id` the cart it was, where there was one."""

    ucp: Envelope
    id: str
    label: str
    checkout_id: str
    permalink_url: str
    line_items: list[OrderLine]
    fulfillment: Fulfillment
    adjustments: list[Adjustment]
    currency: str
    totals: list[Total]


@tool(effect="read")
async def get_order(
    ctx: ToolContext,
    id: Annotated[str, Field(min_length=1, max_length=60, description="The order's id, or its number.")],
) -> ToolResult[UcpOrder]:
    """Show one of the shopper's orders: items, totals, what was sent, and what was cancelled or came back."""
    order = await order_named(ctx, id)
    return ToolResult(_told(order, ctx), data=(order_part(order, ctx),))


def _told(order: Order, ctx: ToolContext) -> UcpOrder:
    lines = [_line(item, order) for item in order.items]
    tax: list[Total] = [] if order.tax_included else [{"type": "tax", "amount": order.tax}]
    return {
        "ucp": envelope("dev.ucp.shopping.order"),
        "id": str(order.id),
        "label": order.order_number,
        "checkout_id": str(order.cart_id or order.id),
        "permalink_url": f"{ctx.base_url}/v1/orders/{order.id}",
        "line_items": lines,
        "fulfillment": {
            "expectations": _expectations(order, lines),
            "events": [_event(sent) for sent in order.fulfilments if sent.items],
        },
        "adjustments": _adjustments(order),
        "currency": order.currency,
        "totals": [{"type": "subtotal", "amount": order.subtotal}, *tax, {"type": "total", "amount": order.total}],
    }


def _line(item: OrderItem, order: Order) -> OrderLine:
    left = 0 if order.status == "cancelled" else item.kept
    sent = min(left, sum(sent.items.get(item.id, 0) for sent in order.fulfilments))
    return {
        "id": str(item.id),
        "item": {"id": str(item.product_id), "title": clipped(item.name, NAME), "price": item.unit_price},
        "quantity": {"original": item.quantity, "total": left, "fulfilled": sent},
        "totals": totals(item.unit_price * left),
        "status": _status(left, sent),
    }


def _status(left: int, sent: int) -> LineStatus:
    if left == 0:
        return "removed"
    if sent == left:
        return "fulfilled"
    return "partial" if sent else "processing"


def _expectations(order: Order, lines: list[OrderLine]) -> list[Expectation]:
    coming: list[Pieces] = [
        {"id": line["id"], "quantity": line["quantity"]["total"]} for line in lines if line["quantity"]["total"]
    ]
    if order.shipping_address is None or not coming:
        return []
    return [
        {
            "id": str(order.id),
            "line_items": coming,
            "method_type": "shipping",
            "destination": _address(order.shipping_address),
        }
    ]


def _address(address: Address) -> UcpAddress:
    told: UcpAddress = {
        "street_address": address.line1,
        "address_locality": address.city,
        "address_country": address.country,
    }
    if address.line2:
        told["extended_address"] = address.line2
    if address.region:
        told["address_region"] = address.region
    if address.postal_code:
        told["postal_code"] = address.postal_code
    return told


def _event(sent: Fulfilment) -> FulfillmentEvent:
    told: FulfillmentEvent = {
        "id": str(sent.id),
        "occurred_at": (sent.delivered_at or sent.created_at).isoformat(),
        "type": "shipped" if sent.delivered_at is None else "delivered",
        "line_items": [{"id": str(item), "quantity": pieces} for item, pieces in sent.items.items()],
    }
    if sent.tracking_ids:
        told["tracking_number"] = ", ".join(sent.tracking_ids)
    if sent.carrier:
        told["carrier"] = sent.carrier
    return told


def _adjustments(order: Order) -> list[Adjustment]:
    made = [_adjustment(each) for each in order.returns]
    if order.status == "cancelled":
        cancelled: Adjustment = {
            "id": str(order.id),
            "type": "cancellation",
            "occurred_at": order.updated_at.isoformat(),
            "status": "completed",
            "line_items": [{"id": str(item.id), "quantity": -item.kept} for item in order.items if item.kept],
        }
        if order.cancel_reason:
            cancelled["description"] = order.cancel_reason
        made.append(cancelled)
    return made


def _adjustment(made: OrderReturn) -> Adjustment:
    told: Adjustment = {
        "id": str(made.id),
        "type": made.kind,
        "occurred_at": made.created_at.isoformat(),
        "status": _STATES[made.status],
        "line_items": [{"id": str(item.order_item_id), "quantity": -item.quantity} for item in made.items],
    }
    if made.reason:
        told["description"] = made.reason
    return told


_STATES: dict[Literal["requested", "completed", "rejected"], Literal["pending", "completed", "failed"]] = {
    "requested": "pending",
    "completed": "completed",
    "rejected": "failed",
}
