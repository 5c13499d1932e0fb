"""A message cut into clauses that each hold one request, without the words of courtesy around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.offline.amounts import number
from agent.offline.tables import word_set
from agent.offline.vocabulary import CART, COURTESY, IT, OPENINGS, POSSESSIVE, PRAISE, THEM
from agent.offline.words import Sentence, Word, sentences, texts

Words = tuple[Word, ...]

_JOINTS = frozenset({"and", "then", "also", "but", "plus"})
_STARTERS = word_set(
    "find search show compare remove delete add put tell what which how can could is are do does buy get give "
    "order take where who recommend suggest checkout i please"
)
# These begin a request only when what follows is no thing to be described: "a black and clear vase", "a table and set".
_UNSURE_STARTERS = word_set("empty clear make change set update drop throw")


@dataclass(frozen=True, slots=True)
class Clause:
    """`words` begin with the request itself; `whole` are all words of the clause."""

    words: Words
    whole: Words
    question: bool


def clauses(message: str) -> tuple[Clause, ...]:
    return tuple(clause for sentence in sentences(message) for clause in _clauses(sentence))


def _clauses(sentence: Sentence) -> Iterator[Clause]:
    begin = 0
    words = sentence.words
    for at in range(1, len(words)):
        after_joint = words[at - 1].text in _JOINTS or words[at - 1].comma
        if after_joint and at - 1 > begin and _starts(words[at:]) and words[begin:at][0].text != "between":
            yield _clause(words[begin:at], sentence.question)
            begin = at
    yield _clause(words[begin:], sentence.question)


def _starts(words: Words) -> bool:
    text = texts(words[:4])
    if text[0] in _UNSURE_STARTERS:
        following = frozenset(text[1:])
        return bool(following & (CART | IT | THEM)) or any(number(word) is not None for word in following)
    return text[0] in _STARTERS


def _clause(words: Words, question: bool) -> Clause:
    while words and words[-1].text in _JOINTS:
        words = words[:-1]
    return Clause(stripped(words), words, question)


def stripped(words: Words) -> Words:
    """Without greetings, thanks and openings such as "could you please"."""
    while words:
        first = words[0]
        opening = starting(words, OPENINGS)
        if opening:
            words = words[len(opening) :]
        elif first.text in COURTESY or (first.text in PRAISE and (first.comma or len(words) == 1)):
            words = words[1:]
        else:
            break
    while words and words[-1].text in ("please", "thanks", "thank", "thx", "then", "again", "now"):
        words = words[:-1]
    return words


def starting(words: Words, patterns: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The longest of the patterns that the words begin with; empty when none."""
    text = texts(words)
    return max((pattern for pattern in patterns if text[: len(pattern)] == pattern), key=len, default=())


def containing(words: Words, patterns: tuple[tuple[str, ...], ...]) -> bool:
    text = texts(words)
    return any(text[at : at + len(pattern)] == pattern for pattern in patterns for at in range(len(text)))


def without_cart(words: Words) -> tuple[bool, Words]:
    """Whether the shopper's own cart is named (a picnic basket is not), and the words without it."""
    text = texts(words)
    for at, word in enumerate(text):
        bag = word == "bag" and text[at - 1 : at] == ("my",)
        if not bag and word not in CART:
            continue
        begin = at
        while begin and text[begin - 1] in POSSESSIVE | {"shopping", "your"}:
            begin -= 1
        if begin == at and at > 0 and text[at - 1] not in ("to", "in", "into", "from", "view", "show"):
            continue
        while begin and text[begin - 1] in ("to", "in", "into", "inside", "from", "of", "on", "onto"):
            begin -= 1
        return True, words[:begin] + words[at + 1 :]
    return False, words
