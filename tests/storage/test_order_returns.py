from __future__ import annotations

from decimal import Decimal

import pytest

from storage import order_returns, payment_methods, settlement
from storage.database import Database
from storage.errors import CartwrightError, Invalid, NotFound, OutOfStock
from storage.order_returns import ReturnLine, WrongRefundMethod
from storage.order_rules import possible
from storage.order_status import WrongStatus
from storage.order_swaps import Swap, WrongVariant, pick
from storage.payment_methods import InsufficientBalance
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, balanced, delivered, eur, family, ordered, settled, stock


async def test_a_return_is_paid_back_once_the_goods_are_there(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000, stock=5)
    order = await delivered(database, person, [(mug, 3)])
    await settled(database, order)
    assert possible(order) == ("return", "exchange")
    [item] = order.items
    async with database.transaction() as conn:
        asked = await order_returns.request_return(
            conn, person, order.id, [ReturnLine(item.id, 2)], None, "too small", NO_CAUSE
        )
    assert (asked.status, asked.returns[0].price_difference, len(asked.payments)) == ("return-requested", -2_000, 1)
    assert await stock(database, mug) == 2
    async with database.transaction() as conn:
        done = await order_returns.complete(conn, person, order.id, NO_CAUSE)
        rows = await conn.fetch("select quantity, total_price from purchase_history")
    assert (done.status, done.total, done.items[0].kept) == ("returned", 1_000, 1)
    assert [(row.type, row.amount, row.status) for row in done.payments] == [
        ("payment", 3_000, "completed"),
        ("refund", 2_000, "pending"),
    ]
    assert [tuple(row) for row in rows] == [(1, 1_000)]
    assert await stock(database, mug) == 4
    await balanced(database)


async def test_tax_that_was_added_goes_back_too(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await conn.execute("update stores set tax_percent = $1, tax_included = false", Decimal("8.25"))
        mug = await make_product(conn, store, price=999)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(3_244))
    order = await delivered(database, person, [(mug, 3)], method=gift.id)
    async with database.transaction() as conn:
        lines = [ReturnLine(order.items[0].id, 3)]
        await order_returns.request_return(conn, person, order.id, lines, gift.id, None, NO_CAUSE)
        done = await order_returns.complete(conn, person, order.id, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 3_244
        assert await conn.fetchval("select count(*) from purchase_history") == 0
    assert (done.total, done.tax, done.payment_status) == (0, 0, "refunded")
    await balanced(database)


async def test_a_refund_goes_to_the_orders_method_or_to_a_gift_card(database: Database) -> None:
    async with database.connection() as conn:
        store, person, other = await make_store(conn), await make_person(conn), await make_person(conn)
        mug = await make_product(conn, store)
        account = await payment_methods.add(conn, person.user_id, "paypal")
        others = await payment_methods.add_gift_card(conn, other.user_id, eur(0))
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(0))
    order = await delivered(database, person, [(mug, 1)])
    lines = [ReturnLine(order.items[0].id)]
    for method, error in ((account, WrongRefundMethod), (others, NotFound)):
        with pytest.raises(error):
            async with database.transaction() as conn:
                await order_returns.request_return(conn, person, order.id, lines, method.id, None, NO_CAUSE)
    async with database.transaction() as conn:
        await order_returns.request_return(conn, person, order.id, lines, gift.id, None, NO_CAUSE)
        done = await order_returns.complete(conn, person, order.id, NO_CAUSE)
        # The invoice was not paid, so there is nothing to put on a gift card.
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 0
        await settlement.settle_by_hand(conn, person, done.payments[0].id, None, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 10_000


async def test_returns_that_are_refused(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug, cup = await make_product(conn, store), await make_product(conn, store)
    pending = await ordered(database, person, [(mug, 1)])
    order = await delivered(database, person, [(mug, 2), (cup, 1)])
    mugs = order.items[0].id

    async def refused(order_id: object, lines: list[ReturnLine], error: type[CartwrightError]) -> None:
        with pytest.raises(error) as raised:
            async with database.transaction() as conn:
                await order_returns.request_return(conn, person, order_id, lines, None, None, NO_CAUSE)  # type: ignore[arg-type]
        assert type(raised.value) is error

    await refused(pending.id, [ReturnLine(pending.items[0].id)], WrongStatus)
    await refused(order.id, [], Invalid)
    await refused(order.id, [ReturnLine(mugs, 3)], NotFound)
    await refused(order.id, [ReturnLine(mugs, 2), ReturnLine(mugs, 1)], NotFound)
    await refused(order.id, [ReturnLine(pending.items[0].id)], NotFound)
    async with database.transaction() as conn:
        await order_returns.request_return(conn, person, order.id, [ReturnLine(mugs)], None, None, NO_CAUSE)
    await refused(order.id, [ReturnLine(mugs)], WrongStatus)
    async with database.transaction() as conn:
        with pytest.raises(WrongStatus):
            await order_returns.complete(conn, person, pending.id, NO_CAUSE)


@pytest.mark.parametrize("completed", [True, False])
async def test_an_exchange_sets_aside_and_holds_until_it_is_over(database: Database, completed: bool) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, large = await family(conn, store, 5_000, 6_000)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(2_500))
    order = await delivered(database, person, [(small, 3)])
    await settled(database, order)
    [item] = order.items
    async with database.transaction() as conn:
        swaps = [Swap(item.id, large.id, 2)]
        asked = await order_returns.request_exchange(conn, person, order.id, swaps, gift.id, None, NO_CAUSE)
        held = await payment_methods.get(conn, person.user_id, gift.id)
    assert (asked.status, asked.returns[0].price_difference) == ("exchange-requested", 2_000)
    assert (held.balance, held.held, asked.payment_status) == (2_500, 2_000, "completed")
    assert [await stock(database, each) for each in (small, large)] == [7, 8]
    with pytest.raises(InsufficientBalance):
        async with database.transaction() as conn:
            await payment_methods.pay(conn, gift.id, 501)
    async with database.transaction() as conn:
        end = order_returns.complete if completed else order_returns.turn_down
        done = await end(conn, person, order.id, NO_CAUSE)
        left = await payment_methods.get(conn, person.user_id, gift.id)
        bought = await conn.fetch("select product_id, quantity from purchase_history order by quantity")
    assert (left.balance, left.held) == ((500 if completed else 2_500), 0)
    if completed:
        assert (done.status, done.total) == ("exchanged", 17_000)
        assert [tuple(row) for row in bought] == [(small.id, 1), (large.id, 2)]
        assert [await stock(database, each) for each in (small, large)] == [9, 8]
    else:
        assert (done.status, done.total, done.payment_status) == ("delivered", 15_000, "completed")
        assert [await stock(database, each) for each in (small, large)] == [7, 10]
        assert possible(done) == ("return", "exchange")
    await balanced(database)


async def test_an_exchange_for_something_cheaper_or_the_same_is_paid_back_or_free(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, large = await family(conn, store, 5_000, 4_000)
    order = await delivered(database, person, [(small, 2)])
    swaps = [Swap(order.items[0].id, large.id), Swap(order.items[0].id, small.id)]
    async with database.transaction() as conn:
        await order_returns.request_exchange(conn, person, order.id, swaps, None, "broken", NO_CAUSE)
        done = await order_returns.complete(conn, person, order.id, NO_CAUSE)
    assert (done.total, [(row.type, row.amount) for row in done.payments]) == (
        9_000,
        [("payment", 10_000), ("refund", 1_000)],
    )
    assert [await stock(database, each) for each in (small, large)] == [9, 9]
    await balanced(database)


async def test_exchanges_that_are_refused(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, gone, dear = await family(conn, store, 5_000, 5_000, 9_000)
        [stranger] = await family(conn, store, 5_000)
        await change_product(conn, gone, stock=0)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(3_999))
    pending = await ordered(database, person, [(small, 1)])
    order = await delivered(database, person, [(small, 1)])
    item = order.items[0].id

    async def refused(order_id: object, swap: Swap, error: type[CartwrightError]) -> None:
        with pytest.raises(error) as raised:
            async with database.transaction() as conn:
                await order_returns.request_exchange(conn, person, order_id, [swap], gift.id, None, NO_CAUSE)  # type: ignore[arg-type]
        assert type(raised.value) is error

    await refused(pending.id, Swap(pending.items[0].id, dear.id), WrongStatus)
    await refused(order.id, Swap(item, gone.id), OutOfStock)
    await refused(order.id, Swap(item, stranger.id), WrongVariant)
    await refused(order.id, Swap(item, dear.id), InsufficientBalance)


async def test_items_are_picked_by_their_products_one_a_piece(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug, cup = await make_product(conn, store), await make_product(conn, store)
    order = await ordered(database, person, [(mug, 2), (cup, 1)])
    mugs, cups = (item.id for item in order.items)
    assert pick(order, [mug.id, cup.id, mug.id]) == (mugs, cups, mugs)
    for wrong in ([cup.id, cup.id], [store.id]):
        with pytest.raises(NotFound):
            pick(order, wrong)
