"""The changes of a message applied to a cart on paper: what the quantities should be in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.offline.intents import Add, Change, SetTo, TakeOut, TakeOutAll
from agent.offline.markdown import bold
from agent.offline.settle import Settled
from agent.offline.shop import Cart

_MOST = 99


@dataclass(slots=True)
class Plan:
    """Quantities and names by product id, and what is to be said besides."""

    wanted: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def plan(changes: Sequence[Change], settled: Sequence[Settled], cart: Cart) -> Plan:
    """`settled` holds what each change is about. Changes count in their order: "empty it and add the first"."""
    made = Plan(
        {item.product_id: item.quantity for item in cart.items}, {item.product_id: item.name for item in cart.items}
    )
    for change, one in zip(changes, settled, strict=True):
        if isinstance(change, TakeOutAll):
            made.notes += [] if cart.items else ["Your cart is empty already."]
            made.wanted = dict.fromkeys(made.wanted, 0)
        elif isinstance(one, str):
            made.notes.append(one)
        else:
            for card in one:
                made.names.setdefault(card.product_id, card.name)
                _change(made, change, card.product_id)
    return made


def _change(made: Plan, change: Add | SetTo | TakeOut, product_id: str) -> None:
    held = made.wanted.get(product_id, 0)
    name = bold(made.names[product_id])
    match change:
        case Add(_, quantity) if quantity < 0 and not held:
            made.notes.append(f"There is no {name} in your cart.")
        case Add(_, quantity):
            made.wanted[product_id] = max(0, min(held + quantity, _MOST))
            if made.wanted[product_id] == held:
                made.notes.append(f"Your cart still holds {held} × {name}.")
        case SetTo(_, quantity):
            made.wanted[product_id] = quantity
            if quantity == held:
                made.notes.append(
                    f"Your cart already holds {held} × {name}." if held else f"There is no {name} in your cart."
                )
        case TakeOut():
            made.wanted[product_id] = 0
            if not held:
                made.notes.append(f"{name} is not in your cart.")
