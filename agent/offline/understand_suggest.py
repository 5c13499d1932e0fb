"""Requests for several things together: "put together a coffee kit under 150 euros"."""

from __future__ import annotations

from dataclasses import replace

from agent.offline.amounts import number, take_prices
from agent.offline.clauses import Clause, starting
from agent.offline.intents import SuggestCarts
from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import ARTICLES, CART
from agent.offline.wish import Wish, read_wish, read_wishes
from agent.offline.words import Word, texts

Words = tuple[Word, ...]

_COMPOSE = phrase_table("put together, put me together, put us together, assemble, compose, make up, pack me, pack us")
_MAKE = phrase_table(
    "make, make me, make us, build, build me, create, create me, prepare, prepare me, plan, plan me, suggest, suggest "
    "me, recommend, recommend me, give me, i need, i want, i would like, propose, fill, fill me, put"
)
_CARTS = CART | {"carts", "baskets", "bundle", "bundles"}
_KITS = _CARTS | word_set("kit kits set sets outfit outfits package packages combination selection")
_LEADING_IN = frozenset({"with", "of", "from", "including", "containing", "for", "in"})
_LISTING = frozenset({"with", "of", "from", "including", "containing"})
_OWN = frozenset({"my", "the", "this", "your", "our"})


def suggest(clause: Clause) -> SuggestCarts | None:
    """Told from a search by the verb ("put together a knife set"), or by the cart that is asked for."""
    prices, words = take_prices(clause.words)
    rest = _asked(words)
    if rest is None:
        return None
    kit = next((at for at, word in enumerate(rest) if word.text in _KITS), None)
    listed = next((at for at, word in enumerate(rest) if word.text in _LISTING), None)
    if kit is not None and listed is not None and kit < listed:
        wishes = _each(rest[listed + 1 :])
        if len(wishes) > 1:
            return SuggestCarts(wishes, replace(prices, least=None))
    things = _bare(tuple(word for word in rest if word.text not in _KITS))
    wishes = tuple(wish for wish in read_wishes(things or _bare(rest)) if wish.query)
    return SuggestCarts(wishes, replace(prices, least=None)) if wishes else None


def _asked(words: Words) -> Words | None:
    """What is to be put together; None when nothing is."""
    text = texts(words)
    if verb := starting(words, _COMPOSE):
        return words[len(verb) :]
    if text[:1] == ("put",) and "together" in text and _KITS.intersection(text):
        return tuple(word for word in words[1:] if word.text != "together")
    verb = starting(words, _MAKE)
    rest = words[len(verb) :]
    while rest and (rest[0].text in ARTICLES - _OWN or number(rest[0].text) is not None):
        rest = rest[1:]
    # "suggest a picnic basket" is a search, "suggest a cart for a picnic" is not.
    return rest if verb and rest and rest[0].text in _CARTS and len(rest) > 1 and rest[1].text in _LEADING_IN else None


def _each(words: Words) -> tuple[Wish, ...]:
    """A wish for each thing of a list: what is listed after "with" is cut at every comma and "and"."""
    found: list[Words] = [()]
    for word in words:
        if word.text in ("and", "plus", "&"):
            found.append(())
            continue
        found[-1] = (*found[-1], word)
        if word.comma:
            found.append(())
    wishes = (read_wish(_bare(part)) for part in found)
    return tuple(wish for wish in wishes if wish.query)


def _bare(words: Words) -> Words:
    while words and (words[0].text in _LEADING_IN | ARTICLES or (number(words[0].text) is not None and len(words) > 2)):
        words = words[1:]
    return words
