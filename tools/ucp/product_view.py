"""A product as the Universal Commerce Protocol has it: one thing with its variants, the one asked for first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from storage.money import Money
from storage.products import Product
from tools.cards import picture, product_url
from tools.context import ToolContext
from tools.ucp.shapes import Price, price
from tools.untrusted import DESCRIPTION, NAME, SUMMARY, clipped


class Description(TypedDict):
    plain: str


class PriceRange(TypedDict):
    min: Price
    max: Price


class Media(TypedDict):
    type: Literal["image"]
    url: str
    alt_text: str


class CategoryName(TypedDict):
    """`value` is the path: it can be searched by."""

    value: str
    taxonomy: Literal["merchant"]


class Rating(TypedDict):
    value: float
    scale_max: int
    count: int


class SelectedOption(TypedDict):
    name: str
    label: str


class Availability(TypedDict):
    available: bool
    status: Literal["in_stock", "out_of_stock"]


class Match(TypedDict):
    """The id in the request that led here."""

    id: str
    match: Literal["exact"]


class Variant(TypedDict):
    """What can be put into a cart; `list_price` is there when a discount is taken off."""

    id: str
    sku: str
    title: str
    description: Description
    url: str
    price: Price
    list_price: NotRequired[Price]
    availability: Availability
    options: list[SelectedOption]
    inputs: NotRequired[list[Match]]


class OptionValue(TypedDict):
    label: str


class Option(TypedDict):
    name: str
    values: list[OptionValue]


class UcpProduct(TypedDict):
    """`id` is that of its first variant: the protocol's product and variant are one row here."""

    id: str
    title: str
    description: Description
    url: str
    categories: list[CategoryName]
    price_range: PriceRange
    media: list[Media]
    options: list[Option]
    variants: list[Variant]
    rating: NotRequired[Rating]
    tags: list[str]


def ucp_product(
    product: Product, ctx: ToolContext, others: Sequence[Product] = (), *, whole: bool = False
) -> UcpProduct:
    """A product with itself as the first variant, and `others` of its family; described in short or `whole`."""
    variants = [product, *others]
    paid = [variant.effective_price for variant in variants]
    image = picture(product.image, product.name, ctx)
    told: UcpProduct = {
        "id": str(product.id),
        "title": clipped(product.name, NAME),
        "description": _description(product, whole=whole),
        "url": product_url(product.id, ctx),
        "categories": [{"value": " > ".join(product.category_path), "taxonomy": "merchant"}]
        if product.category_path
        else [],
        "price_range": {
            "min": price(Money(min(paid), product.currency)),
            "max": price(Money(max(paid), product.currency)),
        },
        "media": [] if image is None else [{"type": "image", "url": image["url"], "alt_text": image["alt"]}],
        "options": _options(variants),
        "variants": [_variant(variant, ctx) for variant in variants],
        "tags": list(product.tags),
    }
    if product.rating is not None:
        told["rating"] = {"value": float(product.rating), "scale_max": 5, "count": product.rating_count}
    return told


def _variant(product: Product, ctx: ToolContext) -> Variant:
    in_stock = product.stock > 0
    told: Variant = {
        "id": str(product.id),
        "sku": product.sku,
        "title": clipped(product.name, NAME),
        "description": _description(product, whole=False),
        "url": product_url(product.id, ctx),
        "price": price(product.pays),
        "availability": {"available": in_stock, "status": "in_stock" if in_stock else "out_of_stock"},
        "options": [{"name": name, "label": str(value)} for name, value in product.options.items()],
    }
    if product.price != product.effective_price:
        told["list_price"] = price(Money(product.price, product.currency))
    return told


def _description(product: Product, *, whole: bool) -> Description:
    short = product.short_description or product.description
    return {"plain": clipped(product.description or short, DESCRIPTION) if whole else clipped(short, SUMMARY)}


def _options(variants: Sequence[Product]) -> list[Option]:
    labels: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            labels.setdefault(name, {})[str(value)] = None
    return [{"name": name, "values": [{"label": label} for label in seen]} for name, seen in labels.items()]
