"""What a search text asks for, in the forms that the legs of a search need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_MOST_WORDS = 40
_SHORTEST_KEY, _LONGEST_KEY = 4, 40
_DIGIT = re.compile(r"[0-9]")

# Words that say nothing of a product; PostgreSQL drops them too, but only after pairs have been made.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "a about am an and any are as at be but by can do for from get give had has have i if im in is it like looking "
        "me my need no not of on or please should show some that the these this to want was we what which will "
        "with would you your",
    )
)


@dataclass(frozen=True, slots=True)
class Terms:
    """`some` and `joined` are for websearch_to_tsquery; `number` is the whole text as a key, if it may be a part
    number; `before` and `after` are grams of the first key.
    """

    some: str
    joined: str
    number: str | None
    keys: tuple[str, ...]
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


def key(text: str) -> str:
    """A part number without case and punctuation, as the column `part_number_key` has it."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _keys(text: str) -> tuple[str, ...]:
    """What may be a part number: the whole text and each of its words, if there is a digit in them."""
    if not _DIGIT.search(text):
        return ()
    candidates = dict.fromkeys(map(key, [text, *text.split()[:_MOST_WORDS]]))
    return tuple(
        candidate
        for candidate in candidates
        if _SHORTEST_KEY <= len(candidate) <= _LONGEST_KEY and _DIGIT.search(candidate)
    )


def _grams(text: str) -> tuple[str, ...]:
    return tuple(text[place : place + 3] for place in range(len(text) - 2))


def _halves(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Grams wholly before and wholly after the middle of a part number: one typo leaves one of the two as it was."""
    middle = len(word) // 2
    return _grams("^" + word[:middle]), _grams(word[middle:] + "$")


def terms(text: str) -> Terms:
    """Words, neighbours in pairs (a rare pair is worth more than many common words), and part numbers of a text.

    `joined` writes neighbours as one word ("head set" is also headset).
    """
    words = [word for word in re.findall(r"\w+", text.lower()) if word not in _EMPTY][:_MOST_WORDS]
    pairs = list(pairwise(words))
    joined = [first + second for first, second in pairs if (first + second).isalpha()]
    keys = _keys(text)
    number = keys[0] if keys and keys[0] == key(text) else None
    before, after = _halves(number) if number and len(text.split()) == 1 else (None, None)
    some = words if len(words) <= 2 else [" ".join(pair) for pair in pairs]
    return Terms(
        some=" or ".join([*some, *joined]),
        joined=" or ".join(joined),
        number=number,
        keys=keys,
        before=before,
        after=after,
    )
