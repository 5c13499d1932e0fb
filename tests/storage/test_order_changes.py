from __future__ import annotations

import pytest

from storage import order_cancelling, order_changes, payment_methods
from storage.database import Database
from storage.errors import CartwrightError, NotFound, OutOfStock
from storage.order_changes import SamePaymentMethod
from storage.order_rules import AlreadyChanged, possible
from storage.order_swaps import Swap, WrongVariant
from storage.payment_methods import InsufficientBalance
from tests.support.factory import change_product, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, PARIS, balanced, eur, family, ordered, settled, stock


async def test_a_pending_order_goes_elsewhere(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
    order = await ordered(database, person, [(mug, 1)])
    async with database.transaction() as conn:
        after = await order_changes.change_address(conn, person, order.id, PARIS, NO_CAUSE)
    assert after.shipping_address == PARIS
    assert after.billing_address == order.billing_address


async def test_items_become_other_variants_and_the_difference_is_settled_once(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, medium, large = await family(conn, store, 5_000, 6_000, 4_500)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(1_500))
    order = await ordered(database, person, [(small, 3)])
    await settled(database, order)
    [item] = order.items
    async with database.transaction() as conn:
        swaps = [Swap(item.id, medium.id, 2), Swap(item.id, large.id, 1)]
        after = await order_changes.change_items(conn, person, order.id, swaps, gift.id, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 0
    assert [(each.sku, each.quantity, each.unit_price) for each in after.items] == [
        (large.sku, 1, 4_500),
        (medium.sku, 2, 6_000),
    ]
    assert after.items[0].options == {"size": 42}
    assert (after.total, after.payments[-1].amount, after.payments[-1].type) == (16_500, 1_500, "payment")
    assert [await stock(database, each) for each in (small, medium, large)] == [10, 8, 9]
    assert possible(after) == ("change_address",)
    again = [Swap(after.items[0].id, small.id)]
    async with database.transaction() as conn:
        with pytest.raises(AlreadyChanged):
            await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)
        with pytest.raises(AlreadyChanged):
            await order_changes.change_payment(conn, person, order.id, gift.id, NO_CAUSE)
        with pytest.raises(AlreadyChanged):
            await order_changes.change_items(conn, person, order.id, again, None, NO_CAUSE)
    await balanced(database)


async def test_a_cheaper_variant_is_paid_back(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, medium = await family(conn, store, 5_000, 4_000)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(5_000))
    order = await ordered(database, person, [(small, 1)], method=gift.id)
    async with database.transaction() as conn:
        swaps = [Swap(order.items[0].id, medium.id)]
        after = await order_changes.change_items(conn, person, order.id, swaps, None, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 1_000
    assert [(row.type, row.amount) for row in after.payments] == [("payment", 5_000), ("refund", 1_000)]
    await balanced(database)


async def test_changes_of_items_that_are_refused_leave_all_as_it_was(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        small, medium, gone = await family(conn, store, 5_000, 6_000, 5_000)
        [stranger] = await family(conn, store, 5_000)
        await change_product(conn, gone, stock=0)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(999))
    order = await ordered(database, person, [(small, 1)])
    [item] = order.items

    async def refused(swap: Swap, error: type[CartwrightError]) -> None:
        with pytest.raises(error) as raised:
            async with database.transaction() as conn:
                await order_changes.change_items(conn, person, order.id, [swap], gift.id, NO_CAUSE)
        assert type(raised.value) is error

    await refused(Swap(item.id, stranger.id), WrongVariant)
    await refused(Swap(item.id, small.id), WrongVariant)
    await refused(Swap(item.id, gone.id), OutOfStock)
    await refused(Swap(item.id, medium.id, 2), NotFound)
    await refused(Swap(item.id, item.id), NotFound)
    await refused(Swap(medium.id, medium.id), NotFound)
    await refused(Swap(item.id, medium.id), InsufficientBalance)
    assert [await stock(database, each) for each in (small, medium, gone)] == [9, 10, 0]
    await balanced(database)


async def test_another_method_pays_for_all_of_it_once(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(1_000))
        poor = await payment_methods.add_gift_card(conn, person.user_id, eur(999))
        account = await payment_methods.add(conn, person.user_id, "paypal")
    order = await ordered(database, person, [(mug, 1)], method=gift.id)
    for method, error in ((gift, SamePaymentMethod), (poor, InsufficientBalance)):
        with pytest.raises(error):
            async with database.transaction() as conn:
                await order_changes.change_payment(conn, person, order.id, method.id, NO_CAUSE)
    async with database.transaction() as conn:
        after = await order_changes.change_payment(conn, person, order.id, account.id, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 1_000
    assert (after.payment_method, after.payment_method_id) == ("paypal", account.id)
    assert [(row.type, row.kind, row.amount) for row in after.payments] == [
        ("payment", "gift_card", 1_000),
        ("payment", "paypal", 1_000),
        ("refund", "gift_card", 1_000),
    ]
    async with database.transaction() as conn:
        with pytest.raises(AlreadyChanged):
            await order_changes.change_payment(conn, person, order.id, gift.id, NO_CAUSE)
    await balanced(database)
