from __future__ import annotations

from decimal import Decimal

import pytest

from agent.offline.amounts import Prices, number, take_prices
from agent.offline.words import phrase, sentences


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", "80"), ("79.99", "79.99"), ("79,99", "79.99"), ("1,200", "1200"), ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"), ("fifty", "50"), ("80.", "80"), ("red", None), ("2kg", None), ("9" * 30, None),
        ("٣", None), ("", None),
    ],
)  # fmt: skip
def test_number(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))


def limits(least: int | str | None, most: int | str | None, currency: str | None = None) -> Prices:
    low, high = (None if bound is None else Decimal(bound) for bound in (least, most))
    return Prices(low, high, currency)


@pytest.mark.parametrize(
    ("text", "prices", "rest"),
    [
        ("running shoes under 80", limits(None, 80), "running shoes"),
        ("shoes for less than $80", limits(None, 80, "USD"), "shoes"),
        ("a jacket between 50 and 120 euros", limits(50, 120, "EUR"), "a jacket"),
        ("from €20 to €30", limits(20, 30, "EUR"), ""),
        ("20-50€", limits(20, 50, "EUR"), ""),
        ("over $100", limits(100, None, "USD"), ""),
        ("tent with a budget of two hundred and fifty euros", limits(None, 250, "EUR"), "tent"),
        ("laptop up to 1.5k", limits(None, 1500), "laptop"),
        ("around 100 please", limits(80, 120), "please"),
        ("a 50 euro gift", limits(None, 50, "EUR"), "gift"),
        ("100 or more", limits(100, None), ""),
        ("chair £60 max", limits(None, 60, "GBP"), "chair"),
        ("at least 30 but under 50", limits(30, 50), ""),
        ("a hundred bucks", limits(None, 100, "USD"), ""),
        ("coat for women over 40", limits(None, None), "coat for women over 40"),
        ("coat for women over €40", limits(40, None, "EUR"), "coat for women"),
        ("rucksack under 2 kg", limits(None, None), "rucksack under 2 kg"),
        ("tent for 2 people", limits(None, None), "tent for 2 people"),
        ("under cabinet light", limits(None, None), "under cabinet light"),
        ("boots from Salomon", limits(None, None), "boots from Salomon"),
    ],
)
def test_prices(text: str, prices: Prices, rest: str) -> None:
    (sentence,) = sentences(text)
    found, words = take_prices(sentence.words)
    assert (found, phrase(words)) == (prices, rest)
