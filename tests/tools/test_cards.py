from __future__ import annotations

import pytest

from storage.money import Money
from tools.cards import availability, price


@pytest.mark.parametrize(
    ("stock", "word"), [(0, "out_of_stock"), (1, "low_stock"), (3, "low_stock"), (4, "in_stock"), (10_000, "in_stock")]
)
def test_stock_has_a_word(stock: int, word: str) -> None:
    assert availability(stock) == word


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(123_456, "EUR"), "de_DE", "1.234,56\xa0€"),
        (Money(123_456, "USD"), "en_US", "$1,234.56"),
        (Money(1_234, "JPY"), "en_US", "¥1,234"),
    ],
)
def test_a_price_is_written_in_the_shoppers_locale(money: Money, locale: str, text: str) -> None:
    assert price(money, locale) == {"amount": money.amount, "currency": money.currency, "text": text}
