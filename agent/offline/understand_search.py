"""Requests for products: a new search, the last one refined, more of it."""

from __future__ import annotations

from dataclasses import replace

from agent.offline.amounts import take_prices
from agent.offline.aspects import BEST, CHEAPEST, DEAREST, is_superlative, take_aspect
from agent.offline.clauses import Clause, starting
from agent.offline.intents import More, Refine, Search
from agent.offline.references import positional
from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import ARTICLES, COLOURS, FILLERS_OF_REFERENCE, IT, QUALITIES, SIZES, THEM
from agent.offline.wish import Wish, read_wish, read_wishes
from agent.offline.words import Word, texts

Words = tuple[Word, ...]

_VERBS = phrase_table(
    "find, help choosing, help finding, help with, find me, find us, search, search for, search me, look for, "
    "looking for, i am looking for, we are looking for, am looking for, i look for, look up, i need, i want, "
    "i would like, i would love, we need, we want, need, want, show, show me, get me, get, give me, "
    "recommend, recommend me, suggest, suggest me, do you have, do you sell, do you stock, do you carry, have "
    "you got, have you, got, you have, is there, are there, any, i am after, i am shopping for, shopping for, "
    "list, browse, buy, order, purchase, to buy, i am searching for, searching for, see, see some, a "
    "recommendation for, i am interested in, i wish for, in need of, what about, how about, choose, pick, i "
    "have to buy, have a look for, where can i find, where do i find, spend, to spend, i can spend, i want to spend"
)
_ASKING = word_set(
    "what which is are the should do does i you have sell recommend suggest buy get would for me kind of best"
)
_CUES = phrase_table(
    "a good, some good, do you have, do you sell, do you recommend, should i, would you recommend, you "
    "recommend, good for, best for, right for, suitable for, can you recommend, do you suggest, have you got"
)
_MORE = frozenset(
    phrase_table(
        "more, show more, show me something else, show me more, more results, more options, more products, next, "
        "next page, others, any others, other ones, other options, show me others, show me other ones, anything "
        "else, something else, what else, what else do you have, more of them, more of these, more of those, see "
        "more, any more, other results, show others, what others do you have, load more, continue, keep going, "
        "show me some more, some more, are there more, do you have more, do you have others, do you have any "
        "others, do you have anything else, is there anything else, show me the rest, the rest"
    )
)
_REFINING = word_set(
    "with without not no except excluding in for under below over above between up less cheaper at max from around "
    "about by size"
)
_NO_GOODS = word_set("thing product item categories brands products things stuff items goods choosing help")
_SPENDING = phrase_table("spend, to spend, i can spend, i want to spend")
_NOT_WANTED = phrase_table("i do not want, i do not need, i do not like, we do not want")
_MARKS = word_set("not no except excluding")
_FOR_WHOM = frozenset(("for", who) for who in ARTICLES | {"someone", "somebody"})
_ORDERS = {
    "sort by price": CHEAPEST, "sort them by price": CHEAPEST, "cheapest first": CHEAPEST, "sort by rating": BEST,
    "sort them by rating": BEST, "best first": BEST, "best rated first": BEST, "most expensive first": DEAREST,
}  # fmt: skip
_ONES = FILLERS_OF_REFERENCE | {
    "something",
    "anything",
    "any",
    "alternatives",
    "alternative",
    "else",
    "bit",
    "little",
    "much",
    "thing",
}


def more(clause: Clause) -> More | None:
    return More() if texts(clause.words) in _MORE or texts(clause.whole) in _MORE else None


def refine(clause: Clause) -> Refine | None:
    if aspect := _ORDERS.get(" ".join(texts(clause.words))):
        return Refine(Wish("", aspect=aspect))
    words = clause.words
    if starting(words, _SPENDING):
        return None
    if not starting(words, _NOT_WANTED):
        words = _without_verb(words)
    for rule in (_unwanted, _comparative, _only, _ones, _qualities, _prices, _preposition):
        if found := rule(words):
            return found
    return None


def _comparative(words: Words) -> Refine | None:
    """ "cheaper ones", "something lighter", "a cheaper tent"."""
    prices, rest = take_prices(words)
    aspect, rest = take_aspect(rest)
    if aspect is None or is_superlative(words):
        return None
    content = tuple(word for word in rest if word.text not in _ONES | ARTICLES | IT | THEM | {"than"})
    return Refine(replace(read_wish(content), prices=prices), aspect)


def _only(words: Words) -> Refine | None:
    if texts(words)[:1] in (("only",), ("just",), ("make",)) and len(words) > 1:
        rest = words[2:] if texts(words)[:2] == ("make", "it") else words[1:]
        return _refinement(rest) if words[0].text != "make" or len(rest) < len(words) - 1 else None
    return None


def _ones(words: Words) -> Refine | None:
    prices, rest = take_prices(words)
    if len(rest) > 1 and texts(rest)[-1] in ("ones", "one") and len(rest) <= 6 and not positional(rest):
        refinement = _refinement(rest[:-1])
        return refinement and Refine(replace(refinement.wish, prices=prices))
    if words and words[0].text in ("ones", "one", "something", "anything", "same") and len(words) > 1:
        rest = words[2:] if texts(words)[1:2] in (("but",), ("that",)) else words[1:]
        if words[0].text in ("something", "anything") and texts(rest)[:2] in _FOR_WHOM:
            return None
        return _refinement(rest) if rest and rest[0].text in _REFINING | QUALITIES | COLOURS else None
    return None


def _qualities(words: Words) -> Refine | None:
    content = tuple(
        word for word in words if word.text not in ARTICLES | FILLERS_OF_REFERENCE | {"in", "size", "and", "or"}
    )
    known = COLOURS | SIZES | QUALITIES
    named_size = any(word.text == "size" for word in words)
    fits = all(word.text in known or (named_size and word.text.isdigit()) for word in content)
    return _refinement(words) if content and fits else None


def _prices(words: Words) -> Refine | None:
    wish = read_wish(words)
    return Refine(wish) if wish.filtered and not wish.query and wish.aspect is None else None


def _preposition(words: Words) -> Refine | None:
    while words and words[0].text in IT | THEM | {"any", "ones", "same", "the", "some"}:
        words = words[1:]
    found = _refinement(words) if words and words[0].text in _REFINING else None
    return None if found and words[0].text in _MARKS and not found.wish.refused else found


def _refinement(words: Words) -> Refine | None:
    wish = read_wish(words)
    if words[:1] and words[0].text == "for" and wish.query:
        wish = replace(wish, query=f"for {wish.query}")
    return Refine(wish) if wish.query or wish.filtered or wish.aspect else None


def _unwanted(words: Words) -> Refine | None:
    """ "I do not want coated pans" names no pan of the cart; "I do not want the lamp" does."""
    verb = starting(words, _NOT_WANTED)
    if not verb or positional(words[len(verb) :]):
        return None
    refused = " ".join(
        word.text for word in words[len(verb) :] if word.text not in ARTICLES | FILLERS_OF_REFERENCE | {"please"}
    )
    return Refine(Wish("", refused=(refused,))) if refused else None


def search(clause: Clause) -> Search | None:
    """A search that is asked for with a verb or a question about goods."""
    words = _without_verb(clause.words)
    if len(words) < len(clause.words):
        return Search(_wishes(words))
    text = texts(words)
    asks = text[:1] and text[0] in ("what", "which")
    wish = read_wish(words)
    if asks and (starting(words[1:], _CUES) or wish.aspect or wish.prices or _has_cue(words)):
        return Search(_wishes(_asked(words)))
    return None


def anything(clause: Clause) -> Search | None:
    """The last resort for words that are no question: they name what is looked for."""
    wishes = _wishes(clause.words)
    return Search(wishes) if wishes else None


def _wishes(words: Words) -> tuple[Wish, ...]:
    wishes = read_wishes(tuple(word for word in words if word.text != "please"))
    return () if any(wish.query in _NO_GOODS for wish in wishes) else wishes


def _has_cue(words: Words) -> bool:
    text = texts(words)
    return any(text[at : at + len(cue)] == cue for cue in _CUES for at in range(len(text)))


def _asked(words: Words) -> Words:
    """ "which tent is good for two people" without the question: "tent for two people"."""
    text = texts(words)
    for cue in _CUES:
        for at in range(len(text)):
            if text[at : at + len(cue)] == cue:
                keep = words[at + len(cue) - 1 : at + len(cue)] if cue[-1] == "for" else ()
                before = words[: at - 1] if at and text[at - 1] == "is" else words[:at]
                words = before + keep + words[at + len(cue) :]
                return _unasked(words)
    return _unasked(words)


def _unasked(words: Words) -> Words:
    while words and words[0].text in _ASKING - {"best"}:
        words = words[1:]
    return words


def _without_verb(words: Words) -> Words:
    while verb := starting(words, _VERBS):
        words = words[len(verb) :]
    return words
