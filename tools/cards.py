"""Product cards: what the page shows of a product, made from rows and never from a model's words."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from typing_extensions import TypedDict

from storage.money import Money
from storage.products import Product, ProductImage
from tools.context import ToolContext
from tools.results import SourceUrl
from tools.untrusted import NAME, SUMMARY, clipped

Availability = Literal["in_stock", "low_stock", "out_of_stock"]

_LOW = 3


class Price(TypedDict):
    """`amount` in minor units of `currency`; `text` as the shopper's locale writes it."""

    amount: int
    currency: str
    text: str


class Picture(TypedDict):
    url: str
    alt: str


class ProductCard(TypedDict):
    """`price` is what is paid now; `original_price` is there when a discount is taken off."""

    id: str
    name: str
    brand: str | None
    price: Price
    original_price: Price | None
    stock: int
    availability: Availability
    rating: float | None
    rating_count: int
    image: Picture | None
    url: str
    category: list[str]
    summary: str


def price(money: Money, locale: str) -> Price:
    """An amount for the page."""
    return {"amount": money.amount, "currency": money.currency, "text": money.text(locale)}


def availability(stock: int) -> Availability:
    """One word for a number of pieces."""
    if stock <= 0:
        return "out_of_stock"
    return "low_stock" if stock <= _LOW else "in_stock"


def product_card(product: Product, ctx: ToolContext) -> ProductCard:
    """The card of one product."""
    now, before = product.pays, Money(product.price, product.currency)
    return {
        "id": str(product.id),
        "name": clipped(product.name, NAME),
        "brand": product.brand,
        "price": price(now, ctx.locale),
        "original_price": price(before, ctx.locale) if now != before else None,
        "stock": product.stock,
        "availability": availability(product.stock),
        "rating": float(product.rating) if product.rating is not None else None,
        "rating_count": product.rating_count,
        "image": picture(product.image, product.name, ctx),
        "url": product_url(product.id, ctx),
        "category": list(product.category_path),
        "summary": clipped(product.short_description or product.description, SUMMARY),
    }


def picture(image: ProductImage | None, name: str, ctx: ToolContext) -> Picture | None:
    """A picture with an absolute address: its own, or ours when its bytes are kept in the database."""
    if image is None:
        return None
    return {"url": image.url or f"{ctx.base_url}/images/{image.id}", "alt": clipped(image.alt or name, NAME)}


def product_url(product_id: UUID, ctx: ToolContext) -> str:
    """The address of the product's page."""
    return f"{ctx.base_url}/products/{product_id}"


def source(product: Product, ctx: ToolContext) -> SourceUrl:
    """The product as a source of an answer."""
    return SourceUrl(source_id=str(product.id), url=product_url(product.id, ctx), title=clipped(product.name, NAME))
