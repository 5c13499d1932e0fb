"""References settled: by what was shown, else by a search for the name."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from agent.offline.amounts import is_unit
from agent.offline.answer import failure, loosen, numbered_lines, which_one, wish_words
from agent.offline.intents import Named, Reference
from agent.offline.resolve import Found, Resolved, Unclear, Unknown, best, resolve
from agent.offline.scene import Scene, numbers
from agent.offline.script import Call, Done, Outcome
from agent.offline.shop import Card, each
from agent.offline.wish import Wish, matches
from agent.offline.words import stem

_CHOICES, _POOL, _COMPARED = 5, 10, 4

Settled = tuple[Card, ...] | str
"""The products, or a sentence saying why there are none."""


def settle(
    references: Sequence[Reference], scene: Scene, *, in_cart: bool = False, comparing: bool = False
) -> Generator[Sequence[Call], Sequence[Outcome], tuple[Settled, ...]]:
    """One answer for each reference. Names that nothing shown has are searched for, all at once."""
    resolved = [resolve(reference, scene.memory, in_cart=in_cart) for reference in references]
    searched = [] if in_cart else [one for one in resolved if isinstance(one, Unknown)]
    outcomes = (
        (yield [scene.search(one.wish, _POOL if one.wish.aspect else _CHOICES) for one in searched]) if searched else ()
    )
    results = iter(tuple(outcomes))
    return tuple(
        _settled(
            one, scene, results, many=comparing or (isinstance(reference, Named) and reference.many), in_cart=in_cart
        )
        for reference, one in zip(references, resolved, strict=True)
    )


def _settled(one: Resolved, scene: Scene, results: Iterator[Outcome], *, many: bool, in_cart: bool) -> Settled:
    match one:
        case Found(cards):
            return cards
        case Unclear(choices, reason):
            return which_one(choices, scene.numbers, reason)
        case Unknown(wish) if in_cart:
            return f"There is no {wish_words(wish)} in your cart."
        case Unknown(wish):
            return _found(wish, next(results), many=many)


def _found(wish: Wish, outcome: Outcome, *, many: bool) -> Settled:
    if not isinstance(outcome, Done):
        return failure(f"look for {wish_words(wish)}", outcome)
    cards = each(Card, outcome.value.get("products"))
    if not cards or outcome.value.get("suitable") is False:
        return f"I found no {wish_words(wish)} in the shop. {loosen(wish)}"
    if wish.aspect is not None and wish.aspect.on_cards:
        return best(wish.aspect, fitting(wish.query, cards), wish.count) or cards[:1]
    if many:
        named = tuple(card for card in cards if matches(wish.query, card.name, card.brand))
        return (named or cards)[:1] if named and len(named) < len(cards) else cards[:_COMPARED]
    exact = tuple(
        card
        for card in cards
        if wish.query.casefold() in (card.name.casefold(), f"{card.brand} {card.name}".casefold())
    )
    if len(cards) == 1 or len(exact) == 1:
        return exact or cards
    return "\n".join(
        [
            f"For {wish_words(wish)} I have these:",
            "",
            numbered_lines(cards, numbers(cards)),
            "",
            "Which one do you mean?",
        ]
    )


def fitting(query: str, cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Those that are the thing itself, a kettle and no kettle descaler; else those that name it; else all."""
    if not query.split():
        return cards
    wanted = head(query)
    named = tuple(card for card in cards if matches(wanted, card.name))
    return tuple(card for card in named if head(card.name) == wanted) or named or cards


def head(name: str) -> str:
    """What a name calls the thing: the last word before sizes and additions, in singular."""
    first = re.split(r",|\b(?:with|for|in|of|from)\b", name.lower(), maxsplit=1)[0]
    words = [word.strip("()[].") for word in (first.split() or name.lower().split())]
    while len(words) > 1 and (not words[-1].isalpha() or is_unit(words[-1])):
        words.pop()
    return stem(words[-1])
