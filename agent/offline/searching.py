"""Scripts that search: a new wish, the last one refined, more of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.offline.amounts import Prices
from agent.offline.answer import currency_note, failure, loosen, numbered_lines, price, wish_words
from agent.offline.aspects import BEST, CHEAPEST, DEAREST, Aspect
from agent.offline.comparing import MOST_COMPARED, verdict
from agent.offline.intents import More, Refine, Search
from agent.offline.markdown import bold, listing, said
from agent.offline.memory import numbered
from agent.offline.refusing import says
from agent.offline.resolve import best
from agent.offline.scene import Scene, numbers
from agent.offline.script import Done, Outcome, Script, call
from agent.offline.settle import fitting
from agent.offline.shop import Card, Detailed, each, one
from agent.offline.wish import Wish, merged
from agent.offline.words import stem

_PAGE, _POOL, _NEAREST = 5, 10, 3
_CENT = Decimal("0.01")
_HINT = "Name a number to see its details, to compare it or to put it in your cart."


def search(intent: Search, scene: Scene) -> Script:
    wishes = intent.wishes
    outcomes = yield [scene.search(wish, _POOL if wish.aspect or wish.refused else None) for wish in wishes]
    cards = numbered(outcome.value for outcome in outcomes if isinstance(outcome, Done))
    sections = [_section(wish, outcome, numbers(cards)) for wish, outcome in zip(wishes, outcomes, strict=True)]
    for wish, outcome in zip(wishes, outcomes, strict=True):
        if wish.aspect and _suits(outcome):
            sections.append((yield from _winner(wish, wish.aspect, fitting(wish.query, _kept(wish, outcome)))))
    if cards and not scene.memory.searches and not any(wish.aspect for wish in wishes):
        sections.append(_HINT)
    return "\n\n".join(filter(None, sections))


def refine(intent: Refine, scene: Scene) -> Script:
    wish, aspect, memory = intent.wish, intent.aspect, scene.memory
    if not memory.searches or (aspect and not _same_things(wish, memory.searches)):
        if not (wish.query or wish.brand):
            return "Tell me first what you are looking for; then I can narrow it down."
        return (yield from search(Search((replace(wish, aspect=wish.aspect or aspect),)), scene))
    wish = _branded(wish, memory.listed)
    if aspect in (CHEAPEST, DEAREST) and not wish.prices and (bound := _bound(aspect, memory.focus or memory.listed)):
        limit, card = bound
        wishes = tuple(replace(merged(last, wish), prices=limit) for last in memory.searches)
        outcomes = yield [scene.search(changed) for changed in wishes]
        return _bounded(aspect, wishes, outcomes, card)
    wishes = tuple(replace(merged(last, wish), aspect=aspect or wish.aspect) for last in memory.searches)
    return (yield from search(Search(wishes), scene))


def more(intent: More, scene: Scene) -> Script:
    memory = scene.memory
    if not memory.searches:
        return "Tell me what you are looking for, and I will search for it."
    limit = -(-len(memory.longer) // len(memory.searches)) + _PAGE
    outcomes = yield [scene.search(wish, limit) for wish in memory.searches]
    failed = next((outcome for outcome in outcomes if not isinstance(outcome, Done)), None)
    if failed is not None:
        return failure("search for more", failed)
    cards = numbered(outcome.value for outcome in outcomes if isinstance(outcome, Done))
    known = {card.product_id for card in memory.longer}
    new = tuple(card for card in cards if card.product_id not in known)
    words = " and ".join(wish_words(wish) for wish in memory.searches)
    if new:
        return f"More for {words}:\n\n{numbered_lines(new, numbers(cards))}"
    if any(isinstance(outcome, Done) and outcome.value.get("more") is True for outcome in outcomes):
        return "That is as many as I can list: narrow it down, for example by a price."
    return f"That is all I have for {words}."


def _section(wish: Wish, outcome: Outcome, number: Mapping[str, int]) -> str:
    if not isinstance(outcome, Done):
        return failure(f"search for {wish_words(wish)}", outcome)
    cards = _kept(wish, outcome)
    if not cards:
        return f"I found nothing for {wish_words(wish)}. {loosen(wish)}"
    cards = cards[:_PAGE] if wish.refused and not wish.aspect else cards
    note = currency_note(wish, cards)
    if not _suits(outcome):
        nearest = numbered_lines(cards[:_NEAREST], number)
        head = f"I found nothing that really suits {wish_words(wish)}. {loosen(wish)}"
        return "\n\n".join(filter(None, (head, "The nearest I have, which may not be what you want:", nearest, note)))
    head = f"For {wish_words(wish)} I found {'this' if len(cards) == 1 else 'these'}:"
    shown = numbered_lines(cards, number)
    sold_out = "All of these are out of stock at the moment." if all(card.sold_out for card in cards) else ""
    return "\n\n".join(filter(None, (head, shown, sold_out, note, _unseen(wish, outcome))))


def _winner(wish: Wish, aspect: Aspect, cards: tuple[Card, ...]) -> Script:
    """The best by the aspect: by the search results when they show it, else by a comparison."""
    if not aspect.on_cards:
        if len(cards) < 2:
            return ""
        (outcome,) = yield [call("compare_products", product_ids=[card.product_id for card in cards[:MOST_COMPARED]])]
        return verdict(aspect, outcome) if isinstance(outcome, Done) else failure("compare them", outcome)
    chosen = best(aspect, cards, wish.count)
    if not chosen:
        return f"The shop's data does not say which is the {aspect.word}."
    if len(chosen) > 1:
        names = ", ".join(f"{bold(card.name)} ({price(card)})" for card in chosen)
        return f"The {len(chosen)} {'cheapest' if aspect == CHEAPEST else aspect.word} of them: {names}."
    (outcome,) = yield [call("get_product", product_id=chosen[0].product_id)]
    card: Card = chosen[0]
    if isinstance(outcome, Done):
        card = one(Detailed, outcome.value) or card
    rating = f", rated {card.rating:g}" if aspect == BEST and card.rating is not None else ""
    return f"The {aspect.word} of them is {bold(card.name)} at {price(card)}{rating}."


def _bounded(aspect: Aspect, wishes: Sequence[Wish], outcomes: Sequence[Outcome], card: Card) -> str:
    failed = next((outcome for outcome in outcomes if not isinstance(outcome, Done)), None)
    if failed is not None:
        return failure("search again", failed)
    cards = numbered(outcome.value for outcome in outcomes if isinstance(outcome, Done) and _suits(outcome))
    word = "cheaper" if aspect == CHEAPEST else "more expensive"
    if not cards:
        asked = wish_words(replace(wishes[0], prices=Prices()))
        shown = f"the {aspect.word} I showed is {bold(card.name)} at {price(card)}"
        return f"I have nothing {word} that suits {asked}: {shown}."
    everything = numbered(outcome.value for outcome in outcomes if isinstance(outcome, Done))
    return f"These are {word} than {bold(card.name)} at {price(card)}:\n\n{numbered_lines(cards, numbers(everything))}"


def _bound(aspect: Aspect, shown: Sequence[Card]) -> tuple[Prices, Card] | None:
    """The limit beyond the cheapest or dearest product shown, and that product."""
    chosen = best(aspect, shown, 1)
    if not chosen or (figure := chosen[0].amount) is None:
        return None
    limit = Prices(least=figure + _CENT) if aspect.most else Prices(most=max(figure - _CENT, Decimal(0)))
    return limit, chosen[0]


def _same_things(wish: Wish, searches: Sequence[Wish]) -> bool:
    known = {stem(word) for search in searches for word in search.query.split()}
    return {stem(word) for word in wish.query.split()} <= known


def _branded(wish: Wish, listed: Sequence[Card]) -> Wish:
    """ "only Kestrel": a brand that was shown becomes the filter."""
    brand = next((card.brand for card in listed if card.brand and card.brand.casefold() == wish.query.casefold()), None)
    return replace(wish, query="", brand=brand) if brand else wish


def _cards(outcome: Outcome) -> tuple[Card, ...]:
    return each(Card, outcome.value.get("products")) if isinstance(outcome, Done) else ()


def _kept(wish: Wish, outcome: Outcome) -> tuple[Card, ...]:
    """Without those that say they are what is refused."""
    return tuple(
        card
        for card in _cards(outcome)
        if not any(says(refused, card.name, card.brand, card.summary) for refused in wish.refused)
    )


def _unseen(wish: Wish, outcome: Outcome) -> str:
    """A list shows no colours or materials: where nothing was left out, more may be refused than can be seen."""
    if not wish.refused or len(_kept(wish, outcome)) < len(_cards(outcome)):
        return ""
    refused = listing([said(refused) for refused in wish.refused], "or")
    return f"None of them says {refused} here; the details of each say more."


def _suits(outcome: Outcome) -> bool:
    return isinstance(outcome, Done) and outcome.value.get("suitable") is not False and bool(_cards(outcome))
