"""The script that shows a product, or answers a question about it from its own page."""

from __future__ import annotations

from collections.abc import Sequence

from agent.offline.answer import failure, price, stock, titled
from agent.offline.intents import Details
from agent.offline.markdown import bold, bullets, plain, said, sentences_of
from agent.offline.scene import Scene
from agent.offline.script import Done, Outcome, Script, call
from agent.offline.settle import settle
from agent.offline.shop import Card, Detailed, Scalar, one
from agent.offline.words import stem

_MOST, _ROWS = 4, 10
_CARD_WORDS = frozenset(
    {"price", "cost", "costs", "stock", "available", "left", "rating", "rated", "expensive", "good"}
)
_CALLED = {
    "weight": "heavy weigh weighs light",
    "size": "big large small dimensions sizes",
    "height": "tall high",
    "width": "wide",
    "depth": "deep",
    "color": "colour colours colors",
    "power": "powerful strong",
    "noise": "loud",
    "material": "made",
}
_ALSO_CALLED = {word: name for name, words in _CALLED.items() for word in words.split()}
_NEAR = {"size": ("size", "dimension", "capacity", "volume"), "color": ("color", "colour")}


def details(intent: Details, scene: Scene) -> Script:
    settled = yield from settle(intent.references, scene)
    unsettled = [one for one in settled if isinstance(one, str)]
    cards = tuple(dict.fromkeys(card for one in settled if not isinstance(one, str) for card in one))[:_MOST]
    if not cards:
        return unsettled[0]
    outcomes = yield [call("get_product", product_id=card.product_id) for card in cards]
    said_of = [_about(card, outcome, intent.asked) for card, outcome in zip(cards, outcomes, strict=True)]
    return "\n\n".join((*said_of, *unsettled[:1]))


def _about(card: Card, outcome: Outcome, asked: tuple[str, ...]) -> str:
    if not isinstance(outcome, Done):
        return failure(f"look up {bold(card.name)}", outcome)
    product = one(Detailed, outcome.value)
    if product is None:
        return f"The shop's answer about {bold(card.name)} could not be read."
    asked = tuple(word for word in asked if word not in _CARD_WORDS)
    return _answered(product, asked) if asked else _described(product)


def _described(product: Detailed) -> str:
    rated = f"rated {product.rating:g}" if product.rating is not None else ""
    facts = ", ".join(filter(None, (price(product), stock(product), rated)))
    text = plain(product.description or product.summary, 500)
    rows = [f"{plain(name, 60)}: {_value(value)}" for name, value in list(product.specifications.items())[:_ROWS]]
    return "\n\n".join(filter(None, (f"{titled(product)}: {facts}.", text, bullets(rows))))


def _answered(product: Detailed, asked: Sequence[str]) -> str:
    """The specifications and the sentence that speak of what was asked, quoted; or that nothing does."""
    wanted = {stem(_ALSO_CALLED.get(word, word)) for word in asked}
    names = {near for word in wanted for near in _NEAR.get(word, (word,))} | {stem(word) for word in asked}
    rows = [
        f"{plain(name, 60)}: {_value(value)}"
        for name, value in product.specifications.items()
        if names & _stems(name.replace("_", " ")) or (isinstance(value, str) and names & _stems(value))
    ]
    quotes = [
        f"“{plain(sentence)}”"
        for sentence in (*sentences_of(product.summary), *sentences_of(product.description))
        if names & _stems(sentence)
    ]
    if not rows and not quotes:
        return f"The shop's page of {bold(product.name)} ({price(product)}) says nothing about {said(' '.join(asked))}."
    found = bullets((*rows[:_ROWS], *dict.fromkeys(quotes[:2])))
    return f"{bold(product.name)} ({price(product)}), from its page:\n\n{found}"


def _stems(text: str) -> set[str]:
    return {stem(word.strip("()[],.;:!?\"'")) for word in text.lower().replace("-", " ").split()}


def _value(value: Scalar) -> str:
    return "yes" if value is True else "no" if value is False else plain(str(value), 120)
