"""Scripts that suggest carts and take one over. Prices, totals and what was taken are what the tools returned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.offline.answer import currency_note, failure, wish_words
from agent.offline.aspects import BEST, CHEAPEST, Aspect
from agent.offline.carting import summed
from agent.offline.intents import AcceptCart, SuggestCarts
from agent.offline.markdown import bold, bullets, listing, plain
from agent.offline.occasions import things_for
from agent.offline.resolve import best
from agent.offline.scene import Scene
from agent.offline.script import Done, Outcome, Script, call
from agent.offline.settle import fitting, head
from agent.offline.shop import Card, Cart, Suggested, Taken, each, one
from agent.offline.wish import Wish, matches

_POOL, _MOST_KINDS = 10, 4
_REASONS = {BEST.word: "Of each kind the best rated one", CHEAPEST.word: "Of each kind the cheapest one"}
_LEFT_OUT = {
    "not-for-sale": "it is no longer for sale",
    "out-of-stock": "it is out of stock",
    "too-few": "there are too few in stock",
    "too-many": "that would be more than a cart holds of one thing",
}

Kinds = tuple[tuple[Card, ...], ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    aspect: Aspect
    cards: tuple[Card, ...]

    def argument(self, theme: str, budget: Decimal | None) -> dict[str, object]:
        """A cart as suggest_carts takes it; its score is the mean rating in percent."""
        ratings = [card.rating for card in self.cards if card.rating is not None]
        within = "" if budget is None else " that fits the budget"
        return {
            "title": f"{theme[:1].upper()}{theme[1:70]}: {self.aspect.word}",
            "reason": f"{_REASONS[self.aspect.word]}{within}.",
            "score": max(0, min(100, round(20 * sum(ratings) / len(ratings)))) if ratings else 50,
            "items": [{"product_id": card.product_id, "quantity": 1} for card in self.cards],
        }


def suggest(intent: SuggestCarts, scene: Scene) -> Script:
    if "suggest_carts" not in scene.tools:
        return "I cannot put carts together: this shop does not offer that here."
    theme = listing([wish.query for wish in intent.wishes])
    told = wish_words(Wish(theme, prices=intent.prices))
    budget = intent.prices.most
    queries = [wish.query for wish in intent.wishes]
    if len(queries) == 1:
        queries = list(things_for(theme)) or queries
    wishes = [Wish(query, prices=intent.prices) for query in queries]
    outcomes = yield [scene.search(wish, _POOL) for wish in wishes]
    failed = next((outcome for outcome in outcomes if not isinstance(outcome, Done)), None)
    if failed is not None:
        return failure("search for what goes together", failed)
    pools = _pools(theme, outcomes)
    kinds = _kinds(pools[0]) if len(queries) == 1 else _distinct(map(_fitting, queries, pools))
    choices = _choices(kinds, budget)
    if not choices:
        return f"I could not put several things together for {told}. You could name what should be in it."
    carts = [choice.argument(theme, budget) for choice in choices]
    (outcome,) = yield [call("suggest_carts", carts=carts, budget=None if budget is None else float(budget))]
    if not isinstance(outcome, Done):
        return failure("suggest a cart", outcome)
    missing = [query for query, cards in zip(queries, pools, strict=True) if not cards]
    note = currency_note(wishes[0], choices[0].cards)
    return "\n\n".join(filter(None, (_shown(each(Suggested, outcome.value.get("suggestions")), told, missing), note)))


def accept(intent: AcceptCart, scene: Scene) -> Script:
    suggested = scene.memory.suggested
    if not suggested:
        return "I have not suggested a cart. Tell me what it is for, and I will put one together."
    if not (intent.number == -1 or 1 <= intent.number <= len(suggested)):
        return f"There is no cart {intent.number}: I suggested {len(suggested)}."
    chosen = suggested[intent.number if intent.number < 0 else intent.number - 1]
    (outcome,) = yield [call("accept_cart", suggestion_id=chosen.suggestion_id)]
    if not isinstance(outcome, Done):
        return failure(f"put {bold(chosen.title)} into your cart", outcome)
    left = [item for item in each(Taken, outcome.value.get("taken")) if item.taken < item.quantity]
    lines = [
        f"{item.taken} of {item.quantity} × {bold(item.name)}: {_LEFT_OUT.get(item.left_out, 'it could not be taken')}"
        for item in left
    ]
    missing = f"Not all of it could be taken:\n\n{bullets(lines)}" if lines else ""
    cart = one(Cart, outcome.value.get("cart"))
    return "\n\n".join(filter(None, (f"I put {bold(chosen.title)} into your cart.", missing, summed(cart))))


def _pools(theme: str, outcomes: Sequence[Outcome]) -> list[tuple[Card, ...]]:
    """Of each search what fits, can be bought and is priced in one currency; children's things only where asked for."""
    pools = []
    for outcome in outcomes:
        suits = isinstance(outcome, Done) and outcome.value.get("suitable") is not False
        cards = each(Card, outcome.value.get("products")) if suits and isinstance(outcome, Done) else ()
        pools.append([card for card in cards if card.amount is not None and not card.sold_out])
    currencies = [card.currency for pool in pools for card in pool]
    young = "child" in theme.lower() or "kid" in theme.lower()
    return [
        tuple(card for card in pool if card.currency == currencies[0] and (young or "child" not in card.name.lower()))
        for pool in pools
    ]


def _fitting(query: str, cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Those that are the thing, and of these the ones that say all of it: a rain jacket before a wind jacket."""
    things = fitting(query, cards)
    return tuple(card for card in things if matches(query, card.name)) or things


def _distinct(kinds: Iterable[tuple[Card, ...]]) -> Kinds:
    """No product twice; a kind of which nothing is left is left out."""
    seen: set[str] = set()
    kept = []
    for cards in kinds:
        new = tuple(card for card in cards if card.product_id not in seen)
        seen.update(card.product_id for card in new)
        kept += [new] if new else []
    return tuple(kept)


def _kinds(cards: Sequence[Card]) -> Kinds:
    """The results by what their names call the thing, in the order of the search."""
    kinds: dict[str, tuple[Card, ...]] = {}
    for card in cards:
        kinds[head(card.name)] = (*kinds.get(head(card.name), ()), card)
    return tuple(kinds.values())[:_MOST_KINDS]


def _choices(kinds: Kinds, budget: Decimal | None) -> tuple[_Choice, ...]:
    """One cart of the best rated and one of the cheapest; one where they are the same, none without two kinds."""
    kinds = _affordable(kinds, budget)
    if len(kinds) < 2:
        return ()
    rated, cheap = (_Choice(aspect, _picked(kinds, aspect, budget)) for aspect in (BEST, CHEAPEST))
    return (cheap,) if rated.cards == cheap.cards else (rated, cheap)


def _affordable(kinds: Kinds, budget: Decimal | None) -> Kinds:
    """As many kinds, from the first on, as the budget buys the cheapest of."""
    while kinds and budget is not None and sum(map(_least, kinds)) > budget:
        kinds = kinds[:-1]
    return kinds


def _picked(kinds: Kinds, aspect: Aspect, budget: Decimal | None) -> tuple[Card, ...]:
    """The first of each kind by the aspect that leaves enough for the cheapest of the kinds after it."""
    chosen: list[Card] = []
    for at, cards in enumerate(kinds):
        ranked = dict.fromkeys((*best(aspect, cards, len(cards)), *cards))
        later = sum(map(_least, kinds[at + 1 :]))
        spent = sum(map(_amount, chosen))
        chosen.append(next(card for card in ranked if budget is None or spent + _amount(card) + later <= budget))
    return tuple(chosen)


def _least(cards: Sequence[Card]) -> Decimal:
    return min(map(_amount, cards))


def _amount(card: Card) -> Decimal:
    return card.amount or Decimal(0)


def _shown(suggested: Sequence[Suggested], told: str, missing: Sequence[str]) -> str:
    if not suggested:
        return "The shop's answer about the carts could not be read."
    lines = [f"{number}. {_told(cart)}" for number, cart in enumerate(suggested, 1)]
    count = "this cart" if len(suggested) == 1 else f"{len(suggested)} carts to choose from"
    without = f"I found nothing that suits {listing(list(missing), 'or')}." if missing else ""
    hint = "Say “take the first one”, and I put it into your cart."
    return "\n\n".join(filter(None, (f"For {told} I put together {count}:", "\n".join(lines), without, hint)))


def _told(cart: Suggested) -> str:
    things = listing([f"{item.quantity} × {plain(item.name, 120)}" for item in cart.items])
    return f"{bold(cart.title)}: {things}; {plain(f'{cart.total} {cart.currency}', 40)} in all"
