"""Requests about the cart."""

from __future__ import annotations

from agent.offline.amounts import number
from agent.offline.clauses import Clause, starting, without_cart
from agent.offline.intents import (
    Add,
    Change,
    ChangeCart,
    It,
    Named,
    SetTo,
    Several,
    ShowCart,
    TakeOut,
    TakeOutAll,
    Them,
)
from agent.offline.references import Pointed, pointing, positional, read_references
from agent.offline.tables import phrase_table, word_set
from agent.offline.vocabulary import ARTICLES
from agent.offline.words import Word, texts

Words = tuple[Word, ...]

_MOST = 99
_ADD = frozenset({"add", "put", "place", "throw", "toss", "include", "stick"})
_TAKE = phrase_table(
    "buy, order, purchase, take, get, get me, have, i want, i need, i would like, give me, want, i take, go with, "
    "go for, accept, i accept"
)
_REMOVE = phrase_table(
    "remove, delete, discard, drop, get rid of, take out, take away, take off, throw out, cancel, leave out, i do "
    "not want, i do not need"
)
_SET = word_set("make change set update increase reduce decrease lower raise")
_EMPTY = frozenset({"empty", "clear", "reset"})
_TOTAL = frozenset(
    phrase_table(
        "total, the total, what is the total, how much is the total, tell me the total, what does it come to, how much "
        "is everything, how much is everything together, how much is it all, how much is it all together, how much is "
        "that in total, how much is it in total, how much do i owe, what do i owe, how much is that altogether"
    )
)
_SHOW = word_set("show see view look check open what is display how list contents total much there anything")


def show_cart(clause: Clause) -> ShowCart | None:
    named, rest = without_cart(clause.words)
    words = texts(rest)
    if words in _TOTAL:
        return ShowCart()
    if not named or len(words) > 7:
        return None
    return ShowCart() if not words or words[0] in _SHOW else None


def change_cart(clause: Clause) -> ChangeCart | None:
    for rule in (_replaced, _emptied, _removed, _set, _only, _added, _counted, _one_more):
        if changes := rule(clause.words):
            return ChangeCart(changes)
    return None


def _replaced(words: Words) -> tuple[Change, ...]:
    _, words = without_cart(words)
    text = texts(words)
    joint = next((at for at, word in enumerate(text) if word in ("with", "by", "for")), 0)
    if text[:1] not in (("replace",), ("swap",)) or not joint:
        return ()
    out, into = read_references(words[1:joint]), read_references(words[joint + 1 :])
    return (*(TakeOut(one.reference) for one in out), *map(_more, into))


def _emptied(words: Words) -> tuple[Change, ...]:
    named, rest = without_cart(words)
    alone = texts(rest) in {(word,) for word in _EMPTY} | {(word, "it") for word in _EMPTY}
    bare = texts(words) in {(word, more) for word in ("empty", "clear") for more in ("everything", "it", "it all")}
    return (TakeOutAll(),) if (named and alone) or bare else ()


def _removed(words: Words) -> tuple[Change, ...]:
    _, rest = without_cart(words)
    text = texts(rest)
    if text[:1] == ("take",) and text[-1:] in (("out",), ("off",), ("away",)):
        rest = rest[1:-1]
    elif text[:1] == ("take",) and len(rest) < len(words) and "from" in texts(words):
        rest = tuple(word for word in rest[1:] if word.text != "out")
    elif verb := starting(rest, _REMOVE):
        rest = rest[len(verb) :]
        if verb[-1:] in (("want",), ("need",)) and texts(rest)[:1] not in (("the",), ("my",)) and not positional(rest):
            return ()
    else:
        return ()
    if texts(rest) in (("everything",), ("all",), ("all", "of", "it"), ("all", "items"), ("all", "of", "them")):
        return (TakeOutAll(),)
    definite = rest[:1] and rest[0].text in ARTICLES
    return tuple(_less(pointed, whole=bool(definite)) for pointed in read_references(rest)) or (TakeOut(It()),)


def _less(pointed: Pointed, *, whole: bool) -> Change:
    if pointed.quantity is None or whole:
        return TakeOut(pointed.reference)
    return Add(pointed.reference, -_bounded(pointed.quantity))


def _set(words: Words) -> tuple[Change, ...]:
    _, words = without_cart(words)
    text = texts(words)
    if not text or text[0] not in _SET:
        return ()
    rest = words[1:]
    if texts(rest)[:2] in (("the", "quantity"), ("the", "number"), ("the", "amount")):
        rest = rest[2:]
    rest = rest[1:] if texts(rest)[:1] in (("of",), ("quantity",)) else rest
    while rest and rest[-1].text in ("instead", "pieces", "units", "items", "please", "total"):
        rest = rest[:-1]
    if not rest or (value := number(rest[-1].text)) is None or value != int(value):
        return ()
    rest = rest[:-1]
    rest = rest[:-1] if texts(rest)[-1:] in (("to",), ("at",)) else rest
    pointed = read_references(rest)
    if text[0] in ("make", "change") and any(isinstance(one.reference, Named) for one in pointed) and value > _MOST:
        return ()
    references = tuple(one.reference for one in pointed) or (It(),)
    return tuple(SetTo(reference, _bounded(int(value))) for reference in references)


def _only(words: Words) -> tuple[Change, ...]:
    """ "only one of the mugs", "just two", "three instead"."""
    _, words = without_cart(words)
    text = texts(words)
    if text[:2] in (("i", "only"), ("i", "just")):
        words, text = words[2:], ("only", *text[3:])
        words = (Word("only", "only"), *words[1:])
    if text[:1] in (("only",), ("just",)) and len(words) > 1 and number(text[1]) is not None:
        pointed = read_references(words[1:])
        if len(pointed) == 1 and pointed[0].quantity is not None:
            return (SetTo(pointed[0].reference, _bounded(pointed[0].quantity)),)
        if len(words) == 2:
            return (SetTo(It(), _bounded(int(number(text[1]) or 1))),)
    if len(text) == 2 and text[1] == "instead" and (value := number(text[0])) is not None:
        return (SetTo(It(), _bounded(int(value))),)
    return ()


def _added(words: Words) -> tuple[Change, ...]:
    named, rest = without_cart(words)
    text = texts(rest)
    if text[:1] and text[0] in _ADD and (text[0] in ("add", "put") or named):
        rest = tuple(word for word in rest[1:] if word.text != "in") if text[0] == "put" else rest[1:]
        return tuple(_more(pointed) for pointed in read_references(rest)) or (Add(It()),)
    if verb := starting(rest, _TAKE):
        rest = rest[len(verb) :]
        pointed = read_references(rest) if named else pointing(rest)
        return tuple(_more(one) for one in pointed)
    return ()


def _counted(words: Words) -> tuple[Change, ...]:
    """ "2 of the first one and 1 of the last": a number of pieces is a wish for them."""
    _, words = without_cart(words)
    if len(words) < 3 or words[1].text != "of" or number(words[0].text) is None:
        return ()
    pointed = positional(words)
    return tuple(map(_more, pointed)) if all(one.quantity is not None for one in pointed) else ()


def _one_more(words: Words) -> tuple[Change, ...]:
    """ "one more", "another one", "two more of those"."""
    if len(words) > 7 or not any(word.text in ("more", "another") for word in words[:2]):
        return ()
    if words[0].text == "another" and len(words) > 1 and words[1].text not in ("one", "of"):
        return ()
    if words[0].text == "more" or (words[0].text != "another" and number(words[0].text) is None):
        return ()
    pointed = read_references(words)
    named = any(word.text == "of" for word in words)
    return tuple(_more(one) for one in pointed if named or not isinstance(one.reference, Named))


def _more(pointed: Pointed) -> Add:
    reference = pointed.reference
    if isinstance(reference, Several) and reference.count == 0:
        reference = Them()
    return Add(reference, _bounded(1 if pointed.quantity is None else pointed.quantity))


def _bounded(quantity: int) -> int:
    return max(0, min(quantity, _MOST))
