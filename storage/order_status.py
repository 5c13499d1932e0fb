"""How an order may go on: one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from storage.errors import Conflict

OrderStatus = Literal[
    "pending",
    "processing",
    "shipped",
    "delivered",
    "cancelled",
    "return-requested",
    "returned",
    "exchange-requested",
    "exchanged",
]

STATUSES: tuple[OrderStatus, ...] = get_args(OrderStatus)

# A request that is turned down leads back to delivered; what has come back or is cancelled stays so.
TRANSITIONS: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        "pending": frozenset({"processing", "cancelled"}),
        "processing": frozenset({"shipped"}),
        "shipped": frozenset({"delivered"}),
        "delivered": frozenset({"return-requested", "exchange-requested"}),
        "return-requested": frozenset({"returned", "delivered"}),
        "exchange-requested": frozenset({"exchanged", "delivered"}),
        "cancelled": frozenset(),
        "returned": frozenset(),
        "exchanged": frozenset(),
    }
)


class WrongStatus(Conflict):
    """The status of the order does not allow this."""


def check(now: OrderStatus, then: OrderStatus) -> None:
    """Raises WrongStatus unless an order may go from `now` to `then`."""
    if then not in TRANSITIONS[now]:
        raise WrongStatus(f"The order is {now}; it cannot become {then}.", field="status")
