from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.tax import Bill, Tax


@pytest.mark.parametrize(
    ("percent", "included", "subtotal", "bill"),
    [
        ("0", True, 1_000, Bill(1_000, 0, 1_000)),
        ("19", True, 11_900, Bill(11_900, 1_900, 11_900)),
        ("19", True, 999, Bill(999, 160, 999)),
        ("8.25", False, 1_000, Bill(1_000, 83, 1_083)),
        ("8.25", False, 0, Bill(0, 0, 0)),
        ("50", False, 1, Bill(1, 1, 2)),
    ],
)
def test_a_bill(percent: str, included: bool, subtotal: int, bill: Bill) -> None:
    assert Tax(Decimal(percent), included).bill(subtotal) == bill


@given(st.decimals(0, 100, places=2), st.booleans(), st.integers(0, 10**12))
def test_the_total_is_the_subtotal_and_what_is_added(percent: Decimal, included: bool, subtotal: int) -> None:
    bill = Tax(percent, included).bill(subtotal)
    assert bill.total - subtotal == (0 if included else bill.tax)
    assert 0 <= bill.tax <= subtotal
