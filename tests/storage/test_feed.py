from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from storage.errors import Invalid
from storage.feed import ProductRow, Reader, variants
from storage.feed_values import BadRow

READER = Reader("EUR")
LEAST = {"id": "a", "title": "A lamp", "price": "79.99"}


def row(**columns: object) -> ProductRow:
    return READER.row(LEAST | columns)


def test_the_least_a_row_needs() -> None:
    assert row() == ProductRow(sku="a", name="A lamp", price=7999, currency="EUR", stock=100)


def test_a_flat_product_feed() -> None:
    found = row(
        price="79.99 USD",
        sale_price="59.99 USD",
        availability="in_stock",
        inventory_quantity="12",
        brand="Lumen",
        mpn="LM-1",
        gtin="0123",
        image_link="https://shop.example/a.jpg",
        product_category="Home > Lamps",
        color="red",
        product_review_rating="4.56",
        product_review_count=8,
    )
    assert (found.price, found.discount_percent, found.currency) == (7999, Decimal("25.00"), "USD")
    assert (found.stock, found.category, found.gtins) == (12, ("Home", "Lamps"), ("0123",))
    assert (found.part_number, found.image_url) == ("LM-1", "https://shop.example/a.jpg")
    assert (found.specifications, found.rating, found.rating_count) == ({"color": "red"}, Decimal("4.6"), 8)


def test_a_nested_product_feed_is_a_row_a_variant(shared: Path) -> None:
    file = shared / "data/protocols/acp/examples/2026-04-17/examples.feed.json"
    product = json.loads(file.read_text())["upsert_products_request_single_product"]["products"][0]
    (found,) = map(READER.row, variants(product))
    assert (found.sku, found.price, found.currency, found.stock) == ("sku124-red-m", 1999, "USD", 0)
    assert found.name == "Classic Tee - Red / Medium"
    assert found.gtins == ("00012345600029",)
    assert found.specifications == {"Color": "Red", "Size": "Medium"}
    assert found.image_alt == "Classic Tee in red, size medium"
    assert (found.family, found.family_name) == ("prod_classic_tee", "Classic Tee")
    assert found.options == {"Color": "Red", "Size": "Medium"}


def test_a_flat_row_of_a_group_is_a_variant_by_its_colour_and_size() -> None:
    found = row(item_group_id="tee", color="red", size="M", gender="female")
    assert (found.family, found.family_name, found.options) == ("tee", None, {"color": "red", "size": "M"})
    alone = row(color="red", size="M", item_group_title="Tees")
    assert (alone.family, alone.family_name, alone.options) == (None, None, {})


def test_columns_with_the_letter_of_their_type_lose_it() -> None:
    given = {"t_screen_type": "LCD", "n_width": 30.0, "b_touch": False, "n_weight": 1.5}
    assert row(attributes=given).specifications == {"screen type": "LCD", "width": 30, "touch": False, "weight": 1.5}


def test_a_discount_that_two_decimals_cannot_say_is_the_price_itself() -> None:
    found = row(price="100000.00", sale_price="33333.33")
    assert (found.price, found.discount_percent) == (3333333, Decimal(0))


def test_a_mapping_goes_before_the_guesses_and_reaches_into_objects() -> None:
    reader = Reader("EUR", {"category": "attributes.kind", "name": "label"})
    found = reader.row(LEAST | {"label": "Reading lamp", "attributes": {"kind": "Lamps"}})
    assert (found.name, found.category) == ("Reading lamp", ("Lamps",))
    with pytest.raises(Invalid, match="colour"):
        Reader("EUR", {"colour": "x"})


@pytest.mark.parametrize(
    ("columns", "field", "reason"),
    [
        ({"price": None}, "price", "missing"),
        ({"price": "cheap"}, "price", "not a price"),
        ({"price": "79.999"}, "price", "decimals"),
        ({"price": "-1"}, "price", "not a price"),
        ({"price_cents": 1.5}, "price", "whole"),
        ({"title": ""}, "name", "missing"),
        ({"title": "x" * 1001}, "name", "longer"),
        ({"id": None}, "sku", "missing"),
        ({"currency": "euro"}, "currency", "ISO"),
        ({"stock": "many"}, "stock", "number"),
        ({"discount_percent": 120}, "discount_percent", "between"),
        ({"rating": 11}, "rating", "between"),
        ({"attributes": "red"}, "specifications", "object"),
    ],
)
def test_a_bad_row_says_which_field_and_why(columns: dict[str, object], field: str, reason: str) -> None:
    with pytest.raises(BadRow, match=reason) as caught:
        row(**columns)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("columns", "stock"),
    [
        ({"availability": "out_of_stock"}, 0),
        ({"availability": "out_of_stock", "stock": 5}, 0),
        ({"available": False}, 0),
        ({"availability": {"available": True}}, 100),
        ({"availability": "in stock", "stock": 5}, 5),
    ],
)
def test_stock(columns: dict[str, object], stock: int) -> None:
    assert row(**columns).stock == stock
