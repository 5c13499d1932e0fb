from __future__ import annotations

from decimal import Decimal

import pytest

from tools.arguments import minor_units


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("80", "EUR", 8_000),
        ("79.99", "EUR", 7_999),
        ("79.995", "EUR", 8_000),
        ("80.5", "JPY", 80),
        ("1.234", "KWD", 1_234),
    ],
)
def test_an_amount_becomes_minor_units(amount: str, currency: str, units: int) -> None:
    assert minor_units(Decimal(amount), currency) == units
