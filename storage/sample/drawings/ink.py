"""The colours a drawing is made with: one product colour and the shades derived from it."""

from __future__ import annotations

from dataclasses import dataclass

NAMED = {
    "black": "#33373d",
    "graphite": "#535a63",
    "grey": "#9aa1a8",
    "silver": "#bcc4cb",
    "steel": "#b3bdc6",
    "white": "#f7f7f4",
    "cream": "#f0e4cb",
    "sand": "#d9c29a",
    "brown": "#8a5a3b",
    "walnut": "#7a5138",
    "oak": "#c99c63",
    "copper": "#bd7b4e",
    "red": "#c8433f",
    "rust": "#b5593a",
    "orange": "#e2803a",
    "mustard": "#d6a434",
    "yellow": "#ecc649",
    "lime": "#a8c64a",
    "moss": "#7c8b4a",
    "forest": "#3f6b4f",
    "teal": "#2f7f83",
    "turquoise": "#43aeb0",
    "glass": "#b9d9e2",
    "sky": "#76b4dd",
    "blue": "#3f6fb5",
    "navy": "#31456f",
    "violet": "#7e64ad",
    "plum": "#7d3f63",
    "pink": "#e08fae",
    "coral": "#e67462",
}

WHITE = "#ffffff"
CHARCOAL = "#2b2f36"
STEEL = "#c3cad0"
STEEL_DARK = "#8d969f"
STEEL_LIGHT = "#e6eaed"
WOOD = "#c99f6b"
WOOD_DARK = "#a2784a"
GLASS = "#cfe5ec"
COFFEE = "#5a3a2a"
GOLD = "#e0b34a"
PAPER = "#fbf8f0"
GLOW = "#fff1b8"


@dataclass(frozen=True, slots=True)
class Ink:
    """Fills as `#rrggbb`: `base` is the product's colour, the others are lighter or darker steps of it."""

    base: str
    dark: str
    deep: str
    light: str
    pale: str
    ground: str

    @classmethod
    def of(cls, colour: str) -> Ink:
        """The shades of a named colour. Raises KeyError for a name that is not in `NAMED`."""
        base = NAMED[colour]
        channels = _channels(base)
        near_white = sum(channels) > 670
        plain = max(channels) - min(channels) < 24
        return cls(
            base=base,
            dark=mix(base, "#1d2430", 0.18 if near_white else 0.25),
            deep=mix(base, "#1d2430", 0.48),
            light=mix(base, WHITE, 0.35),
            pale=mix(base, WHITE, 0.7),
            ground="#dde5ea" if near_white else "#efebe2" if plain else mix(base, WHITE, 0.84),
        )


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` in it."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
