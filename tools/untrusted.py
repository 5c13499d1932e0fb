"""Text written by strangers (products, policies, reviews): cut to a length before it reaches a prompt.

It goes out only as a value inside the JSON of a tool's output, never into a prompt's own text.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.text import storable

Scalar = str | int | float | bool

NAME, SUMMARY, DESCRIPTION, PASSAGE, REVIEW = 200, 300, 2_000, 1_500, 600
_SPECIFICATIONS, _KEY, _VALUE = 40, 60, 200


def clipped(text: str, limit: int) -> str:
    """`text` fit to be stored, in at most `limit` characters, with an ellipsis where it was cut."""
    text = storable(text.strip())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def specifications(given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The first 40 specifications, with names and values cut."""
    return {
        clipped(name, _KEY): clipped(value, _VALUE) if isinstance(value, str) else value
        for name, value in list(given.items())[:_SPECIFICATIONS]
    }
