"""The shopkeeper's sentences about products and searches. Figures are shown as the tools gave them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from agent.offline.markdown import bold, listing, plain, said, sentences_of
from agent.offline.script import Failed
from agent.offline.shop import Card
from agent.offline.wish import Wish
from tools import confirmation
from tools.confirmation import DECLINED, NOTHING

_FEW = 3
_ARGUMENT = re.compile(r"^[a-z_]+: ")


def price(card: Card) -> str:
    return plain(f"{card.price} {card.currency}".strip(), 40) if card.price else "price not given"


def stock(card: Card) -> str:
    match card.stock:
        case None:
            return ""
        case left if left <= 0:
            return "out of stock"
        case left if left <= _FEW:
            return f"only {left} left"
        case _:
            return "in stock"


def card_line(card: Card) -> str:
    """Name, price, rating, stock when it matters, and the shop's own summary as the reason."""
    facts = [price(card), f"rated {card.rating:g}" if card.rating is not None else ""]
    facts.append(stock(card) if card.stock is not None and card.stock <= _FEW else "")
    reason = plain((sentences_of(card.summary) or [""])[0], 160)
    return f"{titled(card)}: {', '.join(filter(None, facts))}{f'. {reason}' if reason else ''}"


def titled(card: Card) -> str:
    """The name, and the brand unless the name says it."""
    maker = f" by {plain(card.brand, 60)}" if card.brand and card.brand.lower() not in card.name.lower() else ""
    return f"{bold(card.name)}{maker}"


def numbered_lines(cards: Iterable[Card], numbers: Mapping[str, int]) -> str:
    """Numbers by product id; a number stays with its product when only some are shown."""
    return "\n".join(f"{numbers[card.product_id]}. {card_line(card)}" for card in cards)


def wish_words(wish: Wish) -> str:
    """What was searched for, filters included: said back so that a wrong reading shows."""
    words = [said(wish.query) if wish.query else "products"]
    if wish.brand:
        words.append(f"by {plain(wish.brand, 60)}")
    least, most, currency = wish.prices.least, wish.prices.most, wish.prices.currency
    unit = f" {currency}" if currency else ""
    if least is not None and most is not None:
        words.append(f"between {figure(least)} and {figure(most)}{unit}")
    elif most is not None:
        words.append(f"up to {figure(most)}{unit}")
    elif least is not None:
        words.append(f"from {figure(least)}{unit}")
    if wish.in_stock:
        words.append("in stock")
    if wish.refused:
        words.append(f"without {listing([said(refused) for refused in wish.refused], 'or')}")
    return " ".join(words)


def figure(value: Decimal) -> str:
    return f"{value:f}" if value != value.to_integral_value() else f"{value.to_integral_value():f}"


def loosen(wish: Wish) -> str:
    """Which filter to let go of."""
    ways = []
    if wish.prices.most is not None:
        ways.append(f"a limit above {figure(wish.prices.most)}")
    if wish.prices.least is not None:
        ways.append(f"a price below {figure(wish.prices.least)}")
    if wish.brand:
        ways.append("any brand")
    if wish.in_stock:
        ways.append("products that are not in stock now")
    ways.append("fewer or other words" if len(wish.query.split()) > 1 else "other words")
    return f"You could try {listing(ways, 'or')}."


def currency_note(wish: Wish, cards: Sequence[Card]) -> str:
    shown = {card.currency for card in cards if card.currency}
    asked = wish.prices.currency
    if not asked or not shown or asked in shown:
        return ""
    return f"Prices here are in {plain(listing(sorted(shown)), 20)}, not {asked}: I took your figure as it is."


def failure(doing: str, failed: Failed) -> str:
    """An honest sentence: what did not work, and the tool's reason if it is short enough to be one."""
    if (undecided := not_done(doing, failed)) is not None:
        return undecided
    if not failed.offered:
        return f"I cannot {doing}: this shop does not offer that here."
    reason = _for_shoppers(failed.reason)
    short = reason and len(reason) <= 300 and "\n" not in reason and "```" not in reason
    return (
        f"I could not {doing}: {plain(reason, 300).rstrip('.')}."
        if short
        else f"I could not {doing}: the shop returned an error."
    )


def not_done(doing: str, failed: Failed) -> str | None:
    """What became of a call that a person had to confirm and that did not run; None where it is none of these."""
    if not failed.reason.startswith(NOTHING):
        return None
    why = failed.reason.removeprefix(NOTHING).strip()
    if why.startswith(DECLINED):
        return f"As you wish: I did not {doing}, and nothing has happened."
    match why:
        case confirmation.EXPIRED:
            return f"I did not {doing}: it was not confirmed in time, so nothing has happened. Ask again if you like."
        case confirmation.CHANGED:
            return f"I did not {doing}: something changed since you were asked, so nothing has happened."
        case _:
            return f"I did not {doing}: you have not confirmed it, so nothing has happened."


def _for_shoppers(reason: str) -> str:
    """Without the name of an argument in front and without what is said to the model only."""
    if "\n" in reason.strip():
        return reason
    told = sentences_of(_ARGUMENT.sub("", reason.strip()))
    return " ".join(sentence for sentence in told if not sentence.startswith("Tell the shopper"))


def which_one(choices: Sequence[Card], numbers: Mapping[str, int], reason: str = "") -> str:
    """A question that ends an answer; no other answer ends with a question mark."""
    if not choices:
        return "I am not sure which product you mean. Which one is it, by its name?"
    lines = []
    for card in choices[:8]:
        number = f"number {numbers[card.product_id]}: " if card.product_id in numbers else ""
        lines.append(f"- {number}{bold(card.name)}, {price(card)}")
    return "\n".join([reason or "It could be one of these:", "", *lines, "", "Which one do you mean?"])
