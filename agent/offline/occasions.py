"""What a shopkeeper knows to go together: the things for an occasion, told by a word of it."""

from __future__ import annotations

from collections.abc import Mapping

from agent.offline.tables import phrase_table, word_set
from agent.offline.words import stem


def _things(text: str) -> tuple[str, ...]:
    return tuple(" ".join(words) for words in phrase_table(text))


_OCCASIONS: tuple[tuple[str, str], ...] = (
    ("hike hiking trek trekking walk mountain mountains", "backpack, hiking boot, rain jacket, trekking poles"),
    ("camping camp campsite tent", "tent, sleeping bag, sleeping mat, camp stove"),
    ("running run jogging marathon", "running shoe, running shirt, running socks"),
    ("coffee espresso barista", "coffee grinder, coffee dripper, kettle, coffee filters"),
    ("tea", "teapot, kettle, cup"),
    ("baking bread cake", "baking tin, mixing bowl, rolling pin"),
    ("cooking kitchen", "frying pan, saucepan, kitchen knife, chopping board"),
    ("dinner table", "plates, glasses, napkins"),
    ("office desk workplace workspace", "desk lamp, keyboard, mouse, monitor"),
    ("travel travelling commute trip", "bag, headphones, charger"),
)
_KNOWN: Mapping[str, tuple[str, ...]] = {
    word: _things(things) for words, things in _OCCASIONS for word in word_set(words)
}


def things_for(theme: str) -> tuple[str, ...]:
    """What to look for; empty for an occasion that is not known."""
    words = [word.lower().strip("'\".,") for word in theme.split()]
    return next((_KNOWN[known] for word in words for known in (word, stem(word)) if known in _KNOWN), ())
