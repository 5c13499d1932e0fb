from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import Invalid
from storage.money import Money, parse

CURRENCIES = st.sampled_from(["EUR", "USD", "INR", "JPY", "KWD"])
AMOUNTS = st.integers(0, 2**63 - 1)


@given(AMOUNTS, CURRENCIES)
def test_plain_and_parse_are_each_others_inverse(amount: int, currency: str) -> None:
    assert parse(Money(amount, currency).plain(), currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("79", "EUR", 7900), ("79.00", "EUR", 7900), ("0.1", "EUR", 10), ("500", "JPY", 500), ("1.234", "KWD", 1234)],
)
def test_parse_counts_minor_units_of_the_currency(text: str, currency: str, amount: int) -> None:
    assert parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    "text", ["", "free", "-1", "NaN", "Infinity", "1,50", "1.234", "1e400", "92233720368547758.08", "1e2", "1_0", "１"]
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, "EUR")
    assert caught.value.field == "amount"


@given(st.text())
def test_parse_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert parse(text, "EUR").amount >= 0


def test_a_person_reads_their_own_notation() -> None:
    assert Money(7900, "EUR").text("en") == "€79.00"
    assert Money(123456, "EUR").text("de-DE") == "1.234,56\xa0€"
    assert Money(500, "JPY").text("en") == "¥500"


def test_amounts_add_up_in_one_currency_only() -> None:
    assert Money(1, "EUR") + Money(2, "EUR") * 3 == Money(7, "EUR")
    with pytest.raises(ValueError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
