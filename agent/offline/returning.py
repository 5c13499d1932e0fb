"""Scripts about orders that are placed. Each is done only once the page has asked and the shopper has said yes."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from agent.offline.answer import failure
from agent.offline.intents import Exchange, MoveOrder, SendBack
from agent.offline.markdown import bold, bullets, plain, said
from agent.offline.scene import Scene
from agent.offline.script import Call, Done, Outcome, Script, call
from agent.offline.settle import head
from agent.offline.shop import Card, Detail, Line, Ordered, each, one
from agent.offline.wish import Wish, matches

_WHERE = (
    "Where should the order go? Say for example “change the address of my order to Ann Lee, 1 Main Street, "
    "10119 Berlin, Germany”."
)
_NONE = "You have not ordered anything here yet."


def send_back(intent: SendBack, scene: Scene) -> Script:
    found = yield from _item(intent.number, intent.what, ("delivered",), "returned")
    if isinstance(found, str):
        return found
    order, lines = found
    items = [{"item_id": line.item_id, "quantity": min(intent.pieces or line.kept, line.kept)} for line in lines]
    (outcome,) = yield [call("return_items", order=order.order_number, items=items)]
    if not isinstance(outcome, Done):
        return failure(f"return it of the order {plain(order.order_number, 60)}", outcome)
    return (
        f"The return of {_listed(lines)} of the order {bold(order.order_number)} is asked for. "
        "The money goes back once the goods are there."
    )


def exchange(intent: Exchange, scene: Scene) -> Script:
    found = yield from _item(intent.number, intent.what, ("delivered", "pending"), "exchanged")
    if isinstance(found, str):
        return found
    order, lines = found
    if len(lines) != 1:
        return f"Which one should it be? The order {bold(order.order_number)} has:\n\n{_bulleted(lines)}"
    [line] = lines
    (searched,) = yield [scene.search(Wish(query=f"{intent.wanted} {head(line.name)}"), 10)]
    if not isinstance(searched, Done):
        return failure("look for the other variant", searched)
    cards = each(Card, searched.value.get("products"))
    others = [card for card in cards if card.product_id != line.product_id and matches(intent.wanted, card.name)]
    if not others:
        return f"I found no {said(intent.wanted)} in place of {bold(line.name)}."
    pieces = min(intent.pieces or line.kept, line.kept)
    item = {"item_id": line.item_id, "quantity": pieces, "new_product_id": others[0].product_id}
    tool = "change_order" if order.status == "pending" else "exchange_items"
    (outcome,) = yield [call(tool, order=order.order_number, items=[item])]
    if not isinstance(outcome, Done):
        return failure(f"exchange {plain(line.name, 120)}", outcome)
    after = "is changed" if order.status == "pending" else "is asked for"
    return f"{pieces} × {bold(others[0].name)} for {bold(line.name)}: the order {bold(order.order_number)} {after}."


def move_order(intent: MoveOrder, scene: Scene) -> Script:
    if intent.to is None:
        return f"I could not read that address. {_WHERE}"
    number = intent.number
    if not number:
        (viewed,) = yield [call("view_orders")]
        if not isinstance(viewed, Done):
            return failure("look into your orders", viewed)
        found = _orders(viewed)
        waiting = [order for order in found if order.status == "pending"]
        if not waiting:
            return "None of your orders can be sent elsewhere any more." if found else _NONE
        number = waiting[0].order_number
    (outcome,) = yield [call("change_order", order=number, shipping_address=intent.to.told())]
    if not isinstance(outcome, Done):
        return failure(f"send the order {plain(number, 60)} elsewhere", outcome)
    return f"The order {bold(number)} goes to {plain(intent.to.street, 120)}, {plain(intent.to.city, 60)} now."


def _item(
    number: str, what: str, statuses: Sequence[str], done: str
) -> Generator[Sequence[Call], Sequence[Outcome], tuple[Detail, tuple[Line, ...]] | str]:
    """The order and its items that are meant, all of them where none is named; or a sentence why there are none."""
    if not number:
        (viewed,) = yield [call("view_orders")]
        if not isinstance(viewed, Done):
            return failure("look into your orders", viewed)
        found = _orders(viewed)
        fit = [order for order in found if order.status in statuses]
        if not fit:
            return f"None of your orders can be {done}: that takes one that has been delivered." if found else _NONE
        named = [order for order in fit if isinstance(order.items, str) and matches(what, order.items)]
        number = (named or fit)[0].order_number
    (shown,) = yield [call("get_order", order=number)]
    if not isinstance(shown, Done):
        return failure(f"look into the order {plain(number, 60)}", shown)
    order = one(Detail, shown.value)
    if order is None:
        return "The shop's answer about the order could not be read."
    kept = tuple(line for line in order.items if line.kept > 0)
    meant = tuple(line for line in kept if not what or matches(what, line.name, line.told))
    if not meant:
        return f"There is no {said(what)} in the order {bold(order.order_number)}. It has:\n\n{_bulleted(kept)}"
    return order, meant


def _orders(outcome: Done) -> tuple[Ordered, ...]:
    return each(Ordered, outcome.value.get("orders"))


def _listed(lines: Sequence[Line]) -> str:
    return ", ".join(bold(line.name) for line in lines)


def _bulleted(lines: Sequence[Line]) -> str:
    return bullets(f"{line.kept} × {plain(line.name, 120)}" for line in lines)
