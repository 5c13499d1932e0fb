"""What the shopkeeper remembers of a chat: all of it comes from the tool results in the messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import orjson

from agent.offline.amounts import Prices
from agent.offline.intents import More, Refine, Search, ShowCart
from agent.offline.script import Call, Done, Log
from agent.offline.shop import Card, Cart, Item, Suggested, amount, each, one
from agent.offline.understand import understand
from agent.offline.wire import Turn
from agent.offline.wish import Wish
from agent.offline.words import stem


@dataclass(frozen=True, slots=True)
class Memory:
    """`listed`: the last list shown, in its order; `seen`: every product by id, oldest first; `focus`: spoken of last.

    `searches` are those of the last turn that searched, with the limit each had (None: the tool's own); `longer` is
    the last list of a search, for "the third" after two products were compared. `suggested`: the carts put together,
    until other products are shown.
    """

    listed: tuple[Card, ...] = ()
    longer: tuple[Card, ...] = ()
    seen: Mapping[str, Card] = field(default_factory=dict)
    focus: tuple[Card, ...] = ()
    cart: Cart | None = None
    cart_shown_last: bool = False
    searches: tuple[Wish, ...] = ()
    suggested: tuple[Suggested, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The words of the names seen, in singular."""
        text = " ".join(f"{card.name} {card.brand}" for card in self.seen.values())
        return frozenset(stem(word.strip("()[],.;:!?\"'")) for word in text.split()) - {""}

    def cards(self, product_ids: Iterable[str]) -> tuple[Card, ...]:
        return tuple(self.seen[product_id] for product_id in dict.fromkeys(product_ids) if product_id in self.seen)


def remember(turns: Iterable[Turn]) -> Memory:
    memory = Memory()
    before: tuple[Wish, ...] = ()
    for turn in turns:
        memory = after(memory, turn.log)
        if any(call.name == "search_products" for call, _ in turn.log):
            memory = replace(memory, searches=_still_refused(memory.searches, turn.text, before))
        before = memory.searches
        if _viewed_only(turn) and any(isinstance(intent, ShowCart) for intent in understand(turn.text)):
            memory = replace(memory, cart_shown_last=memory.cart is not None)
    return memory


def _still_refused(searches: tuple[Wish, ...], text: str, before: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What is refused stands in no call: it is read from the message, and kept while the search is narrowed down."""
    refused: list[str] = []
    for intent in understand(text):
        match intent:
            case Search(wishes):
                refused += [one for wish in wishes for one in wish.refused]
            case Refine(wish):
                refused += [one for earlier in (*before, wish) for one in earlier.refused]
            case More():
                refused += [one for earlier in before for one in earlier.refused]
            case _:
                pass
    found = tuple(dict.fromkeys(refused))
    return tuple(replace(search, refused=found) for search in searches) if found else searches


def _viewed_only(turn: Turn) -> bool:
    names = {call.name for call, _ in turn.log}
    return "view_cart" in names and "update_cart" not in names


def after(memory: Memory, log: Log) -> Memory:
    """The memory once the calls of one turn have answered."""
    cards = {card.product_id: card for card in _cards(log)}
    in_carts = {card.product_id: card for card in _cart_cards(log)}
    memory = replace(memory, seen={**in_carts, **memory.seen, **cards})
    found = [
        (call, outcome.value) for call, outcome in log if call.name == "search_products" and isinstance(outcome, Done)
    ]
    if found:
        searches = tuple(dict.fromkeys(_wish(call) for call, _ in found))
        memory = replace(memory, searches=searches, focus=(), cart_shown_last=False, suggested=())
    if listed := numbered(value for _, value in found):
        memory = replace(memory, listed=listed, longer=listed, focus=listed if len(listed) == 1 else ())
    for call, outcome in log:
        if isinstance(outcome, Done):
            memory = _after_call(memory, call, outcome.value)
    touched = [_argument(call, "product_id") for call, _ in log if call.name == "update_cart"]
    return replace(memory, focus=memory.cards(touched)) if memory.cards(touched) else memory


def numbered(results: Iterable[Mapping[str, object]]) -> tuple[Card, ...]:
    """The products of a turn's searches in the order of their numbers in the answer."""
    cards = {card.product_id: card for value in results for card in each(Card, value.get("products"))}
    return tuple(cards.values())


def _after_call(memory: Memory, call: Call, value: Mapping[str, object]) -> Memory:
    match call.name:
        case "get_product":
            card = one(Card, value)
            return replace(memory, focus=(memory.seen[card.product_id],), cart_shown_last=False) if card else memory
        case "compare_products":
            cards = memory.cards(card.product_id for card in each(Card, value.get("products")))
            if not cards:
                return memory
            return replace(memory, listed=cards, focus=cards, cart_shown_last=False, suggested=())
        case "recommend_products":
            found = memory.cards(card.product_id for card in each(Card, value.get("products")))
            return replace(memory, listed=found, longer=found, focus=(), suggested=()) if found else memory
        case "get_reviews" | "update_wishlist":
            cards = memory.cards([_argument(call, "product_id")])
            return replace(memory, focus=cards, cart_shown_last=False) if cards else memory
        case "suggest_carts":
            suggested = each(Suggested, value.get("suggestions"))
            cards = memory.cards(item.product_id for cart in suggested for item in cart.items)
            return replace(memory, suggested=suggested, listed=cards, longer=cards, focus=()) if suggested else memory
        case "accept_cart":
            cart = one(Cart, value.get("cart"))
            return replace(memory, cart=cart) if cart else memory
        case "view_cart" | "update_cart":
            cart = one(Cart, value)
            return replace(memory, cart=cart) if cart else memory
        case _:
            return memory


def _cards(log: Log) -> Iterator[Card]:
    for call, outcome in log:
        if isinstance(outcome, Done):
            match call.name:
                case "search_products" | "compare_products" | "recommend_products":
                    yield from each(Card, outcome.value.get("products"))
                case "get_product":
                    yield from each(Card, [outcome.value])


def _cart_cards(log: Log) -> Iterator[Card]:
    for call, outcome in log:
        if isinstance(outcome, Done):
            for cart in _carts(call, outcome.value):
                yield from (cart_card(item, cart) for item in cart.items)


def _carts(call: Call, value: Mapping[str, object]) -> tuple[Cart, ...]:
    match call.name:
        case "view_cart" | "update_cart":
            return each(Cart, [value])
        case "accept_cart":
            return each(Cart, [value.get("cart")])
        case "suggest_carts":
            return each(Suggested, value.get("suggestions"))
        case _:
            return ()


def cart_card(item: Item, cart: Cart) -> Card:
    return Card(
        product_id=item.product_id, name=item.name, price=item.unit_price, currency=cart.currency, stock=item.stock
    )


def _argument(call: Call, name: str) -> str:
    return str(orjson.loads(call.arguments).get(name, ""))


def _wish(call: Call) -> Wish:
    """The wish behind a search of ours."""
    given = orjson.loads(call.arguments)
    brand, in_stock = given.get("brand"), given.get("in_stock")
    return Wish(
        query=str(given.get("query", "")),
        brand=brand if isinstance(brand, str) else None,
        prices=Prices(_decimal(given.get("min_price")), _decimal(given.get("max_price"))),
        in_stock=in_stock if isinstance(in_stock, bool) else None,
    )


def _decimal(value: object) -> Decimal | None:
    return amount(str(value)) if value is not None else None
