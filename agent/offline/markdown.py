"""Text of strangers inside Markdown: shown as written, with no effect."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|!~$&])")
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|javascript:|data:)\S*", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")


def plain(text: str, limit: int = 240) -> str:
    """One line of at most `limit` characters before escaping; links and addresses are taken out."""
    shown = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text[: 10 * limit])
    shown = _ADDRESS.sub("(address left out)", _LINK.sub("(link left out)", shown))
    shown = " ".join(shown.split())
    if len(shown) > limit:
        shown = f"{shown[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"
    return _SPECIAL.sub(r"\\\1", shown)


def bold(text: str) -> str:
    return f"**{plain(text, 120) or 'a product without a name'}**"


def said(text: str) -> str:
    """A shopper's own words, quoted."""
    return f"“{plain(text, 80)}”"


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells must be escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def listing(names: Sequence[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {joint} ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def sentences_of(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(" ".join(text.split())) if sentence]
