"""The sample's files, read: one folder a store with `store.toml`, `products/*.toml`, `policies/*.md`, `reviews.jsonl`.

A products file is one shelf: its `category` and `drawing` go for every product in it that names none of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import orjson

from storage.feed import Row
from storage.sample.drawings import draw
from storage.tax import Tax

# The first store is the one a chat is about when nobody names one.
SLUGS = ("fernweg", "hearth", "deskwright")

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG file and what is to be seen on it."""

    sku: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A Markdown document; `chunks` are its sections, each with its heading."""

    kind: str
    title: str
    content: str
    chunks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a sample shopper, named by first name, says of a product; 1 to 5 stars."""

    sku: str
    shopper: str
    rating: int
    title: str
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SampleStore:
    """A store and all that is in it; `rows` are records as `storage.feed` reads them."""

    slug: str
    name: str
    description: str
    currency: str
    tax: Tax
    rows: tuple[Row, ...]
    pictures: tuple[Picture, ...]
    policies: tuple[Policy, ...]
    reviews: tuple[Review, ...]


def read(slug: str) -> SampleStore:
    """One store of the sample; a few milliseconds of reading and drawing."""
    folder = _FOLDER / slug
    store = tomllib.loads((folder / "store.toml").read_text("utf-8"))
    products = [product for file in sorted(folder.glob("products/*.toml")) for product in _shelf(file)]
    return SampleStore(
        slug=store["slug"],
        name=store["name"],
        description=store["description"],
        currency=store["currency"],
        tax=Tax(Decimal(store["tax_percent"]), store["tax_included"]),
        rows=tuple(_row(product) for product in products),
        pictures=tuple(_picture(product) for product in products),
        policies=tuple(_policy(file) for file in sorted(folder.glob("policies/*.md"))),
        reviews=tuple(_review(line) for line in (folder / "reviews.jsonl").read_bytes().splitlines()),
    )


def _shelf(file: Path) -> Iterator[Row]:
    shelf = tomllib.loads(file.read_text("utf-8"))
    common = {"category": shelf["category"], "drawing": shelf["drawing"]}
    for product in shelf["products"]:
        yield common | product


def _row(product: Row) -> Row:
    row = {key: value for key, value in product.items() if key not in ("drawing", "short", "text")}
    return row | {"short_description": product["short"], "description": " ".join(str(product["text"]).split())}


def _picture(product: Row) -> Picture:
    kind, colour = str(product["drawing"]), str(product["colour"])
    return Picture(str(product["sku"]), draw(kind, colour), f"Drawing of the {product['name']}, {colour}")


def _policy(file: Path) -> Policy:
    content = file.read_text("utf-8")
    heading, *sections = content.split("\n## ")
    return Policy(
        kind=file.stem,
        title=heading.strip().removeprefix("# "),
        content=content,
        chunks=tuple(section.strip() for section in sections),
    )


def _review(line: bytes) -> Review:
    given = orjson.loads(line)
    return Review(
        sku=given["sku"],
        shopper=given["shopper"],
        rating=given["rating"],
        title=given["title"],
        comment=given["comment"],
        created_at=datetime.fromisoformat(f"{given['day']}T12:00:00+00:00"),
    )
