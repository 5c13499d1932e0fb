"""The script that compares products, and the verdict on one aspect."""

from __future__ import annotations

from collections.abc import Sequence

from agent.offline.answer import failure, price, stock
from agent.offline.aspects import BEST, CHEAPEST, Aspect
from agent.offline.intents import Compare
from agent.offline.markdown import bold, listing, plain, table
from agent.offline.measures import measure
from agent.offline.resolve import best
from agent.offline.scene import Scene
from agent.offline.script import Done, Script, call
from agent.offline.settle import settle
from agent.offline.shop import Card, Difference, Scalar, each

MOST_COMPARED = 4
_MOST_ROWS = 12
_SHOWN_ANYWAY = frozenset({"price", "rating", "stock", "name", "brand", "currency"})


def compare(intent: Compare, scene: Scene) -> Script:
    settled = yield from settle(intent.references, scene, comparing=True)
    unsettled = [one for one in settled if isinstance(one, str)]
    if unsettled:
        return unsettled[0]
    cards = {card.product_id: card for one in settled if not isinstance(one, str) for card in one}
    if len(cards) < 2:
        only = next(iter(cards.values()))
        return f"I know only {bold(only.name)} so far. With which product shall I compare it?"
    (outcome,) = yield [call("compare_products", product_ids=list(cards)[:MOST_COMPARED])]
    if not isinstance(outcome, Done):
        return failure("compare them", outcome)
    left_out = f"I compared the first {MOST_COMPARED} of {len(cards)}." if len(cards) > MOST_COMPARED else ""
    judged = verdict(intent.aspect, outcome) if intent.aspect else _strengths(each(Card, outcome.value.get("products")))
    return "\n\n".join(filter(None, (_table(outcome), judged, left_out)))


def verdict(aspect: Aspect, outcome: Done) -> str:
    """Which product has most or least of it, in the shop's figures; says so when they do not tell."""
    cards = each(Card, outcome.value.get("products"))
    if aspect.on_cards:
        chosen = best(aspect, cards, 1)
        figure = (
            price(chosen[0]) if chosen and aspect.names[0] == "price" else f"{chosen[0].rating:g}" if chosen else ""
        )
        return _winners(aspect, _ties(aspect, cards, chosen), figure) if chosen else _no_telling(aspect)
    for name in aspect.names:
        for row in each(Difference, outcome.value.get("differences")):
            if name in row.name.lower() and len(row.values) == len(cards) and (judged := _judged(aspect, row, cards)):
                return judged
    return _no_telling(aspect)


def _judged(aspect: Aspect, row: Difference, cards: Sequence[Card]) -> str:
    known = [(found, card, value) for card, value in zip(cards, row.values, strict=True) if (found := measure(value))]
    if len(known) < 2 or len({unit for (_, unit), _, _ in known}) > 1:
        return ""
    end = (max if aspect.most else min)(figure for (figure, _), _, _ in known)
    winners = [card for (figure, _), card, _ in known if figure == end]
    value = next(value for (figure, _), _, value in known if figure == end)
    silent = [bold(card.name) for card in cards if card.product_id not in {card.product_id for _, card, _ in known}]
    note = f" The shop's data does not say it for {listing(silent)}." if silent else ""
    return _winners(aspect, winners, f"{plain(row.name, 60)}: {_cell(value)}") + note


def _ties(aspect: Aspect, cards: Sequence[Card], chosen: Sequence[Card]) -> list[Card]:
    if aspect.names[0] == "price":
        return [card for card in cards if card.amount == chosen[0].amount]
    return [card for card in cards if card.rating == chosen[0].rating]


def _winners(aspect: Aspect, cards: Sequence[Card], figure: str) -> str:
    names = listing([bold(card.name) for card in cards])
    return (
        f"The {aspect.word}: {names} ({figure})."
        if len(cards) == 1
        else f"{names} share it ({figure}): none is the {aspect.word}."
    )


def _no_telling(aspect: Aspect) -> str:
    return f"The shop's data does not tell which is the {aspect.word}."


def _strengths(cards: Sequence[Card]) -> str:
    found = []
    for aspect in (CHEAPEST, BEST):
        chosen = best(aspect, cards, 1)
        if chosen and len(_ties(aspect, cards, chosen)) == 1:
            found.append(f"{bold(chosen[0].name)} is the {aspect.word}")
    return f"{listing(found)}." if found else ""


def _table(outcome: Done) -> str:
    cards = each(Card, outcome.value.get("products"))
    rows = [["Price", *map(price, cards)]]
    if any(card.rating is not None for card in cards):
        rows.append(["Rating", *(f"{card.rating:g}" if card.rating is not None else "none yet" for card in cards)])
    if any(stock(card) for card in cards):
        rows.append(["Stock", *(stock(card) or "not given" for card in cards)])
    rows += [
        [plain(row.name, 60), *map(_cell, row.values)]
        for row in each(Difference, outcome.value.get("differences"))
        if row.name.lower() not in _SHOWN_ANYWAY and len(row.values) == len(cards)
    ]
    return table(["", *(bold(card.name) for card in cards)], rows[:_MOST_ROWS]) if cards else ""


def _cell(value: Scalar) -> str:
    match value:
        case None | "":
            return "not given"
        case bool():
            return "yes" if value else "no"
        case _:
            return plain(str(value), 80)
