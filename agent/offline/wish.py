"""What a shopper looks for: the query and the filters in their words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from agent.offline.amounts import Prices, number, read_number, take_prices
from agent.offline.aspects import CHEAPEST, Aspect, is_superlative, take_aspect
from agent.offline.refusing import take_refused
from agent.offline.tables import Phrases, phrase_table, word_set
from agent.offline.vocabulary import ARTICLES, CHEAP, COLOURS, COURTESY, FILLERS_OF_REFERENCE, NUMBERS, QUALITIES, SIZES
from agent.offline.words import Word, phrase, stem, texts

Words = tuple[Word, ...]

_LONGEST_QUERY = 200
_STOCK: tuple[tuple[bool, Phrases], ...] = (
    (False, phrase_table("even if sold out, even if out of stock, including sold out, including out of stock")),
    (
        True,
        phrase_table(
            "that are in stock, that is in stock, you have in stock, currently in stock, in stock, available now"
        ),
    ),
    (True, phrase_table("available")),
)
_NO_BRAND = word_set(
    "tomorrow today tonight monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december bike car hand foot train bus plane far default "
    "myself night day you the a an my me it them this that these those scratch home"
)
_DEAR = word_set("expensive pricey pricy dear costly much")
_IDLE = (
    ARTICLES
    | COURTESY
    | word_set(
        "for with in of to at me us is are that which or by from on about one ones do you have too as i good decent "
        "ideally something anything else kind sort type"
    )
)
_IDLE_AT_END = _IDLE | word_set(
    "here there sell store shop can could find offer should buy would all only it go ideally"
)
# In a list these are no things, and these say more of one thing.
_NO_THING = COLOURS | SIZES | QUALITIES
_MORE_OF_ONE = word_set("not no without except excluding with for in under below over above between but that which")


@dataclass(frozen=True, slots=True)
class Wish:
    """Prices are in whole currency units. `aspect` and `count`: "the two cheapest"; `aspect` None for any.

    `refused`: what it must not be, "not green", "without a lid".
    """

    query: str
    brand: str | None = None
    prices: Prices = field(default_factory=Prices)
    in_stock: bool | None = None
    aspect: Aspect | None = None
    count: int = 1
    refused: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        return bool(self.prices or self.refused) or self.brand is not None or self.in_stock is not None


def read_wish(words: Words) -> Wish:
    """Never fails; a wish without content has an empty query."""
    prices, words = take_prices(words)
    in_stock, words = _take_stock(words)
    modest, words = _take_not_too(words)
    refused, words = take_refused(words)
    count, words = _take_count(words)
    if len(words) > 1 and words[0].text in NUMBERS and stem(words[1].text) != words[1].text:
        words = words[1:]
    aspect, words = _take_superlative(words)
    aspect = aspect or (CHEAPEST if modest else None)
    brand, words = _take_brand(words)
    words = trimmed(words)
    kept = tuple(word for word in words if word.text not in ("a", "an", "the", "some", "please"))
    query = phrase(kept)[:_LONGEST_QUERY]
    return Wish(query, brand, prices, in_stock, aspect, count, refused)


def read_wishes(words: Words) -> tuple[Wish, ...]:
    """One wish for each thing: "a kettle and a toaster". Limits after "each" hold for all."""
    each = any(word.text in ("each", "both") for word in words)
    words = tuple(word for word in words if word.text not in ("each", "both"))
    wishes: list[Wish] = []
    for part in parts(words):
        wish = read_wish(part)
        if wishes and part[-1].text in ("one", "ones"):
            wish = replace(wish, query=" ".join((*wish.query.split(), *wishes[-1].query.split()[-1:])))
        if wish.query or wish.filtered:
            wishes.append(wish)
    if each and len(wishes) > 1:
        wishes = [replace(wish, prices=wish.prices or wishes[-1].prices) for wish in wishes]
    return tuple(wishes)


def parts(words: Words) -> tuple[Words, ...]:
    """The words split before "and a ...", "and two ..." and ", a ...", and what is listed before at its commas.

    Not in "between 50 and 120", nor in "salt and pepper".
    """
    found: list[Words] = []
    begin = 0
    for at in range(1, len(words) - 1):
        joint = words[at].text in ("and", "plus", "&", "or") and _starts_a_thing(words, at + 1)
        listed = words[at - 1].comma and _starts_a_thing(words, at)
        priced = words[at].text == "and" and bool(take_prices(words[begin:at])[0] and take_prices(words[at + 1 :])[0])
        joint = joint or priced
        if (joint or listed) and at > begin and not _inside_range(words, begin, at):
            found.append(words[begin:at])
            begin = at + 1 if joint else at
    listed_before = (piece for part in found for piece in _listed(part))
    return (*listed_before, words[begin:])


def _listed(words: Words) -> tuple[Words, ...]:
    """ "kettle, toaster" as two things; "warm, light jacket" and "jacket, not red" are one."""
    ends = [at + 1 for at, word in enumerate(words[:-1]) if word.comma]
    pieces = tuple(words[begin:end] for begin, end in pairwise((0, *ends, len(words))))
    things = all(len(trimmed(piece)) in (1, 2) and piece[-1].text not in _NO_THING for piece in pieces)
    plain = not any(word.text in _MORE_OF_ONE or any(sign.isdigit() for sign in word.text) for word in words)
    return pieces if things and plain else (words,)


def merged(base: Wish, change: Wish) -> Wish:
    """`base` refined: a new colour or size takes the place of the old one, other words are added."""
    old = base.query.split()
    new = change.query.split()
    for kind in (COLOURS, SIZES):
        if any(word.lower() in kind for word in new):
            old = [word for word in old if word.lower() not in kind]
    known = {stem(word) for word in old}
    query = " ".join((*old, *(word for word in new if stem(word) not in known)))[:_LONGEST_QUERY]
    prices = Prices(
        change.prices.least if change.prices.least is not None else base.prices.least,
        change.prices.most if change.prices.most is not None else base.prices.most,
        change.prices.currency or base.prices.currency,
    )
    if prices.least is not None and prices.most is not None and prices.least > prices.most:
        prices = change.prices
    in_stock = base.in_stock if change.in_stock is None else change.in_stock
    return replace(
        change,
        query=query,
        brand=change.brand or base.brand,
        prices=prices,
        in_stock=in_stock,
        refused=tuple(dict.fromkeys((*base.refused, *change.refused))),
    )


def trimmed(words: Words) -> Words:
    """Without the idle words at both ends."""
    while words and words[0].text in _IDLE:
        words = words[1:]
    while words and words[-1].text in _IDLE_AT_END:
        words = words[:-1]
    return words


def _starts_a_thing(words: Words, at: int) -> bool:
    text = words[at].text
    if text == "also" and at + 2 < len(words):
        return _starts_a_thing(words, at + 1)
    return text in ("a", "an", "some", "another", "the", "my") or (number(text) is not None and at + 1 < len(words))


def _inside_range(words: Words, begin: int, at: int) -> bool:
    before = texts(words[begin:at])
    return "between" in before and read_number(words, at + 1) is not None and before.index("between") >= len(before) - 4


def _take_stock(words: Words) -> tuple[bool | None, Words]:
    text = texts(words)
    for value, patterns in _STOCK:
        for pattern in patterns:
            for at in range(len(text) - len(pattern) + 1):
                if text[at : at + len(pattern)] == pattern:
                    return value, words[:at] + words[at + len(pattern) :]
    return None, words


def _take_not_too(words: Words) -> tuple[bool, Words]:
    """ "not too expensive" asks for the cheap end; "not too heavy" is a measure that no search has."""
    for at in range(len(words) - 2):
        if words[at].text == "not" and words[at + 1].text in ("too", "so", "very"):
            return words[at + 2].text in _DEAR, words[:at] + words[at + 3 :]
    return False, words


def _take_count(words: Words) -> tuple[int, Words]:
    """The number in "two cheapest kettles" and "cheapest two"; any other number belongs to the query."""
    for at, word in enumerate(words):
        value = number(word.text)
        near = words[max(0, at - 1) : at] + words[at + 1 : at + 3]
        if (
            value is not None
            and 2 <= value <= 5
            and value == int(value)
            and take_aspect(near)[0]
            and is_superlative(near)
        ):
            return int(value), words[:at] + words[at + 1 :]
    return 1, words


def _take_superlative(words: Words) -> tuple[Aspect | None, Words]:
    cheap = next((at for at, word in enumerate(words) if word.text in CHEAP), None)
    if cheap is not None:
        return CHEAPEST, words[:cheap] + words[cheap + 1 :]
    aspect, rest = take_aspect(words)
    return (aspect, rest) if aspect and is_superlative(words) else (None, words)


def _take_brand(words: Words) -> tuple[str | None, Words]:
    for at, word in enumerate(words):
        taken = words[at + 1 : at + 2]
        if not taken or taken[0].text in _NO_BRAND or number(taken[0].text) is not None:
            continue
        if word.text == "brand" or (word.text == "by" and words[at - 1 : at] and words[at - 1].text != "made"):
            end = _end_of_name(words, at + 1)
            return phrase(words[at + 1 : end]), words[:at] + words[end:]
        if word.text == "by" or (word.text == "from" and taken[0].raw[0].isupper()):
            end = _end_of_name(words, at + 1)
            begin = at - 1 if words[at - 1 : at] and words[at - 1].text == "made" else at
            return phrase(words[at + 1 : end]), words[:begin] + words[end:]
    return None, words


def _end_of_name(words: Words, begin: int) -> int:
    end = begin + 1
    while end < len(words) and end < begin + 3 and words[end].raw[0].isupper() and words[begin].raw[0].isupper():
        end += 1
    return end


def matches(query: str, *fields: str) -> bool:
    """Whether each content word of the query is, in singular, a word of one of the fields."""
    wanted = {stem(word) for word in query.split()} - {stem(word) for word in _IDLE | FILLERS_OF_REFERENCE}
    present = {stem(word.strip("()[],.;:!?")) for field in fields for word in field.replace("-", " ").split()}
    present |= {stem(word.strip("()[],.;:!?")) for field in fields for word in field.split()}
    return bool(wanted) and wanted <= present
