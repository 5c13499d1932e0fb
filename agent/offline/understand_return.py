"""Requests about orders that are placed: send something back, have another variant, send it elsewhere."""

from __future__ import annotations

import re

from agent.offline.amounts import number
from agent.offline.clauses import Clause
from agent.offline.intents import Exchange, MoveOrder, SendBack
from agent.offline.tables import word_set
from agent.offline.understand_order import NUMBER, place
from agent.offline.words import texts

_LONGEST = 500
_ORDER = re.compile(
    rf"(?:\b(?:from|of|in|on) )?\b(?:(?:my|the|that|this) )?(?:(?:last|latest|most recent|recent|previous) )?"
    rf"order(?: number)?(?: {NUMBER.pattern})?\b",
    re.IGNORECASE,
)
_BACK = re.compile(r"(?:return|(?:send|give|ship) back|(?:send|give|ship)(?= .*\bback\b)) ?(?P<what>.*)")
_SWAP = re.compile(r"(?:exchange|swap|replace|trade|change) (?P<what>.+?) (?:for|with|to|into|by) (?P<wanted>.+)")
_MOVE = re.compile(
    r"(?:please |can you |could you )*"
    r"(?:(?:change|update|correct) the (?:delivery |shipping )?address (?:of|for|on) |(?:send|ship|deliver) (?=my la))"
    rf"(?:my|the) (?:last |latest |recent )?order(?: {NUMBER.pattern})? to[: ]+(?P<where>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = word_set("can could may do does is are how what when where which who will would should if tell about explain")
_ARTICLES = word_set("a an the my this that these those")
_IDLE = _ARTICLES | word_set("of one ones back please pair it them everything all whole from order")
_PAPERS = word_set("policy policies label labels form forms period window shipping status")


def moved(message: str) -> MoveOrder | None:
    """ "change the address of my order to Ann Lee, Torstr. 1, 10119 Berlin, Germany", read before commas part it."""
    told = _MOVE.fullmatch(message.strip()[:_LONGEST])
    return None if told is None else MoveOrder(_named(message), place(told["where"]))


def sent_back(message: str, clause: Clause) -> SendBack | Exchange | None:
    """ "I want to return the boots from my last order", "swap the red mug in my order for a blue one".

    A question ("can I return shoes?") and whatever names no order is for the shop's policies.
    """
    if clause.question or not clause.words or clause.whole[0].text in _ASKING:
        return None
    said = " ".join(texts(clause.words))
    rest, orders = _ORDER.subn(" ", said)
    if not orders:
        return None
    rest = " ".join(rest.split())
    if _PAPERS.intersection(rest.split()):
        return None
    if back := _BACK.fullmatch(rest):
        return SendBack(_named(message), *_pieces(back["what"]))
    if swap := _SWAP.fullmatch(rest):
        what, pieces = _pieces(swap["what"])
        wanted = _pieces(swap["wanted"])[0]
        return Exchange(_named(message), what, pieces, wanted) if wanted else None
    return None


def _named(message: str) -> str:
    found = NUMBER.search(message)
    return found[0].upper() if found else ""


def _pieces(said: str) -> tuple[str, int | None]:
    """The words of a thing without articles, and how many of it, if they begin with that."""
    words = said.split()
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    count = number(words[0]) if words and words[0] not in _ARTICLES else None
    if count is not None and len(words) > 1:
        words = words[1:]
    kept = [word for word in words if word not in _IDLE]
    return " ".join(kept), None if count is None or not kept or count != int(count) or count < 1 else int(count)
