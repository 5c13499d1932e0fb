"""An order as the model is told of it and as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from storage import order_rules
from storage.order_rules import Wish
from storage.order_status import OrderStatus
from storage.orders import Options, Order, PaymentStatus
from tools.cards import Price, price, product_url
from tools.context import ToolContext
from tools.results import DataPart, part_id
from tools.untrusted import NAME, clipped


class OrderItemFacts(TypedDict):
    """`unit_price` is what was paid for one; `returned` pieces have come back."""

    item_id: str
    product_id: str
    name: str
    options: Options
    quantity: int
    returned: int
    unit_price: str


class OrderFacts(TypedDict):
    """`possible` is all that may be done with the order now; amounts are decimal numbers."""

    order_number: str
    status: OrderStatus
    placed_at: str
    items: list[OrderItemFacts]
    total: str
    tax: str
    currency: str
    ships_to: str
    payment_method: str | None
    payment_status: PaymentStatus
    tracking_ids: list[str]
    cancel_reason: str | None
    possible: list[Wish]


class OrderItemCard(TypedDict):
    """A product as it was bought."""

    item_id: str
    product_id: str
    name: str
    options: Options
    quantity: int
    returned: int
    price: Price
    url: str


class OrderContent(TypedDict):
    """What a `data-order` part holds."""

    id: str
    order_number: str
    status: OrderStatus
    placed_at: str
    items: list[OrderItemCard]
    subtotal: Price
    tax: Price
    tax_included: bool
    total: Price
    ships_to: str
    payment_method: str | None
    payment_status: PaymentStatus
    tracking_ids: list[str]
    possible: list[Wish]


def order_facts(order: Order) -> OrderFacts:
    """What the model is told."""
    return {
        "order_number": order.order_number,
        "status": order.status,
        "placed_at": order.created_at.isoformat(),
        "items": [
            {
                "item_id": str(item.id),
                "product_id": str(item.product_id),
                "name": clipped(item.name, NAME),
                "options": item.options,
                "quantity": item.quantity,
                "returned": item.returned,
                "unit_price": order.money(item.unit_price).plain(),
            }
            for item in order.items
        ],
        "total": order.money(order.total).plain(),
        "tax": order.money(order.tax).plain(),
        "currency": order.currency,
        "ships_to": _ships_to(order),
        "payment_method": order.payment_method,
        "payment_status": order.payment_status,
        "tracking_ids": _tracking(order),
        "cancel_reason": order.cancel_reason,
        "possible": list(order_rules.possible(order)),
    }


def order_part(order: Order, ctx: ToolContext) -> DataPart:
    """What the page shows."""
    content: OrderContent = {
        "id": str(order.id),
        "order_number": order.order_number,
        "status": order.status,
        "placed_at": order.created_at.isoformat(),
        "items": [
            {
                "item_id": str(item.id),
                "product_id": str(item.product_id),
                "name": clipped(item.name, NAME),
                "options": item.options,
                "quantity": item.quantity,
                "returned": item.returned,
                "price": price(order.money(item.unit_price), ctx.locale),
                "url": product_url(item.product_id, ctx),
            }
            for item in order.items
        ],
        "subtotal": price(order.money(order.subtotal), ctx.locale),
        "tax": price(order.money(order.tax), ctx.locale),
        "tax_included": order.tax_included,
        "total": price(order.money(order.total), ctx.locale),
        "ships_to": _ships_to(order),
        "payment_method": order.payment_method,
        "payment_status": order.payment_status,
        "tracking_ids": _tracking(order),
        "possible": list(order_rules.possible(order)),
    }
    return DataPart("order", part_id("order", ctx.tool_call_id), content)


def listed(pieces: Sequence[tuple[int, str]]) -> str:
    """`2 x Mug, 1 x Tent`."""
    return ", ".join(f"{count} x {clipped(name, NAME)}" for count, name in pieces)


def _ships_to(order: Order) -> str:
    return "" if order.shipping_address is None else order.shipping_address.text()


def _tracking(order: Order) -> list[str]:
    return [tracking for fulfilment in order.fulfilments for tracking in fulfilment.tracking_ids]
