"""What products are compared by: the words for it, where it stands, and which end is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.offline.tables import phrase_table
from agent.offline.words import Word, texts


@dataclass(frozen=True, slots=True)
class Aspect:
    """`word` names the winner ("the lightest"); `names` are looked for in the names of specifications."""

    word: str
    names: tuple[str, ...]
    most: bool

    @property
    def on_cards(self) -> bool:
        """A search result shows it: no comparison is needed."""
        return self.names[0] in ("price", "rating")


CHEAPEST = Aspect("cheapest", ("price",), most=False)
DEAREST = Aspect("most expensive", ("price",), most=True)
BEST = Aspect("best rated", ("rating",), most=True)

_SIZE = ("size", "dimension", "diameter", "width", "height", "length", "capacity", "volume", "screen")
_ROWS: tuple[tuple[Aspect, str], ...] = (
    (
        CHEAPEST,
        "cheapest, cheaper, least expensive, less expensive, lowest price, lowest priced, most affordable",
    ),
    (DEAREST, "most expensive, more expensive, priciest, pricier, dearest, dearer, highest price, costliest"),
    (
        BEST,
        "best, better, best rated, better rated, highest rated, higher rated, top rated, most popular, nicest, top",
    ),
    (Aspect("lightest", ("weight",), most=False), "lightest, lighter, weighs less, weighs the least, less heavy"),
    (Aspect("heaviest", ("weight",), most=True), "heaviest, heavier, weighs more, weighs the most"),
    (Aspect("largest", ("capacity", "volume", *_SIZE), most=True), "largest, larger, biggest, bigger"),
    (Aspect("smallest", ("capacity", "volume", *_SIZE), most=False), "smallest, smaller, most compact, more compact"),
    (Aspect("longest", ("length", "long"), most=True), "longest, longer"),
    (Aspect("shortest", ("length", "long"), most=False), "shortest, shorter"),
    (Aspect("tallest", ("height",), most=True), "tallest, taller"),
    (Aspect("widest", ("width",), most=True), "widest, wider"),
    (Aspect("most powerful", ("power", "watt"), most=True), "most powerful, more powerful, strongest, stronger"),
    (Aspect("fastest", ("speed",), most=True), "fastest, faster, quickest, quicker"),
    (Aspect("quietest", ("noise", "sound", "loud"), most=False), "quietest, quieter"),
    (Aspect("warmest", ("temperature", "warm", "fill", "tog"), most=True), "warmest, warmer"),
)
_PHRASES: Mapping[tuple[str, ...], Aspect] = {
    phrase: aspect for aspect, phrases in _ROWS for phrase in phrase_table(phrases)
}
_LONGEST = max(map(len, _PHRASES))


def take_aspect(words: tuple[Word, ...]) -> tuple[Aspect | None, tuple[Word, ...]]:
    """The first aspect named and the words without it."""
    text = texts(words)
    for at in range(len(text)):
        for length in range(_LONGEST, 0, -1):
            if aspect := _PHRASES.get(text[at : at + length]):
                return aspect, words[:at] + words[at + length :]
    return None, words


def is_superlative(words: tuple[Word, ...]) -> bool:
    """Whether the aspect named asks for one end of all ("cheapest") rather than for less or more ("cheaper")."""
    return any(word.text.endswith("est") or word.text in ("best", "most", "top", "least") for word in words)
