"""Rows of a product feed, as shops write them, turned into catalogue rows.

Column names are guessed from what feeds call them: the Agentic Commerce Protocol's product feed (specification
2026-04-17, `schema.feed.json`, nested with variants), its flat form with names such as `product_category` and
`image_link`, and the usual names of exports. `--map field=column` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from storage import feed_values as values
from storage.errors import Invalid
from storage.feed_values import BadRow, checked
from storage.products import Specification, effective_price, embedded_text

Row = Mapping[str, object]

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sku": ("sku", "item_id", "offer_id", "id", "product_id"),
        "name": ("name", "title", "product_name"),
        "short_description": ("short_description", "summary", "subtitle"),
        "description": ("description", "long_description"),
        "brand": ("brand", "manufacturer", "vendor"),
        "category": ("category", "product_category", "category_path", "categories", "google_product_category"),
        "tags": ("tags", "keywords"),
        "price_minor": ("price_cents", "price_minor"),
        "price": ("price",),
        "list_price": ("list_price", "compare_at_price"),
        "sale_price": ("sale_price",),
        "currency": ("currency", "price_currency"),
        "discount_percent": ("discount_percent",),
        "stock": ("stock", "inventory_quantity", "stock_quantity", "quantity"),
        "availability": ("availability", "available", "in_stock"),
        "rating": ("rating", "product_review_rating", "star_rating"),
        "rating_count": ("rating_count", "review_count", "product_review_count"),
        "specifications": ("specifications", "attributes", "variant_options"),
        "family": ("family", "item_group_id", "group_id", "parent_id"),
        "family_name": ("family_name", "item_group_title"),
        "options": ("options", "variant_options"),
        "url": ("url", "link", "product_url"),
        "part_number": ("part_number", "mpn", "manufacturer_part_number"),
        "gtins": ("gtins", "gtin", "ean", "upc", "barcode", "barcodes"),
        "image": ("image", "image_link", "image_url", "media"),
        "image_alt": ("image_alt", "image_alt_text"),
    }
)
"""Field of the catalogue -> the columns it is looked for in, the first that is there wins."""

_OPTIONS = ("color", "colour", "size", "pattern", "material")
_DETAILS = ("color", "colour", "size", "material", "gender", "age_group", "condition", "weight", "dimensions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """What a file says of a product. `price` is the list price in minor units.

    `family` is the shop's name for what it is a variant of, `options` what tells it from the others.
    """

    sku: str
    name: str
    price: int
    currency: str
    short_description: str = ""
    description: str = ""
    brand: str | None = None
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    discount_percent: Decimal = Decimal(0)
    stock: int = 0
    rating: Decimal | None = None
    rating_count: int = 0
    specifications: dict[str, Specification] = field(default_factory=dict)
    family: str | None = None
    family_name: str | None = None
    options: dict[str, Specification] = field(default_factory=dict)
    url: str | None = None
    part_number: str | None = None
    gtins: tuple[str, ...] = ()
    image_url: str | None = None
    image_alt: str | None = None

    @property
    def text(self) -> str:
        """What the vector of the product is made from."""
        return embedded_text(self.name, self.category[-1] if self.category else None, self.short_description)


def variants(record: Row) -> Iterator[Row]:
    """A product with variants as one row a variant, each with what it inherits; any other row as it is.

    The variants are a family, by the product's id and title.
    """
    given = record.get("variants")
    if not isinstance(given, list) or not given:
        yield record
        return
    shared = {key: value for key, value in record.items() if key != "variants"}
    shared = {"item_group_id": record.get("id"), "item_group_title": record.get("title")} | shared
    for variant in given:
        if isinstance(variant, dict):
            yield shared | variant


def _dig(record: Row, column: str) -> object:
    value: object = record
    for step in (column,) if column in record else column.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return None if value in ("", None) else value


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns records into rows; `columns` is field -> column and goes before the guesses of `COLUMNS`.

    `stock` is assumed of what a file calls available without saying how many there are. `sold_in` is the currency of
    the store, which sells nothing in another.
    """

    currency: str
    columns: Mapping[str, str] = field(default_factory=dict)
    stock: int = 100
    sold_in: str | None = None

    def __post_init__(self) -> None:
        for name in self.columns:
            if name not in COLUMNS:
                raise Invalid(f"there is no field {name!r}; the fields are {', '.join(COLUMNS)}", field="map")

    def row(self, record: Row) -> ProductRow:
        """One product. Raises BadRow with the field and the reason."""
        taken = {name: self._take(record, name) for name in COLUMNS}
        price, currency, discount = self._price(taken)
        image_url, image_alt = checked("image", values.image, taken["image"])
        details = {key: said for key in _DETAILS if (said := checked(key, values.specification, record.get(key)))}
        rating = taken["rating"]
        family = checked("family", values.text, taken["family"])[:200] or None
        return ProductRow(
            sku=_required("sku", taken["sku"], 200),
            name=_required("name", taken["name"], 1000),
            short_description=checked("short_description", values.text, taken["short_description"]),
            description=checked("description", values.text, taken["description"]),
            brand=checked("brand", values.text, taken["brand"]) or None,
            category=checked("category", values.category, taken["category"]),
            tags=checked("tags", _listed, taken["tags"]),
            price=price,
            currency=currency,
            discount_percent=discount,
            stock=self._stock(taken),
            rating=None if rating is None else checked("rating", _stars, rating),
            rating_count=checked("rating_count", values.whole, taken["rating_count"] or 0),
            specifications=details | checked("specifications", values.specifications, taken["specifications"]),
            family=family,
            family_name=(family and checked("family_name", values.text, taken["family_name"])[:1000]) or None,
            options=_options(record, taken["options"]) if family else {},
            url=checked("url", values.text, taken["url"]) or None,
            part_number=checked("part_number", values.text, taken["part_number"]) or None,
            gtins=checked("gtins", _listed, taken["gtins"]),
            image_url=image_url,
            image_alt=checked("image_alt", values.text, taken["image_alt"]) or image_alt,
        )

    def _take(self, record: Row, name: str) -> object:
        places = (self.columns[name],) if name in self.columns else COLUMNS[name]
        return next((value for place in places if (value := _dig(record, place)) is not None), None)

    def _stock(self, taken: Mapping[str, object]) -> int:
        if not checked("availability", values.available, taken["availability"]):
            return 0
        return self.stock if taken["stock"] is None else checked("stock", values.whole, taken["stock"])

    def _price(self, taken: Mapping[str, object]) -> tuple[int, str, Decimal]:
        """List price, currency and discount in percent."""
        currency = checked("currency", values.text, taken["currency"]).upper() or self.currency
        if taken["price_minor"] is not None:
            price = checked("price", values.whole, taken["price_minor"])
        elif taken["price"] is not None:
            price, currency = checked("price", lambda value: values.amount(value, currency), taken["price"])
        else:
            raise BadRow("is missing", field="price")
        if not re.fullmatch("[A-Z]{3}", currency):
            raise BadRow(f"{currency!r} is not an ISO 4217 currency", field="currency")
        if self.sold_in not in (None, currency):
            raise BadRow(f"is in {currency}, and the store sells in {self.sold_in}", field="price")
        if taken["discount_percent"] is not None:
            return price, currency, checked("discount_percent", _percent, taken["discount_percent"])
        before, now = price, price
        if taken["sale_price"] is not None:
            now, _ = checked("sale_price", lambda value: values.amount(value, currency), taken["sale_price"])
        elif taken["list_price"] is not None:
            before, _ = checked("list_price", lambda value: values.amount(value, currency), taken["list_price"])
        list_price, percent = _discounted(before, now)
        return list_price, currency, percent


def _options(record: Row, given: object) -> dict[str, Specification]:
    """What a variant is told by: its options, else its colour, size and the like from columns of their own."""
    if given is not None:
        return checked("options", values.specifications, given)
    return {key: said for key in _OPTIONS if (said := checked(key, values.specification, record.get(key))) is not None}


def _discounted(before: int, now: int) -> tuple[int, Decimal]:
    """List price and percentage that give `now` exactly; where two decimals cannot, `now` without a discount."""
    if now < before:
        percent = (Decimal(before - now) * 100 / before).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if effective_price(before, percent) == now:
            return before, percent
    return now, Decimal(0)


def _required(name: str, value: object, longest: int) -> str:
    text = checked(name, values.text, value)
    if not text:
        raise BadRow("is missing", field=name)
    if len(text) > longest:
        raise BadRow(f"is longer than {longest} characters", field=name)
    return text


def _listed(value: object) -> tuple[str, ...]:
    return values.words(value, ",")


def _percent(value: object) -> Decimal:
    percent = values.number(value)
    if not 0 <= percent <= 100:
        raise BadRow(f"{percent} is not between 0 and 100")
    return percent.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _stars(value: object) -> Decimal:
    stars = values.number(value)
    if not 0 <= stars <= 5:
        raise BadRow(f"{stars} is not between 0 and 5")
    return stars.quantize(Decimal("0.1"), ROUND_HALF_UP)
