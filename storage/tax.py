"""Tax: what part of a price it is, or what comes on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid, in minor units: `total` is the subtotal, with the tax where prices are without it."""

    subtotal: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Tax:
    """A store's rate. `included`: its prices hold the tax already; otherwise it is added to the subtotal."""

    percent: Decimal
    included: bool

    def bill(self, subtotal: int) -> Bill:
        """The bill over a subtotal of minor units; the tax is rounded half up, once for the whole order."""
        base = 100 + self.percent if self.included else Decimal(100)
        tax = int((Decimal(subtotal) * self.percent / base).to_integral_value(ROUND_HALF_UP))
        return Bill(subtotal, tax, subtotal if self.included else subtotal + tax)
