from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from storage import order_cancelling, order_shipping, orders, payment_methods, settlement
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.order_shipping import PaymentFailed
from storage.orders import Order
from storage.payment_methods import PaymentMethod
from storage.people import Person
from storage.products import Product
from storage.settlement import Done, PaymentNotOpen, Refused, Transfer, Waiting
from tests.support.factory import make_member, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, ordered

# Far behind the rows, however long the tests before have taken.
NOW = utc_now() + timedelta(days=1)
SOON = NOW + timedelta(minutes=1)


@pytest.fixture
async def bought(database: Database) -> tuple[Person, Product, PaymentMethod, Order]:
    async with database.connection() as conn:
        person = await make_person(conn)
        mug = await make_product(conn, await make_store(conn), price=1_000)
        card = await payment_methods.add(conn, person.user_id, "credit_card", reference="acct")
    return person, mug, card, await ordered(database, person, [(mug, 1)], method=card.id)


async def taken(conn: Connection) -> Transfer:
    found = await settlement.claim(conn, NOW, SOON)
    assert found is not None
    return found


async def test_a_claim_is_one_process_s_until_its_moment(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    order = bought[3]
    async with database.connection() as conn:
        first = await taken(conn)
        assert await settlement.claim(conn, NOW, SOON) is None
        second = await settlement.claim(conn, SOON, SOON + timedelta(minutes=1))
    assert second is not None
    assert (first.id, first.attempt, second.id, second.attempt) == (second.id, 1, order.payments[0].id, 2)
    assert (first.order_number, first.reference, first.amount.amount) == (order.order_number, "acct", 1_000)
    async with database.transaction() as conn:
        assert await settlement.record(conn, first, Done("late"), NOW) is False
        assert await settlement.record(conn, second, Done("ref"), NOW) is True
        assert await settlement.record(conn, second, Refused("no"), NOW) is False
        assert (await orders.get(conn, order.id)).payment_status == "completed"


async def test_a_row_that_is_locked_is_passed_over(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    async with database.transaction() as conn:
        await taken(conn)
        async with database.connection() as other:
            assert await settlement.claim(other, NOW, SOON) is None


async def test_what_is_called_off_before_anybody_was_asked_needs_no_undoing(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    person, _, _, order = bought
    async with database.transaction() as conn:
        await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)
        assert await settlement.claim(conn, NOW, SOON) is None


@pytest.mark.parametrize(("outcome", "undone"), [(Done("r"), True), (Waiting(None), True), (Refused("no"), False)])
async def test_what_is_called_off_meanwhile_is_undone_unless_it_was_refused(
    database: Database,
    bought: tuple[Person, Product, PaymentMethod, Order],
    outcome: settlement.Outcome,
    undone: bool,
) -> None:
    person, _, _, order = bought
    async with database.transaction() as conn:
        first = await taken(conn)
        await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)
        # Whoever asks the provider has not come back, so nobody else does yet.
        assert await settlement.claim(conn, NOW, SOON) is None
        await settlement.record(conn, first, outcome, NOW)
        second = await settlement.claim(conn, NOW, SOON)
        assert (second is not None and second.undo) == undone
        if second is not None:
            await settlement.record(conn, second, Done(), NOW)
        assert await settlement.claim(conn, SOON + timedelta(days=1), SOON + timedelta(days=2)) is None
        assert (await orders.get(conn, order.id)).payment_status == "voided"


async def test_a_person_settles_what_no_provider_is_at(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    person, mug, _, order = bought
    invoice = await ordered(database, person, [(mug, 1)])
    async with database.transaction() as conn:
        staff = await make_member(conn, role="admin")
        [owed] = invoice.payments
        assert await settlement.settle_by_hand(conn, staff, owed.id, "statement 7", NO_CAUSE) == invoice.id
        assert (await orders.get(conn, invoice.id)).payment_status == "completed"
        with pytest.raises(PaymentNotOpen):
            await settlement.settle_by_hand(conn, staff, owed.id, None, NO_CAUSE)
        [entry] = await conn.fetch("select user_id, changes from audit_log where action = 'settle'")
        assert (entry["user_id"], entry["changes"]["after"]["reference"]) == (staff.user_id, "statement 7")
        with pytest.raises(NotFound):
            await settlement.settle_by_hand(conn, staff, uuid4(), None, NO_CAUSE)
        by_card = await taken(conn)
        with pytest.raises(PaymentNotOpen):
            await settlement.settle_by_hand(conn, staff, order.payments[0].id, None, NO_CAUSE)
        await settlement.record(conn, by_card, Refused("expired"), NOW)
        with pytest.raises(PaymentFailed):
            await order_shipping.advance(conn, staff, order.id, "processing", NO_CAUSE)
        await settlement.settle_by_hand(conn, staff, order.payments[0].id, None, NO_CAUSE)
        assert (await order_shipping.advance(conn, staff, order.id, "processing", NO_CAUSE)).status == "processing"
