"""Requests about products that were shown: comparisons, details, a bare reference."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from agent.offline.aspects import BEST, CHEAPEST, DEAREST, Aspect, is_superlative, take_aspect
from agent.offline.clauses import Clause, containing, starting
from agent.offline.intents import Compare, Details, It, Named, Ordinal, Pick, Reference, Several
from agent.offline.references import Pointed, positional, read_references
from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import ARTICLES, FILLERS_OF_REFERENCE, IT, NUMBERS, ORDINALS, THEM
from agent.offline.wish import Wish
from agent.offline.words import Word, phrase, stem, texts

Words = tuple[Word, ...]

_ABOUT = phrase_table(
    "tell me more about, tell me about, tell me more on, more about, more info on, more info about, more "
    "information on, more information about, more details on, more details about, more details of, more details, "
    "details, details of, details about, details for, details on, describe, specs of, specs, show me details, "
    "show me the details of, show me details of, open, info on, what do you know about, show details, show "
    "details of, tell me more, show me more about, i am interested in, look at, know more about"
)
_QUESTIONS = word_set("is are does do can has have how what will which where who would could when why was")
_LIKING = phrase_table("i like, i love, i prefer, i would prefer, i choose")
_SHOW = phrase_table("show me, show, see, view, what about, how about, and")
_ADVICE = phrase_table("should, recommend, would you")
_AMONG = phrase_table("of these, of them, of those")
_COMPARING = word_set("one ones is are has have")
_ADVISING = word_set("than should recommend buy take has costs")
_UNASKED = (
    _QUESTIONS
    | ARTICLES
    | IT
    | THEM
    | FILLERS_OF_REFERENCE
    | ORDINALS.keys()
    | NUMBERS.keys()
    | word_set(
        "much many i you be in of for with to it come made there on at number and or get use me kind their its from "
        "long really also if by not"
    )
)


def compare(clause: Clause) -> Compare | None:
    text = texts(clause.words)
    if text[:1] in (("compare",), ("comparison",)):
        aspect, rest = _criterion(clause.words[1:])
        return _comparison(rest, aspect)
    for at, word in enumerate(text):
        if word in ("difference", "differences"):
            return _comparison(_after(clause.words[at + 1 :], ("between", "of")), None)
        if word in ("vs", "versus") and at:
            return _comparison(clause.words, None)
    if text[:1] == ("how",) and text[-1:] in (("differ",), ("compare",)):
        return _comparison(clause.words[2:-1], None)
    return _which(clause)


def _criterion(words: Words) -> tuple[Aspect | None, Words]:
    """ "compare them by weight": what follows says which rows matter, and all rows are shown anyway."""
    text = texts(words)
    for joint in ("by", "on", "for", "regarding", "concerning"):
        if joint in text[1:]:
            words = words[: text.index(joint, 1)]
    if take_aspect(words)[0] and is_superlative(words):
        return None, words
    return take_aspect(words)


def _which(clause: Clause) -> Compare | None:
    """ "which is lighter?", "is the first one cheaper than the second?", "which one should I buy?".

    What no aspect can judge ("which has a better battery?", "which of these is best for winter?") is a comparison too.
    """
    text = texts(clause.words)
    if not text or text[0] not in ("which", "what", "is", "are", "who"):
        return None
    aspect, rest = take_aspect(clause.words)
    advice = text[0] == "which" and containing(clause.words, _ADVICE)
    among = containing(clause.words, _AMONG)
    if text[:3] == ("which", "of", "the") and aspect is not None and (named := _among(rest[3:])):
        return Compare((named,), aspect)
    compares = text[0] == "which" and text[1:2] != () and text[1] in _COMPARING
    if not (aspect or advice or among or compares):
        return None
    if [word for word in rest[1:] if word.text not in _UNASKED | _ADVISING]:
        return Compare((Several(0),)) if among or (compares and not is_superlative(clause.words)) else None
    pointed = tuple(one.reference for one in positional(_pointing(rest[1:])))
    return Compare(pointed if len(pointed) > 1 else (Several(0),), aspect or (BEST if advice else None))


def _among(words: Words) -> Reference | None:
    """ "which of the sleeping bags is warmest": those of that name that were shown."""
    content = tuple(word for word in words if word.text not in _UNASKED | _ADVISING)
    return Named(Wish(phrase(content)), many=True) if content else None


def _pointing(words: Words) -> Words:
    idle = {
        "is",
        "are",
        "has",
        "have",
        "of",
        "one",
        "would",
        "than",
        "should",
        "i",
        "buy",
        "take",
        "do",
        "you",
        "recommend",
    }
    kept = tuple(Word("and", "and") if word.text in ("than", "or") else word for word in words)
    return tuple(word for word in kept if word.text not in idle)


def _comparison(words: Words, aspect: Aspect | None) -> Compare:
    references = tuple(pointed.reference for pointed in read_references(words, comparing=True))
    return Compare(references or (Several(0),), aspect)


def details(clause: Clause, names: AbstractSet[str]) -> Details | None:
    """`names`: singular words of the names of products shown in this chat."""
    words = clause.words
    if about := starting(words, _ABOUT):
        rest = words[len(about) :]
        if about == ("open",) and not positional(rest):
            return None
        return Details(tuple(pointed.reference for pointed in read_references(rest)) or (It(),))
    if (shown := starting(words, _SHOW)) and (pointed := _positions(words[len(shown) :])):
        return Details(tuple(one.reference for one in pointed))
    whole = texts(clause.whole)
    if whole[:1] and whole[0] in _QUESTIONS and whole[:3] != ("do", "you", "have"):
        return _question(clause, names)
    return None


def _positions(words: Words) -> tuple[Pointed, ...]:
    return tuple(one for one in positional(words) if not isinstance(one.reference, It) or len(words) < 3)


def _question(clause: Clause, names: AbstractSet[str]) -> Details | None:
    words = clause.whole
    asked = tuple(word.text for word in words if word.text not in _UNASKED and stem(word.text) not in names)
    text = texts(words)
    for at, word in enumerate(text):
        ordinal = word in ORDINALS and text[at - 1 : at] in (("the",), ("number",))
        numbered = word == "number" and text[at + 1 : at + 2] and (text[at + 1].isdigit() or text[at + 1] in NUMBERS)
        if ordinal or numbered:
            references = (ordinal and Ordinal(ORDINALS[word])) or positional(words[at : at + 2])[0].reference
            return Details((references,), asked)
    named = _named(words, names)
    if named:
        return Details((named,), asked)
    relative = {"that", "this"} & set(text[2:-1])
    if "it" in text or (set(text) & {"this", "that"} and not relative):
        return Details((It(),), asked)
    return None


def _named(words: Words, names: AbstractSet[str]) -> Named | None:
    """The known name after "the": "how heavy is the Kestrel?"."""
    for at, word in enumerate(words[:-1]):
        if word.text != "the":
            continue
        end = at + 1
        while end < len(words) and stem(words[end].text) in names:
            end += 1
        if end > at + 1:
            return Named(Wish(phrase(words[at + 1 : end])))
    return None


def pick(clause: Clause, names: AbstractSet[str]) -> Pick | None:
    words = clause.words[len(starting(clause.words, _LIKING)) :]
    words = words[:-2] if len(words) > 2 and words[-2].text == "of" and words[-1].text in THEM else words
    aspect, rest = take_aspect(words)
    if aspect in (CHEAPEST, DEAREST, BEST) and is_superlative(words) and not _content(rest):
        return Pick((Named(Wish("", aspect=aspect)),))
    pointed = positional(words)
    if pointed and all(one.quantity is None or isinstance(one.reference, It) for one in pointed) and len(words) <= 8:
        return Pick(tuple(_counted(one, words) for one in pointed))
    content = _content(words)
    marked = words[:1] and (words[0].text == "the" or words[-1].text == "one")
    if content and marked and len(words) <= 8 and all(stem(word.text) in names for word in content):
        return Pick((Named(Wish(phrase(content))),))
    return None


def _counted(pointed: Pointed, words: Words) -> Reference:
    """A lone "two" answers "which one?" with a position."""
    if isinstance(pointed.reference, It) and pointed.quantity is not None and len(words) == 1:
        return Ordinal(pointed.quantity)
    return pointed.reference


def _content(words: Words) -> Words:
    return tuple(word for word in words if word.text not in ARTICLES | FILLERS_OF_REFERENCE)


def _after(words: Words, joints: tuple[str, ...]) -> Words:
    return words[1:] if words and words[0].text in joints else words
