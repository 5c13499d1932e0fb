"""A cart as the model is told of it and as the page shows it."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from storage.carts import Cart, CartItem, Obstacle
from tools.cards import Availability, Picture, Price, availability, picture, price, product_url
from tools.context import ToolContext
from tools.results import DataPart, part_id
from tools.untrusted import NAME, clipped


class CartItemFacts(TypedDict):
    """Prices are decimal numbers of today; `price_when_added` is there when it was another one then.

    `obstacle` is there when the item cannot be bought as it stands.
    """

    product_id: str
    name: str
    quantity: int
    unit_price: str
    price_when_added: NotRequired[str]
    line_total: str
    stock: int
    for_sale: bool
    obstacle: NotRequired[Obstacle]


class CartFacts(TypedDict):
    items: list[CartItemFacts]
    total: str
    currency: str


class CartItemCard(TypedDict):
    """`price` is paid today, `original_price` is before its discount, `price_when_added` if that was another one.

    `obstacle` says why the item cannot be bought as it stands, null when it can.
    """

    product_id: str
    name: str
    brand: str | None
    quantity: int
    price: Price
    original_price: Price | None
    price_when_added: Price | None
    line_total: Price
    stock: int
    availability: Availability
    for_sale: bool
    obstacle: Obstacle | None
    image: Picture | None
    url: str


class CartContent(TypedDict):
    """What a `data-cart` part holds."""

    id: str
    store_id: str
    version: int
    items: list[CartItemCard]
    total: Price


def cart_facts(cart: Cart) -> CartFacts:
    """What the model is told."""
    return {
        "items": [_item_facts(cart, item) for item in cart.items],
        "total": cart.money(cart.total).plain(),
        "currency": cart.currency,
    }


def cart_part(cart: Cart, ctx: ToolContext) -> DataPart:
    """What the page shows."""
    content: CartContent = {
        "id": str(cart.id),
        "store_id": str(cart.store_id),
        "version": cart.version,
        "items": item_cards(cart, ctx),
        "total": price(cart.money(cart.total), ctx.locale),
    }
    return DataPart("cart", part_id("cart", ctx.tool_call_id), content)


def item_cards(cart: Cart, ctx: ToolContext) -> list[CartItemCard]:
    """What the page shows of the items."""
    return [_item_card(cart, item, ctx) for item in cart.items]


def _item_facts(cart: Cart, item: CartItem) -> CartItemFacts:
    told: CartItemFacts = {
        "product_id": str(item.product_id),
        "name": clipped(item.name, NAME),
        "quantity": item.quantity,
        "unit_price": cart.money(item.price_now).plain(),
        "line_total": cart.money(item.line_total).plain(),
        "stock": item.stock,
        "for_sale": item.for_sale,
    }
    if item.obstacle is not None:
        told["obstacle"] = item.obstacle
    if item.unit_price != item.price_now:
        told["price_when_added"] = cart.money(item.unit_price).plain()
    return told


def _item_card(cart: Cart, item: CartItem, ctx: ToolContext) -> CartItemCard:
    def unless_paid(amount: int) -> Price | None:
        return price(cart.money(amount), ctx.locale) if amount != item.price_now else None

    return {
        "product_id": str(item.product_id),
        "name": clipped(item.name, NAME),
        "brand": item.brand,
        "quantity": item.quantity,
        "price": price(cart.money(item.price_now), ctx.locale),
        "original_price": unless_paid(item.list_price),
        "price_when_added": unless_paid(item.unit_price),
        "line_total": price(cart.money(item.line_total), ctx.locale),
        "stock": item.stock,
        "availability": availability(item.stock if item.for_sale else 0),
        "for_sale": item.for_sale,
        "obstacle": item.obstacle,
        "image": picture(item.image, item.name, ctx),
        "url": product_url(item.product_id, ctx),
    }
