"""Flat pictures of the sample's products: `draw(kind, colour)` gives one self-contained SVG file.

A drawing is a function from an `Ink` (the shades of the product's colour) to SVG elements on a canvas of 400 by 400.
Each family of things has a module, and every module lists its drawings by name in `DRAWINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from storage.sample.drawings import (
    audio,
    bags,
    camping,
    clothing,
    coffee,
    computing,
    desk,
    footwear,
    home,
    kitchen,
    power,
    vessels,
)
from storage.sample.drawings.ink import Ink

SIZE = 400

_FAMILIES = (footwear, clothing, camping, bags, vessels, coffee, kitchen, home, audio, computing, power, desk)

DRAWINGS: Mapping[str, Callable[[Ink], str]] = MappingProxyType(
    {kind: drawing for family in _FAMILIES for kind, drawing in family.DRAWINGS.items()}
)


def draw(kind: str, colour: str) -> bytes:
    """An SVG document, UTF-8. The same arguments always give the same bytes.

    Raises KeyError when the kind or the colour is not known.
    """
    ink = Ink.of(colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" fill="{ink.ground}"/>'
        f"{DRAWINGS[kind](ink)}</svg>"
    ).encode()
