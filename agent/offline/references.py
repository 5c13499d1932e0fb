"""How a shopper points at products: "the second one", "it", "1 and 3", "two of the mugs", "the cheapest"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.offline.amounts import is_unit, number
from agent.offline.aspects import Aspect, is_superlative, take_aspect
from agent.offline.intents import It, Named, Ordinal, Other, Reference, Several, Them
from agent.offline.vocabulary import ARTICLES, COURTESY, FILLERS_OF_REFERENCE, IT, ORDINALS, THEM
from agent.offline.wish import Wish, read_wish
from agent.offline.words import Word, stem, texts

Words = tuple[Word, ...]

_JOINTS = frozenset({"and", "plus", "&", "or", "vs", "versus", "with", "to", "against", "than"})
_COUNTING = frozenset({"number", "no", "nr", "option", "item", "product", "result", "#"})
_AFTER_NAME = (
    FILLERS_OF_REFERENCE
    | THEM
    | COURTESY
    | frozenset({"of", "with", "in", "for", "at", "from", "is", "are", "looks", "look", "that", "which", "you"})
)
_NOT_ORDINAL = frozenset({("first", "aid"), ("second", "hand"), ("first", "class"), ("last", "minute")})
_ENDS = frozenset({"first", "last", "top", "latter", "former"})
_MORE = frozenset({"more", "another", "extra", "additional"})


@dataclass(frozen=True, slots=True)
class Pointed:
    """A reference with the quantity said of it ("two of the mugs"), None where none was said."""

    reference: Reference
    quantity: int | None = None
    more: bool = False


def read_references(words: Words, *, comparing: bool = False) -> tuple[Pointed, ...]:
    """Every product pointed at. `comparing`: "to" and "with" separate too, and "one and three" are positions."""
    parts = _separated(words, comparing=comparing)
    found = [pointed for part in parts if (pointed := _read(part, comparing=comparing))]
    return tuple(found if comparing else _with_apposition(found))


def _with_apposition(found: list[Pointed]) -> Iterator[Pointed]:
    """ "a keyboard, the cheapest one" is one product."""
    for at, pointed in enumerate(found):
        aspect = _bare_aspect(found[at + 1 : at + 2])
        if aspect is not None and isinstance(pointed.reference, Named) and _names(pointed):
            yield replace(
                pointed, reference=replace(pointed.reference, wish=replace(pointed.reference.wish, aspect=aspect))
            )
        elif not (at and _bare_aspect([pointed]) and _names(found[at - 1])):
            yield pointed


def _bare_aspect(pointed: list[Pointed]) -> Aspect | None:
    match pointed:
        case [Pointed(Named(Wish(query="", aspect=aspect)), None)]:
            return aspect
        case _:
            return None


def _names(pointed: Pointed) -> bool:
    return isinstance(pointed.reference, Named) and bool(pointed.reference.wish.query) and not pointed.reference.many


def positional(words: Words) -> tuple[Pointed, ...]:
    """The references if each is by position or pronoun; nothing when one is by name."""
    found = read_references(words)
    return () if any(isinstance(pointed.reference, Named) for pointed in found) else found


def pointing(words: Words) -> tuple[Pointed, ...]:
    """The same, and "the cheapest", "the lighter one" of what was shown: whatever names no goods."""
    found = read_references(words)
    named = (one.reference for one in found if isinstance(one.reference, Named))
    return () if any(reference.wish.query or reference.wish.aspect is None for reference in named) else found


def _separated(words: Words, *, comparing: bool) -> list[Words]:
    joints = _JOINTS if comparing else {"and", "plus", "&", "or"}
    found: list[Words] = [()]
    for at, word in enumerate(words):
        rest = words[at + 1 :]
        if word.text in joints and found[-1] and (comparing or _points(rest)):
            found.append(())
        elif word.text not in joints or found[-1]:
            found[-1] = (*found[-1], word)
            if word.comma and rest and (comparing or _points(rest)):
                found.append(())
    return [part for part in found if part]


def _points(words: Words) -> bool:
    """Whether a new reference begins here, so that "salt and pepper mill" stays together."""
    text = words[0].text if words else ""
    known = ARTICLES | IT | THEM | ORDINALS.keys() | _COUNTING | _MORE
    return text in known or number(text) is not None


def _read(words: Words, *, comparing: bool) -> Pointed | None:
    words = _bare(words)
    match texts(words):
        case ():
            return None
        case (text,) if (value := number(text)) is not None and value == int(value):
            by_position = comparing or text[0].isdigit()
            return Pointed(Ordinal(int(value))) if by_position else Pointed(It(), int(value))
        case (text, *_) if text in _MORE:
            return _more(words[1:])
        case (_, "more", *_) if (value := number(words[0].text)) is not None:
            pointed = _more(words[2:])
            return Pointed(pointed.reference, int(value), more=True)
        case (count, "of" | "x" | "times" | "pieces" | "units", *_) if (value := number(count)) is not None:
            rest = _bare(words[2:] if words[2:3] != (Word("of", "of"),) else words[3:])
            reference = _one(rest) if rest else It()
            return Pointed(It() if isinstance(reference, Them) and value > 1 else reference, int(value))
        case (count, *rest) if rest and (value := number(count)) is not None and not is_unit(rest[0]):
            if take_aspect(words[1:])[0] and is_superlative(words[1:]):
                return Pointed(_one(words))
            if set(rest) <= FILLERS_OF_REFERENCE:
                return Pointed(It(), int(value))
            return Pointed(_one(words[1:]), int(value))
    return Pointed(_one(words))


def _more(words: Words) -> Pointed:
    words = _bare(words[1:] if words and words[0].text == "of" else words)
    value = number(words[0].text) if words else None
    if value is not None:
        words = words[1:]
    reference = _one(words) if words and words[0].text not in FILLERS_OF_REFERENCE else It()
    return Pointed(It() if isinstance(reference, Them) else reference, int(value or 1), more=True)


def _one(words: Words) -> Reference:
    words = _bare(words)
    match texts(words):
        case ("other", *rest) if set(rest) <= FILLERS_OF_REFERENCE:
            return Other()
        case (text, *rest) if text in IT and set(rest) <= FILLERS_OF_REFERENCE:
            return It()
        case ("same", *rest) if set(rest) <= FILLERS_OF_REFERENCE:
            return It()
        case ("all" | "both" | "these" | "those", *rest) if len(rest) <= 3 and _is_plain(rest):
            return Them() if words[0].text != "all" else Several(0)
        case ("them" | "everything", *rest) if _is_plain(rest):
            return Them() if words[0].text == "them" else Several(0)
        case (label, text, *_) if label in _COUNTING and (value := number(text) or ORDINALS.get(text)):
            return Ordinal(int(value))
        case (end, text, *rest) if (
            end in _ENDS
            and (count := number(text)) is not None
            and count == int(count)
            and (end != "top" or set(rest) <= FILLERS_OF_REFERENCE)
        ):
            from_end = end in ("last", "latter")
            return Several(int(count), from_end=from_end) if count > 1 else Ordinal(-1 if from_end else 1)
        case (text, *rest) if text in ORDINALS and (text, *rest[:1]) not in _NOT_ORDINAL:
            return _nth(ORDINALS[text], words[1:])
        case (text, *rest) if (value := number(text)) is not None and not rest:
            return Several(int(value)) if value > 1 else It()
    if words and words[-1].text in FILLERS_OF_REFERENCE and len(words) > 1:
        words = words[:-1]
    if len(words) > 2 and words[-2].text == "of" and words[-1].text in THEM:
        words = words[:-2]
    aspect, unsaid = take_aspect(words)
    if aspect is not None and not unsaid:
        return Named(Wish("", aspect=aspect))
    every = bool(words) and words[0].text in ("all", "both", "every", "each") and len(words) > 1
    wish = read_wish(words[1:] if every else words)
    many = every or wish.count > 1 or any(stem(word) != word.lower() for word in wish.query.split()[-1:])
    return Named(wish, many)


def _nth(number: int, words: Words) -> Ordinal:
    """ "the first mat" counts the mats, "the second cheapest" from the cheapest."""
    aspect, rest = take_aspect(words)
    if aspect is not None and (not is_superlative(words) or not aspect.on_cards):
        aspect, rest = None, words
    end = next((at for at, word in enumerate(rest) if word.text in _AFTER_NAME), len(rest))
    named = tuple(word for word in rest[: min(end, 3)] if word.text not in ARTICLES)
    return Ordinal(number, read_wish(named).query, aspect)


def _is_plain(rest: list[str]) -> bool:
    plain = FILLERS_OF_REFERENCE | THEM | {"of", "the"}
    return all(text in plain or number(text) is not None for text in rest)


def _bare(words: Words) -> Words:
    while words and words[0].text in ARTICLES | COURTESY | {"of"}:
        words = words[1:]
    while words and words[-1].text in COURTESY | {"too", "for", "me"}:
        words = words[:-1]
    return words
