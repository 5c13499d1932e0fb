"""A shopper's message as sentences of words, with typos in command words put right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.offline.vocabulary import COMMAND_WORDS, CONTRACTIONS, MEANT

_LONGEST, _MOST_WORDS = 2_000, 200
_COMMANDS = tuple(sorted(COMMAND_WORDS))
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_EDGE = ' \t,.!?;:()[]{}<>"“”„«»*_`~|…'
_MONEY = re.compile(r"([€$£])?(\d[\d.,]*)(k|x|€|\$|£|eur|usd|gbp)?\+?", re.IGNORECASE)
_RANGE = re.compile(r"([€$£]?\d[\d.,]*)[-–—]([€$£]?\d[\d.,]*(?:€|\$|£|eur)?)", re.IGNORECASE)
_CURRENCY_MARKS = "€$£"


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is lower case and repaired; `raw` is as written; `comma` says that one followed."""

    text: str
    raw: str
    comma: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    words: tuple[Word, ...]
    question: bool = False


def sentences(message: str) -> tuple[Sentence, ...]:
    """At most 200 words of the first 2,000 characters."""
    found: list[Sentence] = []
    words: list[Word] = []
    for chunk in message[:_LONGEST].replace("’", "'").replace("\n", " ; ").split()[:_MOST_WORDS]:
        words.extend(_words(chunk))
        end = chunk.rstrip("\"')”")[-1:]
        if end in ("?", "!", ";", ".") and chunk.lower() not in ("no.", "nr."):
            found.append(Sentence(tuple(words), end == "?"))
            words = []
    found.append(Sentence(tuple(words)))
    return tuple(sentence for sentence in found if sentence.words)


def texts(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


def phrase(words: tuple[Word, ...]) -> str:
    """The words as written, joined by spaces."""
    return " ".join(word.raw for word in words)


def _words(chunk: str) -> Iterator[Word]:
    comma = chunk.endswith(",")
    core = chunk.strip(_EDGE + "'")
    if chunk.startswith("#") and core[1:].isdigit():
        core = core[1:]
        yield Word("number", "number")
    if (pair := _RANGE.fullmatch(core)) and any(mark in core for mark in (*_CURRENCY_MARKS, "eur", "EUR")):
        parts = [*_words(pair[1]), Word("to", "to"), *_words(pair[2])]
    elif (money := _MONEY.fullmatch(core)) and (money[1] or money[3]):
        parts = [Word(piece.lower(), piece) for piece in (money[1], money[2], money[3]) if piece]
    elif core.lower() in CONTRACTIONS:
        parts = [Word(piece, piece) for piece in CONTRACTIONS[core.lower()]]
    elif core in ("<", ">", "<=", ">=", "&", "+") or any(letter.isalnum() for letter in core):
        parts = [Word(repaired(core.lower()), core)]
    elif chunk in ("<", ">", "<=", ">="):
        parts = [Word(chunk, chunk)]
    else:
        parts = []
    if chunk.endswith("+") and parts and parts[-1].text[:1].isdigit():
        parts.append(Word("+", "+"))
    if parts and comma:
        parts[-1] = replace(parts[-1], comma=True)
    yield from parts


def repaired(word: str) -> str:
    """The command word that `word` misspells by one slip, or `word`.

    Slips are a swapped pair, a letter missing, doubled or extra, and a neighbouring key. Any other letter is taken as
    meant, so that a remote stays a remote and does not become "remove".
    """
    if len(word) < 4 or word in MEANT or not word.isascii() or not word.isalpha():
        return word
    return next((known for known in _COMMANDS if _one_slip(word, known)), word)


def _one_slip(word: str, known: str) -> bool:
    if len(known) < 4 or word[0] != known[0] or abs(len(word) - len(known)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    if len(word) == len(known):
        swapped = word[at : at + 2] == known[at : at + 2][::-1] and word[at + 2 :] == known[at + 2 :]
        return swapped or (len(known) > 4 and word[at + 1 :] == known[at + 1 :] and _adjacent(word[at], known[at]))
    if len(known) < 5:
        return False
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    return longer[at + 1 :] == shorter[at:]


def _adjacent(a: str, b: str) -> bool:
    places = [(row, line.find(letter)) for letter in (a, b) for row, line in enumerate(_ROWS) if letter in line]
    return len(places) == 2 and all(abs(one - other) <= 1 for one, other in zip(*places, strict=True))


def stem(word: str) -> str:
    """Singular enough to compare a wish with a name: jackets and jacket, knives and knife, dishes and dish."""
    word = word.lower().removesuffix("'s")
    for ending, instead in (
        ("ies", "y"),
        ("ives", "ife"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("xes", "x"),
        ("sses", "ss"),
    ):
        if len(word) > len(ending) + 1 and word.endswith(ending):
            return word[: -len(ending)] + instead
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
