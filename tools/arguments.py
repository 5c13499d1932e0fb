"""Types of arguments that several tools share, with what the model reads about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from babel.numbers import get_currency_precision
from pydantic import BeforeValidator, Field, WithJsonSchema

from storage.text import storable


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


# Every text of a model passes here: it ends up in rows (search_logs, tool inputs).
Words = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_storable)]

ProductId = Annotated[UUID, Field(description="A product_id exactly as another tool returned it.")]

# pydantic's own schema for Decimal offers a string with a pattern, which some providers refuse.
Amount = Annotated[
    Decimal,
    Field(ge=0, le=10**12),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**12}),
]


def minor_units(amount: Decimal, currency: str) -> int:
    """80 or 79.99 as whole minor units of `currency`, rounded half to even: a limit need not be exact."""
    return int(amount.scaleb(get_currency_precision(currency)).to_integral_value())
