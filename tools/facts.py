"""What the model is told of a product: few words, decimal prices, text of strangers cut to a length."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from storage.money import Money
from storage.products import Product
from tools.untrusted import DESCRIPTION, NAME, SUMMARY, Scalar, clipped, specifications


class ProductFacts(TypedDict):
    """`price` is a decimal number in `currency`, discount taken off; `original_price` is before the discount."""

    product_id: str
    name: str
    brand: str | None
    price: str
    original_price: NotRequired[str]
    currency: str
    stock: int
    rating: float | None
    summary: str


class ProductDetails(ProductFacts):
    category: str
    rating_count: int
    description: str
    specifications: dict[str, Scalar]


def facts(product: Product) -> ProductFacts:
    """The short form, for lists."""
    now, before = product.pays, Money(product.price, product.currency)
    told: ProductFacts = {
        "product_id": str(product.id),
        "name": clipped(product.name, NAME),
        "brand": product.brand,
        "price": now.plain(),
        "currency": product.currency,
        "stock": product.stock,
        "rating": float(product.rating) if product.rating is not None else None,
        "summary": clipped(product.short_description or product.description, SUMMARY),
    }
    if now != before:
        told["original_price"] = before.plain()
    return told


def details(product: Product) -> ProductDetails:
    """The long form, for one product or a comparison."""
    return {
        **facts(product),
        "category": " > ".join(product.category_path),
        "rating_count": product.rating_count,
        "description": clipped(product.description, DESCRIPTION),
        "specifications": specifications(product.specifications),
    }
