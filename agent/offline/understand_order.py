"""Requests about orders: placing one, seeing how they stand, cancelling one."""

from __future__ import annotations

import re

from agent.offline.clauses import Clause, containing, starting
from agent.offline.intents import CancelOrder, Destination, PlaceOrder, ShowOrders
from agent.offline.tables import phrase_table
from agent.offline.vocabulary import ORDER_PHRASES
from agent.offline.words import texts

_CHECKOUT = phrase_table(
    "checkout, check out, pay now, pay, place my order, place the order, place order, complete my order, buy now, "
    "proceed to, order now, buy everything, order everything, order my cart, order the cart, buy my cart"
)
_ORDER_IT = frozenset(phrase_table("order, buy, order it, order them, order that, order these, order all, buy it all"))
_CANCEL = phrase_table("cancel my order, cancel the order, cancel order, cancel my last order")
_SEND = re.compile(
    r"(?:please |ok,? |yes,? )?"
    r"(?:(?:order|buy)(?: it| them| that| everything)?(?: please)?[,.;:]? +(?:and |then |and then |please )?)?"
    r"(?:(?:send|ship|deliver|order)(?: it| them| that| everything| my order| the order)?"
    r"(?: please)? to|my address is|the address is)[: ]+(?P<where>.+)",
    re.IGNORECASE | re.DOTALL,
)
_TOWN = re.compile(r"(?P<code>(?:[A-Z]{1,2}-)?[A-Z\d]*\d[A-Z\d]*(?: \d[A-Z]{2})?) +(?P<city>[^\d]+)", re.IGNORECASE)
NUMBER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b", re.IGNORECASE)
_LONGEST = 500


def destination(message: str) -> PlaceOrder | None:
    """ "order it, send it to Ann Lee, Torstr. 1, 10119 Berlin, Germany": read before commas part it into clauses."""
    told = _SEND.fullmatch(message.strip()[:_LONGEST])
    if told is None:
        return None
    if len(_parts(told["where"])) < 3:
        return None
    to = place(told["where"])
    return PlaceOrder(to) if to is not None else PlaceOrder(readable=False)


def place(where: str) -> Destination | None:
    """ "Ann Lee, Torstr. 1, 10119 Berlin, Germany"; None for what cannot be read so."""
    parts = _parts(where)
    if len(parts) < 3:
        return None
    *lines, town, country = parts
    found = _TOWN.fullmatch(town)
    if found is None or len(lines) > 3:
        return None
    name, street, more = (lines[0], lines[1], lines[2:]) if len(lines) > 1 else ("", lines[0], [])
    return Destination(name, street, ", ".join(more), found["city"].strip(), found["code"], country)


def _parts(where: str) -> list[str]:
    return [part.strip(" .\n") for part in re.split(r"[,\n]", where) if part.strip(" .\n")]


def orders(message: str, clause: Clause) -> PlaceOrder | ShowOrders | CancelOrder | None:
    """`message`: the whole of it, for an order number has dashes that part words."""
    words = texts(clause.words)
    if starting(clause.words, _CANCEL) or (starting(clause.words, (("cancel",),)) and NUMBER.search(message)):
        number = NUMBER.search(message)
        return CancelOrder(number[0].upper() if number else "")
    if containing(clause.whole, ORDER_PHRASES) and words[:1] not in (("place",), ("order",)):
        return ShowOrders()
    paying = starting(clause.words, (("pay",), ("pay", "with"), ("pay", "by")))
    return PlaceOrder() if words in _ORDER_IT or (starting(clause.words, _CHECKOUT) and len(paying) < 2) else None
