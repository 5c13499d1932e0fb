"""A shop of carts and orders in memory, as small as can be: after every step the real one must be in the same state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, assert_never

# Sessions 0 and 1 are two of one shopper, session 2 is another one's.
USERS = (0, 0, 1)
# The store of each product.
STORES = (0, 0, 0, 1, 1)
MOST = 99


@dataclass(frozen=True, slots=True)
class Put:
    """So many pieces of a product into the own cart; `seen` is the version that the cart must have."""

    session: int
    product: int
    quantity: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Clear:
    session: int
    store: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Suggest:
    session: int
    store: int
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Accept:
    session: int
    suggestion: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    session: int
    suggestion: int


@dataclass(frozen=True, slots=True)
class Place:
    """The own cart becomes an order; `seen` is the version that the cart must have."""

    session: int
    store: int
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    session: int
    order: int


@dataclass(frozen=True, slots=True)
class Stock:
    """What the store does: the product as it is from now on."""

    product: int
    price: int
    discount: int
    stock: int
    active: bool


Step = Put | Clear | Suggest | Accept | Dismiss | Place | Cancel | Stock


class Refused(Exception):
    """A step changes nothing; `args[0]` is the code of the error."""


@dataclass(slots=True)
class Goods:
    price: int = 1_000
    discount: int = 0
    stock: int = 5
    active: bool = True

    @property
    def pays(self) -> int:
        exact = Decimal(self.price) * (100 - self.discount) / 100
        return int(exact.to_integral_value(ROUND_HALF_UP))


@dataclass(slots=True)
class OwnCart:
    """`items`: quantity and price when put there, by product."""

    version: int = 1
    items: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Suggestion:
    """`taken`: pieces taken and why not all, by product, once it was accepted."""

    user: int
    store: int
    items: dict[int, tuple[int, int]]
    outcome: Literal["accepted", "dismissed"] | None = None
    taken: dict[int, tuple[int, str | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Order:
    """`items`: quantity and price as they were, by product."""

    user: int
    items: dict[int, tuple[int, int]]
    status: Literal["pending", "cancelled"] = "pending"


@dataclass(slots=True)
class ReferenceShop:
    """`told` counts the rows of the audit log and of the interactions by what they say."""

    goods: list[Goods] = field(default_factory=lambda: [Goods() for _ in STORES])
    carts: dict[tuple[int, int], OwnCart] = field(default_factory=dict)
    suggestions: list[Suggestion] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def after(self, step: Step) -> tuple[ReferenceShop, str]:
        """The shop after a step and what the step answers with: `ok` or the code of a refusal."""
        then = deepcopy(self)
        try:
            then._do(step)
        except Refused as refused:
            return self, str(refused.args[0])
        return then, "ok"

    def _do(self, step: Step) -> None:
        match step:
            case Put():
                self._put(step)
            case Clear():
                self._clear(step)
            case Suggest():
                self._suggest(step)
            case Accept():
                self._accept(step)
            case Dismiss():
                self._dismiss(step)
            case Place():
                self._place(step)
            case Cancel():
                self._cancel(step)
            case Stock(product, price, discount, stock, active):
                self.goods[product] = Goods(price, discount, stock, active)
            case _:
                assert_never(step)

    def _put(self, step: Put) -> None:
        goods, cart = self.goods[step.product], self._own(step.session, STORES[step.product], step.seen)
        if step.quantity and not goods.active:
            raise Refused("not-for-sale")
        if step.quantity > goods.stock:
            raise Refused("out-of-stock")
        before = cart.items.get(step.product)
        after = (step.quantity, goods.pays) if step.quantity else None
        if before == after:
            return
        cart.version += 1
        self.told["set_quantity"] += 1
        self._move(cart, step.product, after)

    def _clear(self, step: Clear) -> None:
        cart = self._own(step.session, step.store, step.seen)
        if cart.items:
            cart.version += 1
            self.told["clear"] += 1
        for product in list(cart.items):
            self._move(cart, product, None)

    def _suggest(self, step: Suggest) -> None:
        items = dict(step.items)
        for product, quantity in items.items():
            goods = self.goods[product]
            if STORES[product] != step.store or not goods.active or goods.stock < quantity:
                raise Refused("not-found")
        priced = {product: (quantity, self.goods[product].pays) for product, quantity in items.items()}
        self.suggestions.append(Suggestion(USERS[step.session], step.store, priced))
        self.told["suggest"] += 1

    def _accept(self, step: Accept) -> None:
        suggestion = self._suggested(step.session, step.suggestion)
        if suggestion.outcome == "dismissed":
            raise Refused("suggestion-closed")
        cart = self._own(step.session, suggestion.store, None)
        if suggestion.outcome == "accepted":
            return
        suggestion.taken = {product: self._takes(cart, suggestion, product) for product in suggestion.items}
        if not any(taken for taken, _ in suggestion.taken.values()):
            raise Refused("out-of-stock")
        for product, (taken, _) in suggestion.taken.items():
            if taken:
                held = cart.items.get(product, (0, 0))[0]
                self._move(cart, product, (held + taken, self.goods[product].pays))
        cart.version += 1
        suggestion.outcome = "accepted"
        self.told.update(("accept_suggested", "accepted", "suggested_cart_accepted"))

    def _takes(self, cart: OwnCart, suggestion: Suggestion, product: int) -> tuple[int, str | None]:
        goods, (wanted, _) = self.goods[product], suggestion.items[product]
        held = cart.items.get(product, (0, 0))[0]
        if not goods.active:
            return 0, "not-for-sale"
        if goods.stock == 0:
            return 0, "out-of-stock"
        taken = max(0, min(held + wanted, goods.stock, MOST) - held)
        if taken == wanted:
            return taken, None
        return taken, "too-few" if goods.stock < min(held + wanted, MOST) else "too-many"

    def _dismiss(self, step: Dismiss) -> None:
        suggestion = self._suggested(step.session, step.suggestion)
        if suggestion.outcome == "accepted":
            raise Refused("suggestion-closed")
        if suggestion.outcome is None:
            suggestion.outcome = "dismissed"
            self.told.update(("dismissed", "suggested_cart_dismissed"))

    def _place(self, step: Place) -> None:
        key = (USERS[step.session], step.store)
        if key not in self.carts:
            raise Refused("not-found")
        cart = self.carts[key]
        if step.seen not in (None, cart.version):
            raise Refused("stale-cart")
        if not cart.items:
            raise Refused("empty-cart")
        for product, (quantity, _) in cart.items.items():
            goods = self.goods[product]
            if not goods.active:
                raise Refused("not-for-sale")
            if goods.stock < quantity:
                raise Refused("out-of-stock")
        bought = {product: (quantity, self.goods[product].pays) for product, (quantity, _) in cart.items.items()}
        for product, (quantity, _) in bought.items():
            self.goods[product].stock -= quantity
        self.orders.append(Order(key[0], bought))
        del self.carts[key]
        self.told["place"] += 1
        self.told["purchase"] += len(bought)

    def _cancel(self, step: Cancel) -> None:
        if step.order >= len(self.orders) or self.orders[step.order].user != USERS[step.session]:
            raise Refused("not-found")
        order = self.orders[step.order]
        if order.status != "pending":
            raise Refused("wrong-status")
        order.status = "cancelled"
        for product, (quantity, _) in order.items.items():
            self.goods[product].stock += quantity
        self.told["cancel"] += 1

    def _own(self, session: int, store: int, seen: int | None) -> OwnCart:
        key = (USERS[session], store)
        if seen is not None:
            if key not in self.carts:
                raise Refused("not-found")
            if self.carts[key].version != seen:
                raise Refused("stale-cart")
        return self.carts.setdefault(key, OwnCart())

    def _suggested(self, session: int, number: int) -> Suggestion:
        if number >= len(self.suggestions) or self.suggestions[number].user != USERS[session]:
            raise Refused("not-found")
        return self.suggestions[number]

    def _move(self, cart: OwnCart, product: int, after: tuple[int, int] | None) -> None:
        before = cart.items.get(product, (0, 0))[0]
        if after is None:
            cart.items.pop(product, None)
        else:
            cart.items[product] = after
        if (pieces := after[0] if after else 0) != before:
            self.told["add_to_cart" if pieces > before else "remove_from_cart"] += 1

    # What is compared

    def state(self) -> State:
        """Everything that can be seen of the shop."""
        return State(
            carts={key: self._seen(cart) for key, cart in self.carts.items()},
            suggestions=[(one.outcome, tuple(sorted(self._left(one)))) for one in self.suggestions],
            stock=[goods.stock for goods in self.goods],
            orders=[_ordered(one) for one in self.orders],
            told={name: count for name, count in self.told.items() if count},
        )

    def _seen(self, cart: OwnCart) -> SeenCart:
        items = tuple(
            (product, quantity, price, self.goods[product].pays, self._obstacle(product, quantity))
            for product, (quantity, price) in sorted(cart.items.items())
        )
        return cart.version, sum(item[1] * item[3] for item in items if item[4] != "not-for-sale"), items

    def _obstacle(self, product: int, quantity: int) -> str | None:
        goods = self.goods[product]
        if not goods.active:
            return "not-for-sale"
        if goods.stock >= quantity:
            return None
        return "too-few" if goods.stock else "out-of-stock"

    def _left(self, one: Suggestion) -> Iterator[SeenSuggested]:
        for product, (quantity, price) in one.items.items():
            taken, reason = one.taken.get(product, (None, None)) if one.outcome == "accepted" else (None, None)
            yield product, quantity, price, taken, reason


def _ordered(one: Order) -> SeenOrder:
    items = tuple((product, quantity, price) for product, (quantity, price) in sorted(one.items.items()))
    return one.user, one.status, sum(quantity * price for _, quantity, price in items), items


SeenItem = tuple[int, int, int, int, str | None]
"""Product, quantity, price when it was put there, price now, obstacle."""
SeenCart = tuple[int, int, tuple[SeenItem, ...]]
"""Version, total, items."""
SeenSuggested = tuple[int, int, int, int | None, str | None]
"""Product, quantity, price when it was suggested, pieces taken, why not all."""


SeenOrder = tuple[int, str, int, tuple[tuple[int, int, int], ...]]
"""User, status, total, and product, quantity and price of each item."""


@dataclass(frozen=True, slots=True)
class State:
    """A shop as it is seen from outside: own carts by user and store, suggestions, orders, and what was told of it."""

    carts: dict[tuple[int, int], SeenCart]
    suggestions: list[tuple[str | None, tuple[SeenSuggested, ...]]]
    stock: list[int]
    orders: list[SeenOrder]
    told: dict[str, int]
