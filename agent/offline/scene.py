"""What a script may look at, and the calls it makes in the shape this request's tools take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import orjson

from agent.offline.memory import Memory
from agent.offline.script import Call, call
from agent.offline.shop import Card
from agent.offline.wire import Toolbox
from agent.offline.wish import Wish

_MOST_RESULTS = 20


@dataclass(frozen=True, slots=True)
class Scene:
    memory: Memory
    tools: Toolbox

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of the last list shown, by product id."""
        return numbers(self.memory.listed)

    def search(self, wish: Wish, limit: int | None = None) -> Call:
        """`limit` None leaves the number of results to the tool."""
        if limit is not None:
            limit = min(limit, self.tools.limits.get("search_products", _MOST_RESULTS))
        made = call(
            "search_products",
            query=wish.query or wish.brand or "",
            brand=wish.brand,
            min_price=_plain(wish.prices.least),
            max_price=_plain(wish.prices.most),
            in_stock=wish.in_stock,
            limit=limit,
        )
        known = self.tools.arguments.get("search_products")
        given = orjson.loads(made.arguments)
        return call(made.name, **{name: value for name, value in given.items() if known is None or name in known})


def numbers(cards: tuple[Card, ...]) -> Mapping[str, int]:
    return {card.product_id: number for number, card in enumerate(cards, 1)}


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
