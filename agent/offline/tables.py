"""Word tables written as plain text, so that they stay readable."""

from __future__ import annotations

Phrases = tuple[tuple[str, ...], ...]


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def phrase_table(text: str) -> Phrases:
    """Phrases separated by commas, each as its words."""
    return tuple(tuple(phrase.split()) for phrase in text.split(","))
