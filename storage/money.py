"""Amounts of money: whole minor units and an ISO 4217 currency, never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

from storage.errors import Invalid

_LARGEST = 2**63 - 1
_PLAIN = re.compile(r"[0-9]{1,19}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`amount` minor units (cents, yen) of `currency`, a three-letter ISO 4217 code."""

    amount: int
    currency: str

    @property
    def decimal(self) -> Decimal:
        """The amount in major units with the currency's own number of decimals: 7900 EUR is 79.00."""
        return Decimal(self.amount).scaleb(-get_currency_precision(self.currency))

    def plain(self) -> str:
        """The decimal amount as digits, with neither grouping nor sign of the currency: `79.00`."""
        return f"{self.decimal:f}"

    def text(self, locale: str = "en") -> str:
        """The amount as a person of `locale` (a BCP 47 tag or a CLDR name) reads it."""
        return format_currency(self.decimal, self.currency, locale=locale.replace("-", "_"))

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.amount * quantity, self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")


def parse(text: str, currency: str) -> Money:
    """A decimal number in major units ("79", "79.00") as Money.

    Raises Invalid for anything but a plain, non-negative decimal, for more decimals than the currency has
    and for an amount that no row can hold.
    """
    if _PLAIN.fullmatch(text.strip()) is None:
        raise Invalid(f"{text[:50]!r} is not an amount of money", field="amount")
    minor = Decimal(text.strip()).scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise Invalid(f"{text!r} has more decimals than {currency} has", field="amount")
    if minor > _LARGEST:
        raise Invalid(f"{text!r} is too large", field="amount")
    return Money(int(minor), currency)
