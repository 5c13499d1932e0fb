"""A wishlist as the model is told of it and as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from storage.money import Money
from storage.wishlist import WishlistItem
from tools.cards import Availability, Picture, Price, availability, picture, price, product_url
from tools.context import ToolContext
from tools.results import DataPart, part_id
from tools.untrusted import NAME, clipped


class WishFacts(TypedDict):
    """`price` is a decimal number of today; `for_sale` false means that it is no longer sold."""

    product_id: str
    name: str
    price: str
    currency: str
    stock: int
    for_sale: bool


class WishlistFacts(TypedDict):
    """The newest first; `more` says that there are others."""

    items: list[WishFacts]
    more: bool


class WishCard(TypedDict):
    """`price` is paid today, `original_price` is before its discount."""

    product_id: str
    name: str
    brand: str | None
    price: Price
    original_price: Price | None
    stock: int
    availability: Availability
    for_sale: bool
    image: Picture | None
    url: str
    added_at: str


class WishlistContent(TypedDict):
    """What a `data-wishlist` part holds."""

    items: list[WishCard]
    more: bool


def wishlist_facts(items: Sequence[WishlistItem], more: bool) -> WishlistFacts:
    """What the model is told."""
    return {
        "items": [
            {
                "product_id": str(item.product_id),
                "name": clipped(item.name, NAME),
                "price": item.pays.plain(),
                "currency": item.currency,
                "stock": item.stock,
                "for_sale": item.is_active,
            }
            for item in items
        ],
        "more": more,
    }


def wishlist_part(items: Sequence[WishlistItem], more: bool, ctx: ToolContext) -> DataPart:
    """What the page shows."""
    content: WishlistContent = {"items": [_card(item, ctx) for item in items], "more": more}
    return DataPart("wishlist", part_id("wishlist", ctx.tool_call_id), content)


def _card(item: WishlistItem, ctx: ToolContext) -> WishCard:
    before = Money(item.list_price, item.currency)
    return {
        "product_id": str(item.product_id),
        "name": clipped(item.name, NAME),
        "brand": item.brand,
        "price": price(item.pays, ctx.locale),
        "original_price": price(before, ctx.locale) if before != item.pays else None,
        "stock": item.stock,
        "availability": availability(item.stock if item.is_active else 0),
        "for_sale": item.is_active,
        "image": picture(item.image, item.name, ctx),
        "url": product_url(item.product_id, ctx),
        "added_at": item.added_at.isoformat(),
    }
