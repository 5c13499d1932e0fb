from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from storage import cart_changes, carts, suggested_carts
from storage.audit import Cause
from storage.carts import Cart, LeftOut
from storage.database import Database
from storage.errors import NotFound, OutOfStock
from storage.people import Person
from storage.products import Product
from storage.stores import Store
from storage.suggested_carts import Accepted, Proposal, SuggestionClosed
from tests.support.factory import change_product, make_message, make_person, make_product, make_store


@dataclass(slots=True)
class Shop:
    """A store, a shopper, an answer to them, and two products: 5 mugs at 10.00 and 2 tents at 90.00."""

    database: Database
    store: Store
    person: Person
    message: UUID
    mug: Product
    tent: Product

    async def suggest(self, mugs: int = 2, tents: int = 1, *, message: UUID | None = None, score: int = 80) -> UUID:
        items = {self.mug.id: mugs, self.tent.id: tents}
        proposal = Proposal(title="For camping", reason="It is all there.", score=score, items=items)
        async with self.database.transaction() as conn:
            cause = Cause(message_id=message or self.message)
            return (await suggested_carts.suggest(conn, self.person, self.store.id, proposal, cause)).id

    async def accept(self, suggestion: UUID, person: Person | None = None) -> Accepted:
        async with self.database.transaction() as conn:
            return await suggested_carts.accept(conn, person or self.person, suggestion, Cause())

    async def dismiss(self, suggestion: UUID, person: Person | None = None) -> Cart:
        async with self.database.transaction() as conn:
            return await suggested_carts.dismiss(conn, person or self.person, suggestion, Cause())

    async def put(self, product: Product, quantity: int) -> None:
        async with self.database.transaction() as conn:
            cart_id = await carts.open_for(conn, self.person, product.id)
            await cart_changes.put(conn, self.person, cart_id, product.id, quantity, Cause())

    async def change(self, product: Product, **columns: int | bool) -> None:
        async with self.database.connection() as conn:
            await change_product(conn, product, **columns)  # type: ignore[arg-type]

    async def own(self) -> dict[str, int]:
        async with self.database.connection() as conn:
            cart = await carts.for_person(conn, self.person, self.store.id)
        return {item.name: item.quantity for item in cart.items} if cart else {}

    async def rows(self, statement: str) -> list[asyncpg.Record]:
        async with self.database.connection() as conn:
            return await conn.fetch(statement)


@pytest.fixture
async def shop(database: Database) -> Shop:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        message = await make_message(conn, person, store)
        mug = await make_product(conn, store, name="Mug", price=1_000, stock=5)
        tent = await make_product(conn, store, name="Tent", price=9_000, stock=2)
    return Shop(database, store, person, message, mug, tent)


def taken(accepted: Accepted) -> dict[str, tuple[int | None, LeftOut | None]]:
    return {item.name: (item.taken, item.left_out) for item in accepted.suggestion.items}


async def test_a_suggestion_stands_beside_the_own_cart_at_the_prices_of_rows(shop: Shop) -> None:
    await shop.put(shop.mug, 1)
    suggestion = await shop.suggest(mugs=2, tents=1, score=88)
    async with shop.database.connection() as conn:
        cart = await carts.get(conn, shop.person, suggestion)
        [own] = await carts.page(conn, shop.person, limit=10)
    assert [(item.name, item.quantity, item.unit_price) for item in cart.items] == [
        ("Mug", 2, 1_000),
        ("Tent", 1, 9_000),
    ]
    assert (cart.total, cart.currency, cart.active) == (11_000, "EUR", True)
    assert cart.suggestion is not None
    assert (cart.suggestion.message_id, cart.suggestion.score) == (shop.message, 88)
    assert (cart.suggestion.title, cart.suggestion.reason, cart.suggestion.outcome) == (
        "For camping",
        "It is all there.",
        None,
    )
    assert own.suggestion is None
    assert await shop.own() == {"Mug": 1}


async def test_what_the_store_cannot_deliver_is_not_suggested(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        elsewhere = await make_product(conn, await make_store(conn))
    for items in ({shop.mug.id: 6}, {shop.mug.id: 1, elsewhere.id: 1}, {uuid4(): 1}):
        proposal = Proposal(title="T", reason="R", score=1, items=items)
        with pytest.raises(NotFound):
            async with shop.database.transaction() as conn:
                await suggested_carts.suggest(conn, shop.person, shop.store.id, proposal, Cause())
    assert await shop.rows("select from carts") == []


async def test_accepting_adds_to_what_is_in_the_cart_at_todays_price(shop: Shop) -> None:
    await shop.put(shop.mug, 2)
    suggestion = await shop.suggest(mugs=3, tents=1)
    await shop.change(shop.mug, price=800)
    accepted = await shop.accept(suggestion)
    assert taken(accepted) == {"Mug": (3, None), "Tent": (1, None)}
    assert [(item.name, item.quantity, item.unit_price) for item in accepted.cart.items] == [
        ("Mug", 5, 800),
        ("Tent", 1, 9_000),
    ]
    assert (accepted.cart.total, accepted.cart.version) == (13_000, 3)
    assert (accepted.suggestion.active, accepted.suggestion.suggestion and accepted.suggestion.suggestion.outcome) == (
        False,
        "accepted",
    )


@pytest.mark.parametrize(
    ("held", "change", "expected"),
    [
        (0, {"stock": 2}, (2, "too-few")),
        (2, {"stock": 4}, (2, "too-few")),
        (3, {"stock": 2}, (0, "too-few")),
        (0, {"stock": 0}, (0, "out-of-stock")),
        (1, {"is_active": False}, (0, "not-for-sale")),
        (3, {"stock": 500}, (3, None)),
    ],
)
async def test_what_could_not_be_taken_is_said(
    shop: Shop, held: int, change: dict[str, int | bool], expected: tuple[int, str | None]
) -> None:
    if held:
        await shop.put(shop.mug, held)
    suggestion = await shop.suggest(mugs=3, tents=1)
    await shop.change(shop.mug, **change)
    accepted = await shop.accept(suggestion)
    assert taken(accepted) == {"Mug": expected, "Tent": (1, None)}
    assert (await shop.own()).get("Mug", 0) == held + expected[0]


async def test_a_cart_never_holds_more_than_its_most_of_one_product(shop: Shop) -> None:
    await shop.change(shop.mug, stock=500)
    await shop.put(shop.mug, 97)
    accepted = await shop.accept(await shop.suggest(mugs=5, tents=1))
    assert taken(accepted)["Mug"] == (2, "too-many")
    assert (await shop.own())["Mug"] == carts.MOST_PIECES


async def test_when_nothing_can_be_taken_it_stays_open(shop: Shop) -> None:
    suggestion = await shop.suggest()
    await shop.change(shop.mug, stock=0)
    await shop.change(shop.tent, is_active=False)
    with pytest.raises(OutOfStock):
        await shop.accept(suggestion)
    assert await shop.own() == {}
    await shop.change(shop.mug, stock=1)
    assert taken(await shop.accept(suggestion)) == {"Mug": (1, "too-few"), "Tent": (0, "not-for-sale")}


async def test_accepting_again_answers_the_same_and_does_nothing(shop: Shop) -> None:
    suggestion = await shop.suggest(mugs=3)
    await shop.change(shop.mug, stock=2)
    first = await shop.accept(suggestion)
    await shop.change(shop.mug, stock=50)
    counts = "select (select count(*) from audit_log), (select count(*) from interactions)"
    [before] = await shop.rows(counts)
    again = await shop.accept(suggestion)
    assert taken(again) == taken(first) == {"Mug": (2, "too-few"), "Tent": (1, None)}
    assert (again.cart.id, again.cart.version) == (first.cart.id, first.cart.version)
    assert await shop.rows(counts) == [before]


async def test_accepted_from_two_tabs_at_once_it_is_taken_once(shop: Shop) -> None:
    suggestion = await shop.suggest(mugs=1, tents=1)
    found = await asyncio.gather(*(shop.accept(suggestion) for _ in range(4)))
    assert {accepted.cart.version for accepted in found} == {2}
    assert await shop.own() == {"Mug": 1, "Tent": 1}


async def test_two_suggestions_accepted_at_once_are_both_taken_within_the_stock(shop: Shop) -> None:
    one, other = await shop.suggest(mugs=3, tents=1), await shop.suggest(mugs=3, tents=1)
    await asyncio.gather(shop.accept(one), shop.accept(other))
    assert await shop.own() == {"Mug": 5, "Tent": 2}


async def test_dismissed_or_accepted_it_is_closed_for_good(shop: Shop) -> None:
    one, other = await shop.suggest(), await shop.suggest()
    dismissed = await shop.dismiss(one)
    assert dismissed.suggestion is not None
    assert (dismissed.active, dismissed.suggestion.outcome) == (False, "dismissed")
    assert await shop.dismiss(one) == dismissed
    await shop.accept(other)
    with pytest.raises(SuggestionClosed, match="dismissed"):
        await shop.accept(one)
    with pytest.raises(SuggestionClosed, match="accepted"):
        await shop.dismiss(other)


async def test_suggestions_are_for_the_person_they_were_made_for(shop: Shop) -> None:
    suggestion = await shop.suggest()
    await shop.put(shop.mug, 1)
    async with shop.database.connection() as conn:
        stranger = await make_person(conn)
        [own] = await carts.own_ids(conn, shop.person)
        with pytest.raises(NotFound):
            await carts.get(conn, stranger, suggestion)
        assert await carts.page(conn, stranger, suggested_by=shop.message, limit=9) == ()
    for refused in (shop.accept(suggestion, stranger), shop.dismiss(suggestion, stranger), shop.accept(own)):
        with pytest.raises(NotFound):
            await refused


async def test_a_suggestion_is_changed_by_nothing_but_its_end(shop: Shop) -> None:
    suggestion = await shop.suggest()
    async with shop.database.transaction() as conn:
        with pytest.raises(carts.CartClosed):
            await carts.hold(conn, shop.person, suggestion)


async def test_another_answer_leaves_the_suggestions_of_the_first_alone(shop: Shop) -> None:
    async with shop.database.connection() as conn:
        other = await make_message(conn, shop.person, shop.store)
    second, best = await shop.suggest(score=60), await shop.suggest(score=90)
    first = [best, second]
    await shop.suggest(message=other)
    await shop.dismiss(second)
    async with shop.database.connection() as conn:
        listed = await carts.page(conn, shop.person, suggested_by=shop.message, limit=9)
        [later] = await carts.page(conn, shop.person, suggested_by=other, limit=9)
        [after] = await carts.page(conn, shop.person, suggested_by=shop.message, after=best, limit=9)
        assert await carts.page(conn, shop.person, suggested_by=shop.message, after=second, limit=9) == ()
    assert [cart.id for cart in listed] == first
    assert after.id == second
    assert [cart.suggestion and (cart.suggestion.score, cart.suggestion.outcome) for cart in listed] == [
        (90, None),
        (60, "dismissed"),
    ]
    assert later.active


async def test_what_becomes_of_it_is_in_the_audit_log_and_the_interactions(shop: Shop) -> None:
    one, other = await shop.suggest(mugs=2, tents=1), await shop.suggest()
    accepted = await shop.accept(one)
    await shop.dismiss(other)
    audited = await shop.rows("select entity_type, entity_id, action, changes from audit_log order by created_at, id")
    assert [(row["entity_type"], row["entity_id"], row["action"]) for row in audited] == [
        ("suggested_cart", one, "suggest"),
        ("suggested_cart", other, "suggest"),
        ("cart", accepted.cart.id, "accept_suggested"),
        ("suggested_cart", one, "accepted"),
        ("suggested_cart", other, "dismissed"),
    ]
    mug, tent = str(shop.mug.id), str(shop.tent.id)
    assert audited[2]["changes"] == {"before": {mug: 0, tent: 0}, "after": {mug: 2, tent: 1, "version": 2}}
    happened = await shop.rows("select event_type, product_id, data from interactions order by created_at, id")
    assert sorted(row["event_type"] for row in happened) == [
        "add_to_cart",
        "add_to_cart",
        "suggested_cart_accepted",
        "suggested_cart_dismissed",
    ]
    [choice] = [row for row in happened if row["event_type"] == "suggested_cart_accepted"]
    assert choice["data"] == {"cart_id": str(one), "message_id": str(shop.message), "score": 80}


async def test_a_suggestion_is_held_in_a_transaction(shop: Shop) -> None:
    suggestion = await shop.suggest()
    async with shop.database.connection() as conn:
        with pytest.raises(RuntimeError, match="transaction"):
            await suggested_carts.accept(conn, shop.person, suggestion, Cause())
