"""Requests around a product: what others say of it, what goes with it, whether it is on the wishlist."""

from __future__ import annotations

from agent.offline.clauses import Clause, starting
from agent.offline.intents import Around, It, Reference
from agent.offline.references import positional, read_references
from agent.offline.tables import phrase_table, word_set
from agent.offline.words import Word, texts

Words = tuple[Word, ...]

_SAYING = phrase_table(
    "what do people say about, what do people say of, what do others say about, what do customers say about, what do "
    "buyers say about, what do shoppers say about, what do people think of, what do others think of, what do people "
    "think about, what are people saying about, reviews of, reviews for, reviews on, reviews about, the reviews of, "
    "the reviews for, show me reviews of, show me reviews for, show me the reviews of, show me the reviews for, show "
    "reviews of, show reviews for, show the reviews of, read the reviews of, are there reviews of, are there reviews "
    "for, are there any reviews of, are there any reviews for, any reviews of, any reviews for, how is the rating of"
)
_REVIEWS = phrase_table(
    "reviews, the reviews, its reviews, any reviews, show reviews, show me reviews, show me the reviews, show the "
    "reviews, show me its reviews, are there reviews, are there any reviews, what do people say, what do others say, "
    "what do customers say"
)
_GOING = phrase_table(
    "what goes with, what goes well with, what else goes with, what would go with, what do people buy with, what do "
    "others buy with, what is often bought with, what is bought with, something that goes with, anything that goes "
    "with, recommend something that goes with, recommend me something that goes with, recommend something to go with, "
    "recommend me something to go with, show me what goes with, something to go with"
)
_LIKE = phrase_table(
    "recommend me something like, recommend something like, recommend me something similar to, recommend something "
    "similar to, recommend me more like, something like, something similar to, show me something like, show me "
    "something similar to, anything like, more like, similar to"
)
_ANYTHING = phrase_table(
    "recommend me something, recommend something, recommend me anything, any recommendations, recommendations, "
    "surprise me, do you have any recommendations, what do you recommend me"
)
_PUT, _TAKE = word_set("put add save keep remember"), word_set("take remove delete drop")
_TWO_WORDS = ("wish", "list")
_BETWEEN = word_set("my the a our to on onto in into from off of")


def around(clause: Clause) -> Around | None:
    words = clause.words
    if (wanted := _wishlist(words)) is not None:
        return wanted
    if said := starting(words, _SAYING):
        return Around("reviews", _pointed(words[len(said) :]))
    if texts(words) in _REVIEWS:
        return Around("reviews", (It(),))
    if said := starting(words, _GOING):
        return Around("recommend", _pointed(words[len(said) :]))
    # "something like a tent" is a search.
    if (said := starting(words, _LIKE)) and (like := positional(words[len(said) :])):
        return Around("recommend", tuple(one.reference for one in like))
    return Around("recommend", ()) if texts(words) in _ANYTHING else None


def _wishlist(words: Words) -> Around | None:
    text = texts(words)
    at = next(
        (
            at
            for at, word in enumerate(text)
            if word in ("wishlist", "wish-list") or text[at : at + 2] == ("wish", "list")
        ),
        None,
    )
    if at is None:
        return None
    if text[0] not in _PUT | _TAKE:
        return Around("wishlist", ())
    rest = words[1:at]
    while rest and rest[-1].text in _BETWEEN:
        rest = rest[:-1]
    return Around("put" if text[0] in _PUT else "take off", _pointed(rest))


def _pointed(words: Words) -> tuple[Reference, ...]:
    return tuple(one.reference for one in read_references(words)) or (It(),)
