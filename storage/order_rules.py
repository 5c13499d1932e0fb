"""What may be done with an order as it stands."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal, get_args

from storage.errors import Conflict
from storage.order_status import OrderStatus, WrongStatus
from storage.orders import Order

Wish = Literal["cancel", "change_address", "change_payment", "change_items", "return", "exchange"]
WISHES: tuple[Wish, ...] = get_args(Wish)

_NEEDS: dict[Wish, OrderStatus] = {
    "cancel": "pending",
    "change_address": "pending",
    "change_payment": "pending",
    "change_items": "pending",
    "return": "delivered",
    "exchange": "delivered",
}
_SAID: dict[Wish, str] = {
    "cancel": "cancelled",
    "change_address": "sent to another address",
    "change_payment": "paid in another way",
    "change_items": "changed",
    "return": "returned",
    "exchange": "exchanged",
}


class AlreadyChanged(Conflict):
    """This can be done once for an order, and it has been done."""


def check(order: Order, wish: Wish) -> None:
    """Raises WrongStatus, or AlreadyChanged: items and payment change once, after items only the address may."""
    if order.status != _NEEDS[wish]:
        raise WrongStatus(
            f"The order is {order.status}; only one that is {_NEEDS[wish]} can be {_SAID[wish]}.", field="order_id"
        )
    if order.items_changed_at is not None and wish in ("cancel", "change_payment", "change_items"):
        raise AlreadyChanged(
            f"The items of this order were changed; it cannot be {_SAID[wish]} any more.", field="order_id"
        )
    if order.payment_changed_at is not None and wish == "change_payment":
        raise AlreadyChanged("The payment method of this order was changed once already.", field="order_id")


def possible(order: Order) -> tuple[Wish, ...]:
    """All that may be done with it now."""
    allowed: list[Wish] = []
    for wish in WISHES:
        with suppress(WrongStatus, AlreadyChanged):
            check(order, wish)
            allowed.append(wish)
    return tuple(allowed)
