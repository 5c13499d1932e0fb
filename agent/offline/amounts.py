"""Numbers and amounts of money in a shopper's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import NUMBERS
from agent.offline.words import Word, texts

Words = tuple[Word, ...]
Bound = Literal["max", "min", "about"]

CURRENCIES: Mapping[str, str] = {
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars", "bucks"), "USD"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "quid"), "GBP"),
}
_MAX_BEFORE = (
    "under, below, beneath, less than, cheaper than, lower than, up to, at most, max, max of, maximum, maximum of, "
    "no more than, not over, not more than, within, budget of, budget is, budget, <, <="
)
_MIN_BEFORE = (
    "over, above, more than, at least, min, minimum, minimum of, >, >=, from, starting at, upwards of, no less than, "
    "not under, not below, more expensive than"
)
_BEFORE: Mapping[tuple[str, ...], Bound] = {
    **dict.fromkeys(phrase_table(_MAX_BEFORE), "max"),
    **dict.fromkeys(phrase_table(_MIN_BEFORE), "min"),
    **dict.fromkeys(phrase_table("around, about, roughly, approximately, circa"), "about"),
}
_AFTER: Mapping[tuple[str, ...], Bound] = {
    **dict.fromkeys(phrase_table("or less, or under, or below, max, maximum, tops, at most"), "max"),
    **dict.fromkeys(phrase_table("or more, or above, and up, and above, +, plus"), "min"),
}
_UNITS = word_set(
    "kg kgs g gram grams kilo kilos lb lbs oz inch inches in cm mm m meter meters metre metres km mile miles l "
    "liter liters litre litres ml w watt watts v volt volts kw gb tb mb hz mah mp people person persons men women "
    "guests man year years yr month months day days hour hours minute minutes star stars percent % degrees piece "
    "pieces cups slices feet ft x"
)
_AGES = word_set(
    "women men woman man people kids children boys girls adults toddlers aged age ages babies anyone those"
)
_LEADING_UP = word_set(
    "for priced costing costs cost price prices that which with a my the is are at and but be in range of"
)


@dataclass(frozen=True, slots=True)
class Prices:
    """Limits in whole currency units, as the shopper said them; `currency` only when they named one."""

    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None

    def __bool__(self) -> bool:
        return self.least is not None or self.most is not None


@dataclass(frozen=True, slots=True)
class _Amount:
    value: Decimal
    currency: str | None
    end: int


def number(text: str) -> Decimal | None:
    """The value of "79.99", "79,99", "1,200", "1.200,50" or "fifty"; None when it is no number below 10^9."""
    if text in NUMBERS:
        return Decimal(NUMBERS[text])
    if not text[:1].isdigit() or not text.isascii():
        return None
    text = text.rstrip(".,")
    point = max(text.rfind("."), text.rfind(","))
    whole, fraction = (text, "") if point < 0 else (text[:point], text[point + 1 :])
    mixed = "." in text and "," in text
    if point >= 0 and len(fraction) == 3 and not mixed:
        whole, fraction = text, ""
    try:
        value = Decimal(f"{whole.replace(',', '').replace('.', '')}{'.' if fraction else ''}{fraction}")
    except InvalidOperation:
        return None
    return value if value < 10**9 else None


def read_number(words: Words, at: int) -> tuple[Decimal, int] | None:
    """The number beginning at `at` and where it ends: "80", "two hundred and fifty", "a hundred", "2 k"."""
    if at >= len(words):
        return None
    text = words[at].text
    following = words[at + 1].text if at + 1 < len(words) else ""
    if text == "a" and following in ("hundred", "thousand", "couple", "dozen"):
        return _scaled(Decimal(1), words, at + 1)
    if (value := number(text)) is None:
        return None
    return _scaled(value, words, at + 1)


def _scaled(value: Decimal, words: Words, at: int) -> tuple[Decimal, int]:
    while at < len(words):
        text = words[at].text
        if text in ("hundred", "thousand", "k", "dozen", "couple"):
            value, at = value * {"hundred": 100, "thousand": 1000, "k": 1000, "dozen": 12, "couple": 2}[text], at + 1
        elif value >= 20 and value % 10 == 0 and not words[at - 1].text[0].isdigit() and _adds(text, value):
            value, at = value + NUMBERS[text], at + 1
        elif (
            text == "and" and value % 100 == 0 and words[at - 1].text in ("hundred", "thousand") and at + 1 < len(words)
        ):
            rest = read_number(words, at + 1)
            if rest is None:
                break
            value, at = value + rest[0], rest[1]
        else:
            break
    return value, at


def _adds(text: str, value: Decimal) -> bool:
    return text in NUMBERS and NUMBERS[text] < (10 if value % 100 else 100)


def is_unit(text: str) -> bool:
    """Whether a number before it is a measure and no count: the 2 of "2 person tent"."""
    return text in _UNITS


def _amount(words: Words, at: int) -> _Amount | None:
    currency = CURRENCIES.get(words[at].text) if at < len(words) else None
    if (found := read_number(words, at + 1 if currency else at)) is None:
        return None
    value, end = found
    following = words[end].text if end < len(words) else ""
    if not currency and following in CURRENCIES:
        currency, end = CURRENCIES[following], end + 1
    elif not currency and following in _UNITS:
        return None
    return _Amount(value, currency, end)


def take_prices(words: Words) -> tuple[Prices, Words]:
    """The price limits in the words, and the words without them.

    A bare "around 100" becomes 80 to 120. Ages ("women over 40") and measures ("under 2 kg") are no prices.
    """
    found = Prices()
    rest: list[Word] = []
    at = 0
    while at < len(words):
        limits, end = _limits(words, at)
        if limits is None:
            rest.append(words[at])
            at += 1
            continue
        found = Prices(
            found.least if limits.least is None else limits.least,
            found.most if limits.most is None else limits.most,
            limits.currency or found.currency,
        )
        while rest and rest[-1].text in _LEADING_UP and not rest[-1].comma:
            rest.pop()
        at = end
    return found, tuple(rest)


def _limits(words: Words, at: int) -> tuple[Prices | None, int]:
    text = texts(words[at : at + 5])
    if text[:1] in (("between",), ("from",)) and (low := _amount(words, at + 1)):
        joint = words[low.end].text if low.end < len(words) else ""
        if joint in ("and", "to", "-") and (high := _amount(words, low.end + 1)):
            return _range(low, high), high.end
    for length in (3, 2, 1):
        bound = _BEFORE.get(text[:length])
        if bound and (amount := _amount(words, at + length)):
            previous = words[at - 1].text if at else ""
            bare = amount.currency is None
            if (previous in _AGES and bare) or (text[:length] == ("from",) and bare):
                return None, at
            return _bounded(amount, bound), amount.end
    if amount := _amount(words, at):
        return _trailing(words, at, amount)
    return None, at


def _trailing(words: Words, at: int, amount: _Amount) -> tuple[Prices | None, int]:
    if amount.end < len(words) and words[amount.end].text in ("to", "-"):
        high = _amount(words, amount.end + 1)
        if high and (high.currency or amount.currency):
            return _range(amount, high), high.end
    text = texts(words[amount.end : amount.end + 2])
    for length in (2, 1):
        if bound := _AFTER.get(text[:length]):
            return _bounded(amount, bound), amount.end + length
    return (_bounded(amount, "max"), amount.end) if amount.currency else (None, at)


def _range(low: _Amount, high: _Amount) -> Prices:
    least, most = sorted((low.value, high.value))
    return Prices(least, most, high.currency or low.currency)


def _bounded(amount: _Amount, bound: Bound) -> Prices:
    match bound:
        case "max":
            return Prices(None, amount.value, amount.currency)
        case "min":
            return Prices(amount.value, None, amount.currency)
        case "about":
            return Prices(amount.value * 8 / 10, amount.value * 12 / 10, amount.currency)
