"""Carts and orders of two shoppers in three sessions against a small shop in memory: any steps, also at once.

Steps and what they do to the reference are in tests/support/reference_shop.py, what they do to the real one in
tests/support/real_shop.py; a new kind of step is a class and a case in each, and a rule here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from storage.database import Database
from tests.support.real_shop import RealShop
from tests.support.reference_shop import (
    STORES,
    USERS,
    Accept,
    Cancel,
    Clear,
    Dismiss,
    Place,
    Put,
    ReferenceShop,
    State,
    Step,
    Stock,
    Suggest,
)

ResultT = TypeVar("ResultT")

SESSIONS = st.integers(0, len(USERS) - 1)
PRODUCTS = st.integers(0, len(STORES) - 1)
STORE = st.integers(0, max(STORES))
# Few values, so that steps meet: stock runs out, a version is seen twice, a cart gets full.
QUANTITIES = st.sampled_from((0, 1, 2, 3, 5, 98))
NUMBERS = st.integers(0, 2)
Choice = type[Accept] | type[Dismiss]
AGAIN: st.SearchStrategy[Choice | None] = st.sampled_from((None, Accept, Dismiss))
ITEMS = st.dictionaries(PRODUCTS, st.sampled_from((1, 2, 4)), min_size=1, max_size=2)
PUTS = st.builds(Put, SESSIONS, PRODUCTS, QUANTITIES)
BUYERS = st.one_of(
    PUTS,
    st.builds(Accept, SESSIONS, NUMBERS),
    st.builds(Dismiss, SESSIONS, NUMBERS),
    st.builds(Clear, SESSIONS, STORE),
    st.builds(Place, SESSIONS, STORE),
    st.builds(Place, SESSIONS, STORE),
    st.builds(Cancel, SESSIONS, NUMBERS),
)


class World:
    """The database, and an event loop to reach it from rules that are no coroutines."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self.database = self.run(Database.open(url, pool_size=2, warm=2))
        self.steps: Counter[str] = Counter()

    def run(self, coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self._loop.run_until_complete(coroutine)

    def close(self) -> None:
        self.run(self.database.close())
        self._loop.close()


class ShopMachine(RuleBasedStateMachine):
    """Each rule takes steps in both shops; afterwards both must look the same.

    No rule has a precondition: which of two steps at once came first is not the same every time, and Hypothesis must
    be able to draw the same rules again.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.real = world.run(RealShop.made(world.database))
        self.reference = ReferenceShop()
        self.seen: dict[tuple[int, int], int] = {}

    def take(self, step: Step) -> None:
        self.reference, expected = self.reference.after(step)
        self.world.steps[f"{type(step).__name__} {expected}"] += 1
        assert self.world.run(self.real.do(step)) == expected, step

    # Shoppers

    @rule(step=PUTS)
    def put(self, step: Put) -> None:
        self.take(step)

    @rule(session=SESSIONS, store=STORE)
    def look(self, session: int, store: int) -> None:
        """A session reads a cart and remembers its version."""
        if (cart := self.reference.carts.get((USERS[session], store))) is not None:
            self.seen[session, store] = cart.version

    @rule(session=SESSIONS, product=PRODUCTS, quantity=QUANTITIES)
    def put_into_what_was_seen(self, session: int, product: int, quantity: int) -> None:
        self.take(Put(session, product, quantity, self.seen.get((session, STORES[product]), 1)))

    @rule(session=SESSIONS, store=STORE, checked=st.booleans())
    def clear(self, session: int, store: int, checked: bool) -> None:
        self.take(Clear(session, store, self.seen.get((session, store), 1) if checked else None))

    @rule(session=SESSIONS, store=STORE, items=ITEMS)
    def suggest(self, session: int, store: int, items: dict[int, int]) -> None:
        at_home = tuple((product, quantity) for product, quantity in items.items() if STORES[product] == store)
        self.take(Suggest(session, store, at_home or tuple(items.items())))

    @rule(session=SESSIONS, number=NUMBERS, then=AGAIN)
    def accept(self, session: int, number: int, then: Choice | None) -> None:
        self._decide(Accept, session, number, then)

    @rule(session=SESSIONS, number=NUMBERS, then=AGAIN)
    def dismiss(self, session: int, number: int, then: Choice | None) -> None:
        self._decide(Dismiss, session, number, then)

    def _decide(self, choice: Choice, session: int, number: int, then: Choice | None) -> None:
        chosen = number % max(len(self.reference.suggestions), 1)
        for each in (choice, then):
            if each is not None:
                self.take(each(session, chosen))

    @rule(session=SESSIONS, number=NUMBERS, checked=st.booleans())
    def place(self, session: int, number: int, checked: bool) -> None:
        """One of the carts with something in it is ordered, by any session of its owner."""
        user, store = self._filled(number)
        session = session if USERS[session] == user else USERS.index(user)
        self.take(Place(session, store, self.seen.get((session, store), 1) if checked else None))

    @rule(session=SESSIONS, number=NUMBERS, twice=st.booleans())
    def cancel(self, session: int, number: int, twice: bool) -> None:
        for _ in range(1 + twice):
            self.take(Cancel(session, number % max(len(self.reference.orders), 1)))

    def _filled(self, number: int) -> tuple[int, int]:
        """The user and the store of one of the carts with something in it; of any, while there is none."""
        filled = [key for key, cart in self.reference.carts.items() if cart.items] or [(0, 0)]
        return filled[number % len(filled)]

    @rule(one=BUYERS, other=BUYERS)
    def at_once(self, one: Step, other: Step) -> None:
        self._at_once(one, other)

    @rule(product=PRODUCTS, stock=st.sampled_from((1, 2)))
    def want_the_last_pieces(self, product: int, stock: int) -> None:
        """Two shoppers have all their store has left in their carts, and order it at the same moment."""
        store, buyers = STORES[product], (0, 2)
        self.take(Stock(product, 1_000, 0, stock, True))
        for session in buyers:
            self.take(Clear(session, store))
            self.take(Put(session, product, stock))
        one, other = (Place(session, store) for session in buyers)
        assert sorted(self._at_once(one, other)) == ["ok", "out-of-stock"]

    def _at_once(self, one: Step, other: Step) -> tuple[str, str]:
        """Two steps in two connections: it must look as if one had come after the other."""

        async def both() -> tuple[str, str]:
            first, second = await asyncio.gather(self.real.do(one), self.real.do(other))
            return first, second

        answers, state = self.world.run(both()), self.world.run(self.real.state())
        note(f"{answers}")
        for first, second in ((one, other), (other, one)):
            between, told_first = self.reference.after(first)
            then, told_second = between.after(second)
            told = (told_first, told_second) if first is one else (told_second, told_first)
            if told == answers and then.state() == state:
                self.reference = then
                return answers
        raise AssertionError(f"{one} and {other} answered {answers} and left {state}, as neither order does")

    # The store

    @rule(
        product=PRODUCTS,
        price=st.sampled_from((0, 1, 999, 1_000, 1_005)),
        discount=st.sampled_from((0, 10, 50, 100)),
        stock=st.sampled_from((200, 5, 4, 1, 0)),
        active=st.sampled_from((True, True, True, False)),
    )
    def stock(self, product: int, price: int, discount: int, stock: int, active: bool) -> None:
        self.take(Stock(product, price, discount, stock, active))

    @rule(session=SESSIONS, product=PRODUCTS, quantity=st.sampled_from((1, 2)), withdrawn=st.booleans())
    def put_too_late(self, session: int, product: int, quantity: int, withdrawn: bool) -> None:
        self._while_closed([product], withdrawn, Put(session, product, quantity))

    @rule(number=NUMBERS, withdrawn=st.booleans())
    def place_too_late(self, number: int, withdrawn: bool) -> None:
        user, store = self._filled(number)
        cart = self.reference.carts.get((user, store))
        self._while_closed(cart.items if cart else (), withdrawn, Place(USERS.index(user), store))

    @rule(number=NUMBERS, withdrawn=st.booleans())
    def accept_too_late(self, number: int, withdrawn: bool) -> None:
        waiting = [at for at, one in enumerate(self.reference.suggestions) if one.outcome is None]
        if waiting:
            chosen = waiting[number % len(waiting)]
            suggestion = self.reference.suggestions[chosen]
            self._while_closed(suggestion.items, withdrawn, Accept(USERS.index(suggestion.user), chosen))

    def _while_closed(self, products: Iterable[int], withdrawn: bool, step: Step) -> None:
        """Products are sold out or withdrawn, then somebody wants them; then they are there again."""
        goods = {product: self.reference.goods[product] for product in products}
        for at, one in goods.items():
            stock, active = (one.stock, False) if withdrawn else (0, one.active)
            self.take(Stock(at, one.price, one.discount, stock, active))
        self.take(step)
        for at, one in goods.items():
            self.take(Stock(at, one.price, one.discount, one.stock, one.active))

    @invariant()
    def both_look_the_same(self) -> None:
        state: State = self.world.run(self.real.state())
        assert state == self.reference.state()


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.close()


@pytest.mark.timeout(400)
def test_the_shop_agrees_with_the_reference(world: World) -> None:
    class InThisWorld(ShopMachine):
        def __init__(self) -> None:
            super().__init__(world)

    # Under 20 s; when it fails, finding the shortest way there may take minutes.
    run_state_machine_as_test(InThisWorld, settings=settings(max_examples=150, stateful_step_count=30))
    # Had the steps never met, they would have proved nothing.
    wanted = {
        "Put ok", "Put out-of-stock", "Put not-for-sale", "Put stale-cart", "Clear ok", "Clear stale-cart",
        "Suggest ok", "Suggest not-found", "Accept ok", "Accept not-found", "Accept suggestion-closed",
        "Accept out-of-stock", "Dismiss ok", "Dismiss suggestion-closed", "Place ok",
        "Place not-found", "Place stale-cart", "Place empty-cart", "Place not-for-sale", "Place out-of-stock",
        "Cancel ok", "Cancel not-found", "Cancel wrong-status",
    }  # fmt: skip
    assert wanted - world.steps.keys() == set()
