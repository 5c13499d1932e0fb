from __future__ import annotations

from decimal import Decimal

import pytest

from agent.offline.measures import measure
from agent.offline.shop import Scalar


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        ("1.2 kg", ("1200", "g")), ("900 g", ("900", "g")), ("0.5 l", ("500", "ml")),
        ("2200 W", ("2200", "w")), (3, ("3", "")),
        (4.5, ("4.5", "")), ("89.00 EUR", ("89.00", "eur")), ("about 12 cm wide", ("120", "mm")),
        ("-5 °C", ("-5", "°c")),
        ("red", None), (True, None), (None, None), ("", None), (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_measure(value: Scalar, figure: tuple[str, str] | None) -> None:
    assert measure(value) == (None if figure is None else (Decimal(figure[0]), figure[1]))
