from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from storage import addresses, carts, order_placing, orders, payment_methods
from storage.carts import NotForSale
from storage.database import Database
from storage.errors import CartwrightError, NotFound, OutOfStock, StaleCart
from storage.order_placing import AddressMissing, EmptyCart, LeftOut, Placement, PriceChanged, new_number
from storage.payment_methods import InsufficientBalance
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import BERLIN, NO_CAUSE, PARIS, balanced, eur, fill, stock


async def test_a_cart_becomes_an_order(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        tent = await make_product(
            conn, store, name="Tent", sku="T-1", price=10_000, discount_percent=Decimal(20), stock=5
        )
        mug = await make_product(conn, store, name="Mug", price=1_250, stock=3)
        cart_id = await fill(conn, person, [(tent, 2), (mug, 3)])
        placement = Placement(cart_id=cart_id, version=3, expected_total=19_750, shipping=BERLIN)
        order = await order_placing.place(conn, person, placement, NO_CAUSE)

    assert (order.status, order.payment_method, order.payment_status) == ("pending", "manual", "pending")
    assert (order.subtotal, order.tax, order.total, order.currency) == (19_750, 0, 19_750, "EUR")
    assert [(item.name, item.quantity, item.unit_price) for item in order.items] == [
        ("Tent", 2, 8_000),
        ("Mug", 3, 1_250),
    ]
    assert order.items[0].sku == "T-1"
    assert order.shipping_address == order.billing_address == BERLIN
    assert [(row.type, row.amount, row.status, row.kind) for row in order.payments] == [
        ("payment", 19_750, "pending", "manual")
    ]
    assert (await stock(database, tent), await stock(database, mug)) == (3, 0)
    async with database.connection() as conn:
        assert await carts.own_ids(conn, person) == ()
        assert await conn.fetchval("select quantity from purchase_history where product_id = $1", tent.id) == 2
        [entry] = await conn.fetch("select action, changes from audit_log where entity_id = $1", order.id)
    assert (entry["action"], entry["changes"]["after"]["total"]) == ("place", 19_750)


async def test_what_is_not_priced_in_the_stores_currency_is_not_sold(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        cart_id = await fill(conn, person, [(await make_product(conn, store), 1)])
        await conn.execute("update products set currency = 'USD'")
        with pytest.raises(NotForSale):
            await order_placing.place(conn, person, Placement(cart_id=cart_id, shipping=BERLIN), NO_CAUSE)


async def test_items_keep_what_they_were_when_the_product_changes(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000)
        cart_id = await fill(conn, person, [(mug, 1)])
        placed = await order_placing.place(conn, person, Placement(cart_id=cart_id, shipping=BERLIN), NO_CAUSE)
        await conn.execute("update products set name = 'Cup', price = 5000, is_active = false")
        assert (await orders.get(conn, placed.id)).items == placed.items


@pytest.mark.parametrize(
    ("percent", "included", "bill"), [("19", True, (1_000, 160, 1_000)), ("8.25", False, (1_000, 83, 1_083))]
)
async def test_tax_is_the_stores(database: Database, percent: str, included: bool, bill: tuple[int, int, int]) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await conn.execute("update stores set tax_percent = $1, tax_included = $2", Decimal(percent), included)
        mug = await make_product(conn, store, price=500)
        cart_id = await fill(conn, person, [(mug, 2)])
        order = await order_placing.place(conn, person, Placement(cart_id=cart_id, shipping=BERLIN), NO_CAUSE)
    assert (order.subtotal, order.tax, order.total) == bill
    assert order.payments[0].amount == order.total


async def test_a_gift_card_pays_at_once(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000)
        card = await payment_methods.add_gift_card(conn, person.user_id, eur(2_500))
        cart_id = await fill(conn, person, [(mug, 2)])
        placement = Placement(cart_id=cart_id, shipping=BERLIN, payment_method_id=card.id)
        order = await order_placing.place(conn, person, placement, NO_CAUSE)
        assert (order.payment_method, order.payment_status) == ("gift_card", "completed")
        assert (await payment_methods.get(conn, person.user_id, card.id)).balance == 500


async def test_the_default_address_is_used_when_none_is_given(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await addresses.add(conn, person, PARIS)
        cart_id = await fill(conn, person, [(await make_product(conn, store), 1)])
        order = await order_placing.place(conn, person, Placement(cart_id=cart_id, billing=BERLIN), NO_CAUSE)
    assert (order.shipping_address, order.billing_address) == (PARIS, BERLIN)


async def test_what_does_not_hold_any_more_is_refused_and_nothing_is_written(database: Database) -> None:
    async with database.transaction() as conn:
        store, person, other = await make_store(conn), await make_person(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000, stock=3)
        cart_id = await fill(conn, person, [(mug, 2)])
        poor = await payment_methods.add_gift_card(conn, person.user_id, eur(1_999))
        others = await payment_methods.add_gift_card(conn, other.user_id, eur(9_999))
    good = Placement(cart_id=cart_id, shipping=BERLIN)

    async def refused(placement: Placement, error: type[CartwrightError], who: object = None) -> CartwrightError:
        with pytest.raises(error) as raised:
            async with database.transaction() as conn:
                await order_placing.place(conn, other if who is other else person, placement, NO_CAUSE)
        assert type(raised.value) is error
        return raised.value

    await refused(replace(good, version=1), StaleCart)
    await refused(replace(good, expected_total=1_999), PriceChanged)
    await refused(replace(good, shipping=None), AddressMissing)
    await refused(replace(good, payment_method_id=poor.id), InsufficientBalance)
    await refused(replace(good, payment_method_id=others.id), NotFound)
    await refused(replace(good, payment_method_id=uuid4()), NotFound)
    await refused(replace(good, cart_id=uuid4()), NotFound)
    await refused(good, NotFound, other)
    async with database.connection() as conn:
        await change_product(conn, mug, stock=1)
    assert (await refused(good, OutOfStock)).detail == "Only 1 of Mug left; the cart has 2."
    async with database.connection() as conn:
        await change_product(conn, mug, is_active=False, stock=3)
    await refused(good, NotForSale)
    async with database.transaction() as conn:
        await carts.set_quantity(conn, cart_id, mug.id, 0)
    await refused(good, EmptyCart)
    async with database.connection() as conn:
        assert await conn.fetchval("select count(*) from orders") == 0
        assert await conn.fetchval("select count(*) from order_payments") == 0


async def test_a_cart_is_ordered_once(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, stock=10)
        cart_id = await fill(conn, person, [(mug, 2)])

    async def place() -> bool:
        try:
            async with database.transaction() as conn:
                await order_placing.place(conn, person, Placement(cart_id=cart_id, shipping=BERLIN), NO_CAUSE)
        except carts.CartClosed:
            return False
        return True

    assert sorted(await asyncio.gather(*(place() for _ in range(5)))) == [False] * 4 + [True]
    assert await stock(database, mug) == 8


async def test_orders_of_the_same_products_the_other_way_round_never_deadlock(database: Database) -> None:
    async with database.transaction() as conn:
        store = await make_store(conn)
        found = [await make_product(conn, store, name=f"Mug {number}", stock=100) for number in range(4)]
        people = [await make_person(conn) for _ in range(8)]
        cart_ids = [
            await fill(conn, person, [(product, 1) for product in (found if turn % 2 else found[::-1])])
            for turn, person in enumerate(people)
        ]

    async def place(turn: int) -> None:
        async with database.transaction() as conn:
            wanted = Placement(cart_id=cart_ids[turn], shipping=BERLIN)
            await order_placing.place(conn, people[turn], wanted, NO_CAUSE)

    await asyncio.gather(*(place(turn) for turn in range(8)))
    assert [await stock(database, product) for product in found] == [92] * 4


async def test_placing_outside_a_transaction_is_a_mistake_of_ours(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        with pytest.raises(RuntimeError, match="transaction"):
            await order_placing.place(conn, person, Placement(cart_id=uuid4()), NO_CAUSE)


def test_an_order_number_is_read_out_easily_and_never_the_same() -> None:
    numbers = {new_number() for _ in range(1_000)}
    assert len(numbers) == 1_000
    assert all(
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", each) for each in numbers
    )


async def test_an_order_number_that_is_taken_is_drawn_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["SAME", "SAME", "OTHER"])
    monkeypatch.setattr(order_placing, "new_number", lambda: next(drawn))
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
        placed = []
        for _ in range(2):
            cart_id = await fill(conn, person, [(mug, 1)])
            placed.append(
                await order_placing.place(conn, person, Placement(cart_id=cart_id, shipping=BERLIN), NO_CAUSE)
            )
    assert [order.order_number for order in placed] == ["SAME", "OTHER"]


async def test_what_cannot_be_had_is_refused_or_left_out(database: Database) -> None:
    async with database.transaction() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, name="Mug", price=1_000, stock=5)
        tent = await make_product(conn, store, name="Tent", price=9_000, stock=1)
        cart_id = await fill(conn, person, [(mug, 3), (tent, 1)])
        await change_product(conn, mug, stock=2)
        await change_product(conn, tent, is_active=False)
        strict = Placement(cart_id=cart_id, shipping=BERLIN)
        lenient = Placement(cart_id=cart_id, shipping=BERLIN, leave_out=True)
        with pytest.raises(OutOfStock, match="Only 2 of Mug left; the cart has 3"):
            await order_placing.checkout(conn, person, strict)
        found = await order_placing.checkout(conn, person, lenient)
        assert [(item.name, item.quantity) for item in found.items] == [("Mug", 2)]
        assert found.left_out == (LeftOut("Mug", 3, 2), LeftOut("Tent", 1, 0))
        assert found.bill.total == 2_000
        await change_product(conn, mug, stock=0)
        with pytest.raises(OutOfStock, match="Nothing that is in the cart"):
            await order_placing.checkout(conn, person, lenient)
        await change_product(conn, mug, stock=2)
        order = await order_placing.place(conn, person, lenient, NO_CAUSE)
    assert [(item.name, item.quantity) for item in order.items] == [("Mug", 2)]
    assert await stock(database, mug) == 0
    await balanced(database)
