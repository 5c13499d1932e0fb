"""What a shopper does not want: "not green", "but no leather", "without a lid"."""

from __future__ import annotations

from agent.offline.amounts import number
from agent.offline.tables import word_set
from agent.offline.vocabulary import ARTICLES
from agent.offline.words import Word, stem, texts

Words = tuple[Word, ...]

_MARKS = word_set("not no without except excluding nothing")
# What "not" is said of otherwise: "do not know", "not only", "no idea".
_DOING = word_set("do does did can could would will should have has had may might")
_OTHERWISE = word_set(
    "sure wait only just for yet that those these this much many more less over under below above matter problem idea "
    "worries way need longer preference thanks too so very really it them one ones know want need"
)
_FORE = word_set("but and that which is are it they though who with made of in a an any")
_LEADING = ARTICLES | word_set("made of in from being any with")
_ENDS = word_set("but and with in for under below over above that which please size like from by under")
_LONGEST = 3


def take_refused(words: Words) -> tuple[tuple[str, ...], Words]:
    """The phrases that are refused, and the words without them."""
    refused: list[str] = []
    rest: list[Word] = []
    at = 0
    while at < len(words):
        end = _end(words, at)
        if end is None:
            rest.append(words[at])
            at += 1
            continue
        while rest and rest[-1].text in _FORE and not rest[-1].comma:
            rest.pop()
        refused += _phrases(words[at + 1 : end])
        at = end
    return tuple(dict.fromkeys(refused)), tuple(rest)


def _end(words: Words, at: int) -> int | None:
    """Where what is refused ends; None where nothing is refused here."""
    following = texts(words[at + 1 : at + 2])
    if words[at].text not in _MARKS or words[at].comma or not following or following[0] in _OTHERWISE:
        return None
    if (at and words[at - 1].text in _DOING) or number(following[0]) is not None:
        return None
    begin = at + 1
    while begin < len(words) and words[begin].text in _LEADING:
        begin += 1
    end = begin
    while end < len(words) and end - begin < _LONGEST and words[end].text not in _ENDS:
        end += 1
        if words[end - 1].comma:
            break
    return end if end > begin else None


def _phrases(words: Words) -> list[str]:
    found: list[list[str]] = [[]]
    for word in words:
        if word.text in ("or", "nor"):
            found.append([])
        elif word.text not in _LEADING:
            found[-1].append(word.text)
    return [" ".join(phrase) for phrase in found if phrase]


def says(refused: str, *fields: str) -> bool:
    """Whether one of the fields names what is refused, and does not say that it is without it."""
    wanted = [stem(word) for word in refused.replace("-", " ").split()]
    for text in fields:
        words = [word.strip("()[],.;:!?") for word in text.lower().replace("-", " ").split()]
        stems = [stem(word) for word in words]
        for at in range(len(stems) - len(wanted) + 1):
            before, after = words[max(0, at - 2) : at], words[at + len(wanted) : at + len(wanted) + 1]
            without = {"no", "not", "without", "non"} & set(before) or after == ["free"]
            if stems[at : at + len(wanted)] == wanted and not without:
                return True
    return False
