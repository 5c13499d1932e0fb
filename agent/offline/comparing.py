"""The script that compares products, and the verdict on one aspect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    if intent.aspect:
        return "\n\n".join(filter(None, (verdict(intent.aspect, outcome), left_out)))
    strengths = _strengths(each(Card, outcome.value.get("products")))
    return "\n\n".join(filter(None, (_table(outcome), strengths, left_out)))


def verdict(aspect: Aspect, outcome: Done) -> str:
    """Which product has most or least of it, in the shop's figures; says so when they do not tell."""
    cards = each(Card, outcome.value.get("products"))
    rows = list(_card_rows(cards)) if aspect.on_cards else each(Difference, outcome.value.get("differences"))
    for name in aspect.names:
        for row in rows:
            if name in row.name.lower() and len(row.values) == len(cards) and (judged := _judged(aspect, row, cards)):
                return judged
    return f"The shop's data does not tell which is the {aspect.word}."


def _card_rows(cards: Sequence[Card]) -> Iterator[Difference]:
    yield Difference(
        name="Price", values=tuple(f"{card.price} {card.currency}" if card.price else None for card in cards)
    )
    yield Difference(name="Rating", values=tuple(card.rating for card in cards))


def _judged(aspect: Aspect, row: Difference, cards: Sequence[Card]) -> str:
    """Empty when fewer than two of the values can be compared."""
    known = [(found, card, value) for card, value in zip(cards, row.values, strict=True) if (found := measure(value))]
    if len(known) < 2 or len({unit for (_, unit), _, _ in known}) > 1:
        return ""
    end = (max if aspect.most else min)(figure for (figure, _), _, _ in known)
    winners = listing([bold(card.name) for (figure, _), card, _ in known if figure == end])
    tied = sum(figure == end for (figure, _), _, _ in known) > 1
    values = [f"{bold(card.name)} {_cell(value)}" for _, card, value in known]
    silent = [bold(card.name) for card in cards if all(card is not other for _, other, _ in known)]
    note = f" The shop's data does not say it for {listing(silent)}." if silent else ""
    outcome = f"{winners} share the first place" if tied else f"The {aspect.word} is {winners}"
    return f"{outcome}. {plain(row.name, 60)}: {', '.join(values)}.{note}"


def _strengths(cards: Sequence[Card]) -> str:
    """The cheapest and the best rated, where one product alone is."""
    strengths: dict[str, list[str]] = {}
    for aspect in (CHEAPEST, BEST):
        first, *others = best(aspect, cards, len(cards)) or (None,)
        ties = [
            other
            for other in others
            if first and (other.amount, other.rating)[aspect.most] == (first.amount, first.rating)[aspect.most]
        ]
        if first and others and not ties:
            strengths.setdefault(bold(first.name), []).append(f"the {aspect.word}")
    return f"{listing([f'{name} is {listing(words)}' for name, words in strengths.items()])}." if strengths else ""


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
