from __future__ import annotations

from uuid import uuid4

import pytest

from storage import order_shipping
from storage.database import Database
from storage.errors import NotFound
from storage.order_shipping import Parcels
from storage.order_status import WrongStatus
from storage.orders import Order
from storage.people import Person
from tests.support.factory import make_member, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, ordered


@pytest.fixture
async def staff(database: Database) -> Person:
    async with database.connection() as conn:
        return await make_member(conn, role="admin")


@pytest.fixture
async def order(database: Database) -> Order:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug, tent = await make_product(conn, store), await make_product(conn, store)
    return await ordered(database, person, [(mug, 2), (tent, 1)])


async def test_an_order_goes_one_status_at_a_time_and_all_of_it_is_sent(
    database: Database, staff: Person, order: Order
) -> None:
    async with database.transaction() as conn:
        for then in ("shipped", "delivered"):
            with pytest.raises(WrongStatus):
                await order_shipping.advance(conn, staff, order.id, then, NO_CAUSE)
        begun = await order_shipping.advance(conn, staff, order.id, "processing", NO_CAUSE)
        assert (begun.status, begun.fulfilments) == ("processing", ())
        with pytest.raises(WrongStatus):
            await order_shipping.advance(conn, staff, order.id, "processing", NO_CAUSE)
        parcels = Parcels(carrier="DHL", tracking_ids=["T1", "T2"])
        [sent] = (await order_shipping.advance(conn, staff, order.id, "shipped", NO_CAUSE, parcels)).fulfilments
        assert (sent.carrier, sent.tracking_ids, sent.delivered_at) == ("DHL", ("T1", "T2"), None)
        assert dict(sent.items) == {item.id: item.quantity for item in order.items}
        there = await order_shipping.advance(conn, staff, order.id, "delivered", NO_CAUSE)
        assert there.fulfilments[0].delivered_at is not None
        logged = await conn.fetch("select user_id, changes from audit_log where entity_id = $1 order by id", order.id)
    assert [row["changes"]["after"]["status"] for row in logged] == ["pending", "processing", "shipped", "delivered"]
    assert {row["user_id"] for row in logged[1:]} == {staff.user_id}


async def test_an_order_that_is_not_there(database: Database, staff: Person) -> None:
    async with database.transaction() as conn:
        with pytest.raises(NotFound):
            await order_shipping.advance(conn, staff, uuid4(), "processing", NO_CAUSE)
