"""Values of specifications made comparable: "1.2 kg" and "900 g"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from agent.offline.amounts import number
from agent.offline.shop import Scalar

_FACTORS: Mapping[str, tuple[str, Decimal]] = {
    unit: (base, Decimal(factor))
    for base, units in {
        "g": {
            "mg": "0.001",
            "g": "1",
            "gram": "1",
            "grams": "1",
            "kg": "1000",
            "lb": "453.592",
            "lbs": "453.592",
            "oz": "28.3495",
        },
        "mm": {
            "mm": "1",
            "cm": "10",
            "m": "1000",
            "in": "25.4",
            "inch": "25.4",
            "inches": "25.4",
            '"': "25.4",
            "ft": "304.8",
        },
        "ml": {
            "ml": "1",
            "cl": "10",
            "dl": "100",
            "l": "1000",
            "litre": "1000",
            "litres": "1000",
            "liter": "1000",
            "liters": "1000",
        },
        "w": {"w": "1", "watt": "1", "watts": "1", "kw": "1000"},
        "min": {"s": "0.0166667", "min": "1", "minutes": "1", "h": "60", "hours": "60", "hour": "60"},
        "mb": {"mb": "1", "gb": "1024", "tb": "1048576"},
    }.items()
    for unit, factor in units.items()
}
_MEASURE = re.compile(r"(-?\d[\d.,]*)\s*([a-zA-Z\"°%]*)")


def measure(value: Scalar) -> tuple[Decimal, str] | None:
    """The value in the base unit of its kind and that unit ("" when it names none); None when it is no measure."""
    if value is None or isinstance(value, bool):
        return None
    found = (
        _MEASURE.search(str(value))
        if isinstance(value, str)
        else _MEASURE.fullmatch(f"{value:f}" if isinstance(value, float) else str(value))
    )
    if found is None or (figure := number(found[1].lstrip("-"))) is None:
        return None
    base, factor = _FACTORS.get(found[2].lower(), (found[2].lower(), Decimal(1)))
    return (-figure if found[1].startswith("-") else figure) * factor, base
