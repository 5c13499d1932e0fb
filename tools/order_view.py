"""An order as the model is told of it and as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from storage import order_rules
from storage.order_rules import Wish
from storage.order_status import OrderStatus
from storage.orders import Options, Order, OrderItem, PaymentStatus
from tools.cards import Price, price, product_url
from tools.context import ToolContext
from tools.results import DataPart, part_id
from tools.untrusted import NAME, clipped


class _Item(TypedDict):
    item_id: str
    product_id: str
    name: str
    options: Options
    quantity: int
    returned: int


class _Head(TypedDict):
    order_number: str
    status: OrderStatus
    placed_at: str
    ships_to: str
    payment_method: str | None
    payment_status: PaymentStatus
    tracking_ids: list[str]
    possible: list[Wish]


class OrderItemFacts(_Item):
    """`unit_price` is what was paid for one; `returned` pieces have come back."""

    unit_price: str


class OrderFacts(_Head):
    """`possible` is all that may be done with the order now; amounts are decimal numbers."""

    items: list[OrderItemFacts]
    total: str
    tax: str
    currency: str
    cancel_reason: str | None


class OrderItemCard(_Item):
    """A product as it was bought."""

    price: Price
    url: str


class OrderContent(_Head):
    """What a `data-order` part holds."""

    id: str
    items: list[OrderItemCard]
    subtotal: Price
    tax: Price
    tax_included: bool
    total: Price


def order_facts(order: Order) -> OrderFacts:
    """What the model is told."""
    return {
        **_head(order),
        "items": [{**_item(item), "unit_price": order.money(item.unit_price).plain()} for item in order.items],
        "total": order.money(order.total).plain(),
        "tax": order.money(order.tax).plain(),
        "currency": order.currency,
        "cancel_reason": order.cancel_reason,
    }


def order_part(order: Order, ctx: ToolContext) -> DataPart:
    """What the page shows."""

    def shown(amount: int) -> Price:
        return price(order.money(amount), ctx.locale)

    content: OrderContent = {
        **_head(order),
        "id": str(order.id),
        "items": [
            {**_item(item), "price": shown(item.unit_price), "url": product_url(item.product_id, ctx)}
            for item in order.items
        ],
        "subtotal": shown(order.subtotal),
        "tax": shown(order.tax),
        "tax_included": order.tax_included,
        "total": shown(order.total),
    }
    return DataPart("order", part_id("order", ctx.tool_call_id), content)


def listed(pieces: Sequence[tuple[int, str]]) -> str:
    """`2 x Mug, 1 x Tent`."""
    return ", ".join(f"{count} x {clipped(name, NAME)}" for count, name in pieces)


def _head(order: Order) -> _Head:
    return {
        "order_number": order.order_number,
        "status": order.status,
        "placed_at": order.created_at.isoformat(),
        "ships_to": "" if order.shipping_address is None else order.shipping_address.text(),
        "payment_method": order.payment_method,
        "payment_status": order.payment_status,
        "tracking_ids": [tracking for fulfilment in order.fulfilments for tracking in fulfilment.tracking_ids],
        "possible": list(order_rules.possible(order)),
    }


def _item(item: OrderItem) -> _Item:
    return {
        "item_id": str(item.id),
        "product_id": str(item.product_id),
        "name": clipped(item.name, NAME),
        "options": item.options,
        "quantity": item.quantity,
        "returned": item.returned,
    }
