"""Scripts about orders. An order is placed or cancelled only once the page has asked and the shopper has said yes."""

from __future__ import annotations

from agent.offline.answer import failure
from agent.offline.intents import CancelOrder, PlaceOrder, ShowOrders
from agent.offline.markdown import bold, bullets, plain
from agent.offline.scene import Scene
from agent.offline.script import Done, Outcome, Script, call
from agent.offline.shop import Ordered, each, one

_WHERE = (
    "Where should it go? Say for example “send it to Ann Lee, 1 Main Street, 10119 Berlin, Germany”, and I ask you to "
    "confirm the order."
)
_NONE = "You have not ordered anything here yet."


def place_order(intent: PlaceOrder, scene: Scene) -> Script:
    if not intent.readable:
        return f"I could not read that address. {_WHERE}"
    (outcome,) = yield [call("place_order", shipping_address=intent.to and intent.to.told())]
    if not isinstance(outcome, Done):
        return _WHERE if "needs an address" in outcome.reason else failure("place the order", outcome)
    order = one(Ordered, outcome.value)
    if order is None:
        return "The order is placed, but the shop's answer about it could not be read. Ask “where is my order”."
    return (
        f"Thank you: your order {bold(order.order_number)} is placed, {_total(order)} in all. "
        "Ask “where is my order” to see how it stands."
    )


def show_orders(intent: ShowOrders, scene: Scene) -> Script:
    (outcome,) = yield [call("view_orders")]
    if not isinstance(outcome, Done):
        return failure("look into your orders", outcome)
    found = _orders(outcome)
    return f"Your orders, the latest first:\n\n{bullets(map(_line, found))}" if found else _NONE


def cancel_order(intent: CancelOrder, scene: Scene) -> Script:
    number = intent.number
    if not number:
        (viewed,) = yield [call("view_orders")]
        if not isinstance(viewed, Done):
            return failure("look into your orders", viewed)
        waiting = [order for order in _orders(viewed) if order.status == "pending"]
        if not waiting:
            return "None of your orders can be cancelled any more." if _orders(viewed) else _NONE
        number = waiting[0].order_number
    (outcome,) = yield [call("cancel_order", order=number, reason="no longer needed")]
    if not isinstance(outcome, Done):
        return failure(f"cancel the order {plain(number, 60)}", outcome)
    return f"The order {bold(number)} is cancelled."


def _orders(outcome: Outcome) -> tuple[Ordered, ...]:
    return each(Ordered, outcome.value.get("orders")) if isinstance(outcome, Done) else ()


def _line(order: Ordered) -> str:
    items = f", {plain(order.items, 160)}" if isinstance(order.items, str) else ""
    return f"{bold(order.order_number)}: {plain(order.status, 40)}{items}, {_total(order)}"


def _total(order: Ordered) -> str:
    return plain(f"{order.total} {order.currency}".strip(), 40)
