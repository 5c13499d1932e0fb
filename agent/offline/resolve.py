"""From the words that point at products to the products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.offline.aspects import Aspect
from agent.offline.intents import It, Named, Ordinal, Other, Reference, Several, Them
from agent.offline.memory import Memory, cart_card
from agent.offline.shop import Card
from agent.offline.wish import Wish, matches


@dataclass(frozen=True, slots=True)
class Found:
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """`choices`: the products it may be; empty when nothing was shown that it could be."""

    choices: tuple[Card, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing shown has that name: it may be searched for."""

    wish: Wish


Resolved = Found | Unclear | Unknown


def resolve(reference: Reference, memory: Memory, *, in_cart: bool = False) -> Resolved:
    """`in_cart`: the reference is to what is in the cart (to take it out, to change how many)."""
    match reference:
        case Ordinal(number, of, aspect):
            return _position(number, of, aspect, memory, in_cart=in_cart)
        case Several(count, from_end):
            listed = _listed(memory, count, in_cart=in_cart)
            cards = listed[-count:] if from_end else listed[: count or None]
            return Found(cards) if cards else Unclear()
        case Other():
            spoken = {card.product_id for card in memory.focus}
            others = tuple(card for card in memory.listed if card.product_id not in spoken)
            return Found(others) if len(others) == 1 else Unclear(others)
        case It():
            return _it(memory, in_cart=in_cart)
        case Them():
            cards = memory.focus or _listed(memory, 0, in_cart=in_cart)
            return Found(cards) if cards else Unclear()
        case Named(wish, many):
            return _named(wish, many, memory, in_cart=in_cart)


def best(aspect: Aspect, cards: Sequence[Card], count: int) -> tuple[Card, ...]:
    """The first `count` cards by price or rating; those without a figure are out. Prices need one currency."""
    if aspect.names[0] == "price" and len({card.currency for card in cards}) > 1:
        return ()
    figures = [(figure, card) for card in cards if (figure := _figure(aspect, card)) is not None]
    ordered = sorted(figures, key=lambda pair: pair[0], reverse=aspect.most)
    return tuple(card for _, card in ordered[:count])


def _figure(aspect: Aspect, card: Card) -> Decimal | None:
    if aspect.names[0] == "price":
        return card.amount
    return Decimal(str(card.rating)) if card.rating is not None else None


def _listed(memory: Memory, count: int, *, in_cart: bool) -> tuple[Card, ...]:
    """The list that a position counts in: the last one that is long enough."""
    held = cart_cards(memory)
    if memory.cart_shown_last and held and (in_cart or len(held) >= count):
        return held
    if in_cart and not memory.listed:
        return held
    return memory.listed if len(memory.listed) >= count else memory.longer


def _position(number: int, of: str, aspect: Aspect | None, memory: Memory, *, in_cart: bool) -> Resolved:
    listed = _listed(memory, max(number, 1), in_cart=in_cart)
    # A word that nothing shown has says nothing of which one: the second nice one is the second one.
    groups = (listed, memory.longer, tuple(memory.seen.values()))
    named = (tuple(card for card in group if matches(of, card.name, card.brand)) for group in groups)
    listed = next(filter(None, named), listed)
    if aspect is not None:
        listed = best(aspect, listed, len(listed))
    if not listed:
        return Unclear()
    if number == -1 or 1 <= number <= len(listed):
        return Found((listed[number - 1 if number > 0 else -1],))
    return Unclear(listed, f"There is no number {number} in the list: it has {len(listed)}.")


def _it(memory: Memory, *, in_cart: bool) -> Resolved:
    held = cart_cards(memory)
    if len(memory.focus) == 1:
        return Found(memory.focus)
    if in_cart and len(held) == 1:
        return Found(held)
    return Unclear(memory.focus or (held if in_cart and held else memory.listed))


def _named(wish: Wish, many: bool, memory: Memory, *, in_cart: bool) -> Resolved:
    held = cart_cards(memory)
    groups = (held, memory.listed, memory.longer) if in_cart else (memory.listed, memory.longer, held)
    everything = (*groups, tuple(memory.seen.values())[::-1])
    if not wish.query:
        pool = next((group for group in groups if group), ())
        return _chosen(wish, pool, many=True) if pool else Unclear()
    for cards in everything:
        for fields in (_by_name, _by_summary):
            fitting = tuple(card for card in cards if matches(wish.query, *fields(card)))
            if fitting:
                return _chosen(wish, fitting, many)
    return Unknown(wish)


def _chosen(wish: Wish, cards: tuple[Card, ...], many: bool) -> Resolved:
    if wish.aspect is not None and wish.aspect.on_cards:
        chosen = best(wish.aspect, cards, wish.count)
        return Found(chosen) if chosen else Unclear(cards)
    return Found(cards) if len(cards) == 1 or (many and wish.aspect is None) else Unclear(cards)


def _by_name(card: Card) -> tuple[str, ...]:
    return (card.name, card.brand)


def _by_summary(card: Card) -> tuple[str, ...]:
    return (card.name, card.brand, card.summary)


def cart_cards(memory: Memory) -> tuple[Card, ...]:
    return tuple(cart_card(item, memory.cart) for item in memory.cart.items) if memory.cart else ()
