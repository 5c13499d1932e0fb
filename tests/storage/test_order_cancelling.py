from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from storage import order_cancelling, order_shipping, orders, payment_methods
from storage.database import Database
from storage.errors import NotFound
from storage.order_status import WrongStatus
from tests.support.factory import make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, balanced, eur, ordered, settled, stock


async def test_what_is_not_paid_yet_is_voided_and_stock_goes_back(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, stock=5)
    order = await ordered(database, person, [(mug, 2)])
    async with database.transaction() as conn:
        after = await order_cancelling.cancel(conn, person, order.id, "no longer needed", NO_CAUSE)
        [entry] = await conn.fetch("select changes from audit_log where action = 'cancel'")
    assert (after.status, after.cancel_reason, after.payment_status) == ("cancelled", "no longer needed", "voided")
    assert [(row.type, row.status) for row in after.payments] == [("payment", "voided")]
    assert entry["changes"]["after"]["reason"] == "no longer needed"
    assert await stock(database, mug) == 5
    async with database.connection() as conn:
        assert await conn.fetchval("select count(*) from purchase_history") == 0
    await balanced(database)


async def test_what_was_paid_goes_back_to_where_it_came_from(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000)
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(3_000))
        card = await payment_methods.add(conn, person.user_id, "credit_card", brand="visa", last_four="1234")
    by_gift = await ordered(database, person, [(mug, 2)], method=gift.id)
    by_card = await ordered(database, person, [(mug, 1)], method=card.id)
    await settled(database, by_card)
    async with database.transaction() as conn:
        one = await order_cancelling.cancel(conn, person, by_gift.id, "mistake", NO_CAUSE)
        other = await order_cancelling.cancel(conn, person, by_card.id, "mistake", NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 3_000
    assert [(row.type, row.amount, row.status) for row in one.payments] == [
        ("payment", 2_000, "completed"),
        ("refund", 2_000, "completed"),
    ]
    assert one.payment_status == "refunded"
    assert [(row.type, row.status) for row in other.payments] == [("payment", "completed"), ("refund", "pending")]
    await balanced(database)


async def test_only_a_pending_order_is_cancelled_and_only_once(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, stock=10)
    late, order = await ordered(database, person, [(mug, 1)]), await ordered(database, person, [(mug, 2)])

    async def cancel() -> bool:
        try:
            async with database.transaction() as conn:
                await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)
        except WrongStatus:
            return False
        return True

    assert sorted(await asyncio.gather(*(cancel() for _ in range(4)))) == [False] * 3 + [True]
    assert await stock(database, mug) == 9
    async with database.transaction() as conn:
        await order_shipping.advance(conn, person, late.id, "processing", NO_CAUSE)
    async with database.transaction() as conn:
        with pytest.raises(WrongStatus, match="The order is processing; only one that is pending can be cancelled"):
            await order_cancelling.cancel(conn, person, late.id, "mistake", NO_CAUSE)
        with pytest.raises(NotFound):
            await order_cancelling.cancel(conn, person, uuid4(), "mistake", NO_CAUSE)
    async with database.connection() as conn:
        with pytest.raises(RuntimeError, match="transaction"):
            await orders.locked(conn, late.id)
