"""Scripts around a product: what others say of it, what goes with it, the wishlist."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from agent.offline.answer import card_line, failure, price, stock
from agent.offline.intents import Around
from agent.offline.markdown import bold, bullets, plain
from agent.offline.scene import Scene
from agent.offline.script import Call, Done, Outcome, Script, call
from agent.offline.settle import settle
from agent.offline.shop import Card, Opinion, Opinions, each, one

_MOST = 4


def around(intent: Around, scene: Scene) -> Script:
    match intent.what:
        case "wishlist":
            (outcome,) = yield [call("view_wishlist")]
            return _wishlist(outcome)
        case "recommend" if not intent.references:
            (outcome,) = yield [call("recommend_products")]
            return _recommended(outcome, "Going by what you looked at before and by ratings, I can recommend:")
    cards, unsettled = yield from _meant(intent, scene)
    if not cards:
        return unsettled
    match intent.what:
        case "recommend":
            (outcome,) = yield [call("recommend_products", product_id=cards[0].product_id)]
            return _recommended(outcome, f"With {bold(cards[0].name)} goes, or is like it:")
        case "reviews":
            outcomes = yield [call("get_reviews", product_id=card.product_id) for card in cards]
            return "\n\n".join(_reviews(card, told) for card, told in zip(cards, outcomes, strict=True))
        case put_or_take_off:
            listed = put_or_take_off == "put"
            outcomes = yield [call("update_wishlist", product_id=card.product_id, listed=listed) for card in cards]
            return "\n\n".join(_changed(card, listed, told) for card, told in zip(cards, outcomes, strict=True))


def _meant(intent: Around, scene: Scene) -> Generator[Sequence[Call], Sequence[Outcome], tuple[tuple[Card, ...], str]]:
    """The products that are pointed at, or the question which."""
    settled = yield from settle(intent.references, scene)
    cards = dict.fromkeys(card for found in settled if not isinstance(found, str) for card in found)
    return tuple(cards)[:_MOST], next((found for found in settled if isinstance(found, str)), "")


def _recommended(outcome: Outcome, heading: str) -> str:
    if not isinstance(outcome, Done):
        return failure("find something to recommend", outcome)
    cards = each(Card, outcome.value.get("products"))
    if not cards:
        return "I have nothing else to recommend here."
    lines = "\n".join(f"{number}. {card_line(card)}" for number, card in enumerate(cards, 1))
    return f"{heading}\n\n{lines}"


def _reviews(card: Card, outcome: Outcome) -> str:
    if not isinstance(outcome, Done):
        return failure(f"read what others say of {bold(card.name)}", outcome)
    told = one(Opinions, outcome.value)
    if told is None:
        return f"What others say of {bold(card.name)} could not be read."
    rated = f"rated {told.rating:g} by {told.rating_count}" if told.rating is not None else "not rated yet"
    if not told.reviews:
        return f"{bold(card.name)} is {rated}; nobody has written about it here."
    return f"{bold(card.name)} is {rated}. Shoppers say:\n\n{bullets(map(_opinion, told.reviews))}"


def _opinion(said: Opinion) -> str:
    words = " ".join(plain(text, 200) for text in (said.title, said.comment) if text)
    bought = ", bought here" if said.verified_purchase else ""
    return f"{said.rating} of 5{bought}{f': “{words}”' if words else ''}"


def _changed(card: Card, listed: bool, outcome: Outcome) -> str:
    doing = f"put {bold(card.name)} on your wishlist" if listed else f"take {bold(card.name)} off your wishlist"
    if not isinstance(outcome, Done):
        return failure(doing, outcome)
    return f"{bold(card.name)} is {'on your wishlist' if listed else 'no longer on your wishlist'}."


def _wishlist(outcome: Outcome) -> str:
    if not isinstance(outcome, Done):
        return failure("look at your wishlist", outcome)
    values = outcome.value.get("items")
    items = [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
    cards = [(card, value.get("for_sale") is not False) for value in items if (card := one(Card, value))]
    if not cards:
        return "Your wishlist is empty."
    lines = [
        f"{bold(card.name)}: {', '.join(filter(None, (price(card), stock(card)))) if sold else 'no longer sold'}"
        for card, sold in cards
    ]
    return f"On your wishlist:\n\n{bullets(lines)}"
