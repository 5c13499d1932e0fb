"""Scripts that show and change the cart. What they report is what the tools returned."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from agent.offline.answer import failure
from agent.offline.changes import Plan, plan
from agent.offline.intents import Change, ChangeCart, ShowCart, TakeOutAll
from agent.offline.markdown import bold, bullets, plain
from agent.offline.scene import Scene
from agent.offline.script import Call, Outcome, Script, call
from agent.offline.script import Done as Answered
from agent.offline.settle import Settled, settle
from agent.offline.shop import Cart, Item, one

# A run has a limit of tool calls; one over it would end in an error with the cart half changed.
_MOST_UPDATES = 15
_EMPTY = Cart(items=())


def show_cart(intent: ShowCart, scene: Scene) -> Script:
    (outcome,) = yield [call("view_cart")]
    if not isinstance(outcome, Answered):
        return failure("look into your cart", outcome)
    cart = one(Cart, outcome.value)
    return _shown(cart) if cart else "The shop's answer about your cart could not be read."


def change_cart(intent: ChangeCart, scene: Scene) -> Script:
    (viewed,) = yield [call("view_cart")]
    if not isinstance(viewed, Answered) and viewed.offered:
        return failure("look into your cart, so I changed nothing", viewed)
    cart = (one(Cart, viewed.value) if isinstance(viewed, Answered) else scene.memory.cart) or _EMPTY
    settled = yield from _settled(intent.changes, replace(scene, memory=replace(scene.memory, cart=cart)))
    planned = plan(intent.changes, settled, cart)
    updates = {product_id: n for product_id, n in planned.wanted.items() if n != cart.quantity(product_id)}
    left_out = len(updates) - _MOST_UPDATES
    updates = dict(list(updates.items())[:_MOST_UPDATES])
    calls = [call("update_cart", product_id=product_id, quantity=quantity) for product_id, quantity in updates.items()]
    outcomes = (yield calls) if calls else ()
    lines = list(_reports(planned, updates, cart, outcomes))
    final = cart if planned.notes and not outcomes else (yield from _final(outcomes))
    if left_out > 0:
        planned.notes.append(f"That was as much as I can do at once: {left_out} more products are as they were.")
    notes = [note for note in planned.notes if not note.endswith("?")]
    questions = [note for note in planned.notes if note.endswith("?")]
    return "\n\n".join(filter(None, (*lines, *notes, summed(final) if outcomes else "", *questions[:1])))


def _settled(
    changes: Sequence[Change], scene: Scene
) -> Generator[Sequence[Call], Sequence[Outcome], tuple[Settled, ...]]:
    """What each change is about, in their order; nothing for TakeOutAll."""
    pointed = [change for change in changes if not isinstance(change, TakeOutAll)]
    held = [change.reference for change in pointed if change.in_cart]
    other = [change.reference for change in pointed if not change.in_cart]
    of_held = iter((yield from settle(held, scene, in_cart=True)))
    of_other = iter((yield from settle(other, scene)))
    return tuple(
        () if isinstance(change, TakeOutAll) else next(of_held) if change.in_cart else next(of_other)
        for change in changes
    )


def _reports(planned: Plan, updates: Mapping[str, int], before: Cart, outcomes: Sequence[Outcome]) -> Iterator[str]:
    for (product_id, quantity), outcome in zip(updates.items(), outcomes, strict=True):
        name = bold(planned.names[product_id])
        yield _report(name, product_id, before.quantity(product_id), quantity, outcome)


def _report(name: str, product_id: str, before: int, wanted: int, outcome: Outcome) -> str:
    if not isinstance(outcome, Answered):
        into = f"put {name} into your cart" if before == 0 else f"change how many {name} your cart holds"
        return failure(into if wanted else f"take {name} out of your cart", outcome)
    cart = one(Cart, outcome.value)
    if cart is None:
        return f"The shop's answer about {name} could not be read, so I do not know whether your cart changed."
    now = cart.quantity(product_id)
    if now != wanted:
        return f"I asked for {wanted} × {name}, but your cart now holds {now}."
    if now == 0:
        return f"I took {name} out of your cart."
    return (
        f"I put {now} × {name} into your cart."
        if before == 0
        else f"Your cart now holds {now} × {name} instead of {before}."
    )


def _final(outcomes: Sequence[Outcome]) -> Generator[Sequence[Call], Sequence[Outcome], Cart | None]:
    """The cart after the changes: parallel changes each saw a cart of their own, so it is looked at again."""
    changed = [outcome for outcome in outcomes if isinstance(outcome, Answered)]
    if len(changed) > 1:
        (viewed,) = yield [call("view_cart")]
        return one(Cart, viewed.value) if isinstance(viewed, Answered) else None
    return one(Cart, changed[0].value) if changed else None


def summed(cart: Cart | None) -> str:
    """How much is in the cart and what it costs; empty when that is not known."""
    if cart is None:
        return ""
    count = sum(item.quantity for item in cart.items)
    total = plain(f"{cart.total} {cart.currency}".strip(), 40)
    return (
        f"In the cart: {count} {'item' if count == 1 else 'items'}, {total} in all." if count else "Your cart is empty."
    )


def _shown(cart: Cart) -> str:
    if not cart.items:
        return "Your cart is empty."
    return f"In your cart:\n\n{bullets(_line(item, cart.currency) for item in cart.items)}\n\n{summed(cart)}"


def _line(item: Item, currency: str) -> str:
    unit = plain(currency, 10)
    short = ""
    if item.stock is not None and item.stock < item.quantity:
        short = ", out of stock now" if item.stock <= 0 else f", only {item.stock} in stock now"
    total = f", together {plain(item.line_total, 40)} {unit}" if item.quantity > 1 and item.line_total else ""
    return f"{item.quantity} × {bold(item.name)}: {plain(item.unit_price, 40)} {unit}{total}{short}"
