"""Values of a product feed, in the several forms that feeds give them, made plain."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from storage.errors import Invalid
from storage.money import parse
from storage.products import Specification
from storage.text import storable

_T = TypeVar("_T")

_SOLD_OUT = frozenset({"out_of_stock", "out of stock", "out-of-stock", "discontinued", "false", "no", "0"})
_PRICE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Z]{3})?")
_INSIDE = ("plain", "markdown", "html", "value", "name")
_TYPED = re.compile(r"[a-z]_\w")


class BadRow(Invalid):
    """A row of a file that cannot become a product; `field` says which part of it."""


def text(value: object) -> str:
    """Plain words of a text, a number, or an object such as {"plain": ..., "html": ...}."""
    match value:
        case None:
            return ""
        case Mapping():
            return next((text(value[key]) for key in _INSIDE if key in value), "")
        case str() | int() | float():
            return storable(str(value)).strip()
        case _:
            raise BadRow(f"{value!r:.60} is not a text")


def words(value: object, separator: str) -> tuple[str, ...]:
    items = value if isinstance(value, list) else text(value).split(separator)
    return tuple(word for item in items if (word := text(item)))


def number(value: object) -> Decimal:
    try:
        given = Decimal(text(value))
    except InvalidOperation:
        raise BadRow(f"{value!r:.60} is not a number") from None
    if not given.is_finite():
        raise BadRow(f"{value!r:.60} is not a finite number")
    return given


def whole(value: object) -> int:
    given = number(value)
    if given != given.to_integral_value() or not 0 <= given < 2**31:
        raise BadRow(f"{value!r:.60} is not a whole number of at least 0")
    return int(given)


def specification(value: object) -> Specification | None:
    match value:
        case bool() | int():
            return value
        case float():
            return int(value) if value.is_integer() else value if math.isfinite(value) else None
        case list():
            return ", ".join(words(value, ","))
        case _:
            return text(value) or None


def specifications(value: object) -> dict[str, Specification]:
    """A flat object; a list of {"name", "value"} too. Names like `t_screen_size` lose the letter of their type."""
    if isinstance(value, list):
        value = {text(item.get("name")): item.get("value") for item in value if isinstance(item, dict)}
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadRow("is neither an object nor a list of names and values")
    typed = all(_TYPED.match(str(key)) for key in value)
    found: dict[str, Specification] = {}
    for key, raw in value.items():
        label = storable(re.sub(r"[\s_]+", " ", str(key)[2:] if typed else str(key))).strip()
        said = specification(raw)
        if label and said is not None:
            found.setdefault(label, said)
    return found


def image(value: object) -> tuple[str | None, str | None]:
    """Address and alternative text of the first image."""
    if isinstance(value, list):
        images = [item for item in value if not isinstance(item, dict) or item.get("type", "image") == "image"]
        value = images[0] if images else None
    if isinstance(value, Mapping):
        return text(value.get("url")) or None, text(value.get("alt_text")) or None
    return text(value) or None, None


def category(value: object) -> tuple[str, ...]:
    """The path of a category from the root: "A > B > C", a list of names, or a list of {"value": path}."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = text(value[0])
    return words(value, ">")


def available(value: object) -> bool:
    """Whether a word, a flag or an object {"available": ..., "status": ...} says that it can be bought."""
    if isinstance(value, Mapping):
        value = value.get("available", value.get("status"))
    return text(value).lower() not in _SOLD_OUT


def amount(value: object, currency: str) -> tuple[int, str]:
    """Minor units and currency of "79.99", "79.99 USD", 79.99 or {"amount": minor units, "currency": ...}."""
    if isinstance(value, Mapping):
        return whole(value.get("amount")), text(value.get("currency")) or currency
    match = _PRICE.fullmatch(text(value))
    if match is None:
        raise BadRow(f"{value!r:.60} is not a price such as 79.99 or 79.99 USD")
    return parse(match[1], match[2] or currency).amount, match[2] or currency


def checked(name: str, convert: Callable[[object], _T], value: object) -> _T:
    """`convert(value)`; what it refuses is refused in the name of the field."""
    try:
        return convert(value)
    except Invalid as error:
        raise BadRow(error.detail, field=name) from error
