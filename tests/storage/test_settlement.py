from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from storage import (
    ledger,
    order_cancelling,
    order_changes,
    order_returns,
    order_shipping,
    orders,
    payment_methods,
    settlement,
)
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.ledger import NothingToPayBack
from storage.order_returns import ReturnLine
from storage.order_shipping import PaymentFailed
from storage.order_swaps import Swap
from storage.orders import Order, OrderPayment
from storage.payment_methods import PaymentMethod
from storage.people import Person
from storage.products import Product
from storage.settlement import Done, PaymentNotOpen, Refused, Transfer, Waiting
from tests.support.factory import make_member, make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, delivered, eur, family, ordered, paid_back, settled

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


async def refused_refund(database: Database, person: Person, card: PaymentMethod, order: Order) -> OrderPayment:
    """The order was paid by card, then by a gift card instead; the card's refund, which has failed."""
    await settled(database, order)
    async with database.transaction() as conn:
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(5_000))
        await order_changes.change_payment(conn, person, order.id, gift.id, NO_CAUSE)
        back = await taken(conn)
        assert back.type == "refund"
        await settlement.record(conn, back, Refused("The card is closed."), NOW)
        [failed] = [row for row in (await orders.get(conn, order.id)).payments if row.status == "failed"]
        return failed


async def test_a_refund_that_failed_is_paid_back_once(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    person, _, card, order = bought
    failed = await refused_refund(database, person, card, order)
    async with database.transaction() as conn:
        after = await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)
        assert after.payment_status == "failed"
        [entry] = await conn.fetch("select changes from audit_log where action = 'cancel'")
        assert entry["changes"]["after"]["refunded"] == 1_000
        assert await settlement.claim(conn, SOON, SOON + timedelta(days=1)) is None
        await settlement.settle_by_hand(conn, await make_member(conn, role="admin"), failed.id, "by hand", NO_CAUSE)
        assert (await orders.get(conn, order.id)).payment_status == "refunded"
    assert await paid_back(database, order) == (2_000, 2_000)


async def test_cancelling_and_settling_at_once_pays_back_once(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    person, _, card, order = bought
    failed = await refused_refund(database, person, card, order)
    async with database.connection() as conn:
        staff = await make_member(conn, role="admin")

    async def cancel() -> None:
        async with database.transaction() as conn:
            await order_cancelling.cancel(conn, person, order.id, "mistake", NO_CAUSE)

    async def settle() -> None:
        async with database.transaction() as conn:
            await settlement.settle_by_hand(conn, staff, failed.id, None, NO_CAUSE)

    async def look() -> None:
        async with database.transaction() as conn:
            due = await settlement.claim(conn, SOON, SOON + timedelta(minutes=1))
        if due is not None:
            async with database.transaction() as conn:
                await settlement.record(conn, due, Done("bank"), SOON)

    came = await asyncio.gather(
        cancel(), *(settle() for _ in range(3)), *(look() for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in came if one is not None] == [PaymentNotOpen] * 2
    await look()
    assert await paid_back(database, order) == (2_000, 2_000)


async def test_two_refunds_at_once_of_more_than_was_paid_are_one(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    _, _, card, order = bought
    await settled(database, order)

    async def pay_back() -> None:
        # Without the lock that the functions take first: the database sees to it alone.
        async with database.transaction() as conn:
            await conn.execute(
                "insert into order_payments (order_id, payment_method_id, type, amount, currency, status)"
                " values ($1, $2, 'refund', 600, 'EUR', 'completed')",
                order.id,
                card.id,
            )

    came = await asyncio.gather(*(pay_back() for _ in range(4)), return_exceptions=True)
    refused = [one for one in came if isinstance(one, asyncpg.CheckViolationError)]
    assert [one.constraint_name for one in refused] == [ledger.PAID_BACK] * 3
    assert await paid_back(database, order) == (1_000, 600)


@pytest.mark.parametrize("status", ["pending", "failed"])
async def test_what_is_to_go_back_is_less_than_what_is_to_come_in(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order], status: str
) -> None:
    _, _, card, order = bought
    add = (
        "insert into order_payments (order_id, payment_method_id, type, amount, currency, status)"
        " values ($1, $2, 'refund', $3, 'EUR', $4)"
    )
    async with database.connection() as conn:
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute(add, order.id, card.id, 1_001, status)
        await conn.execute(add, order.id, card.id, 1_000, status)
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute("update order_payments set status = 'voided' where type = 'payment'")
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute("update order_payments set status = 'completed' where type = 'refund'")


async def promised_twice(database: Database, order: Order, card: PaymentMethod) -> None:
    """A ledger from before the rules: what failed to go back was promised again, and is longest due."""
    async with database.transaction() as conn:
        await conn.execute("alter table order_payments disable trigger user")
        for status, due in (("failed", None), ("pending", NOW - timedelta(days=9))):
            await conn.execute(
                "insert into order_payments (order_id, payment_method_id, type, amount, currency, status, due_at)"
                " values ($1, $2, 'refund', 1000, 'EUR', $3, $4)",
                order.id, card.id, status, due,
            )  # fmt: skip
        await conn.execute("alter table order_payments enable trigger user")


async def test_what_the_database_refuses_keeps_no_other_order_waiting(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order], caplog: pytest.LogCaptureFixture
) -> None:
    person, mug, card, bad = bought
    await settled(database, bad)
    await promised_twice(database, bad, card)
    good = await ordered(database, person, [(mug, 1)], method=card.id)
    async with database.transaction() as conn:
        assert (await taken(conn)).order_id == good.id
        assert await settlement.claim(conn, NOW, SOON) is None
    assert [str(bad.id) in record.message for record in caplog.records] == [True]
    async with database.transaction() as conn:
        refused = (await orders.get(conn, bad.id)).payments[-1]
        put_off = await conn.fetchval("select due_at from order_payments where id = $1", refused.id)
        assert (refused.status, put_off) == ("pending", NOW + timedelta(hours=1))


async def test_more_than_came_in_is_refused_in_words_wherever_it_is_written(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    _, _, card, order = bought
    await settled(database, order)
    with pytest.raises(NothingToPayBack, match="the shop's people"):
        async with database.transaction() as conn:
            await ledger.pay_back(conn, order.id, card, eur(1_001))
    async with database.transaction() as conn:
        await ledger.pay_back(conn, order.id, card, eur(1_000))
    with pytest.raises(NothingToPayBack):
        async with database.transaction() as conn:
            await ledger.void(conn, order.payments[0])


async def test_an_invoice_that_was_not_paid_is_not_paid_back(database: Database) -> None:
    async with database.connection() as conn:
        person, staff = await make_person(conn), await make_member(conn, role="admin")
        mug = await make_product(conn, await make_store(conn), price=1_000)
    order = await delivered(database, person, [(mug, 2)])
    async with database.transaction() as conn:
        line = ReturnLine(order.items[0].id, 1)
        await order_returns.request_return(conn, person, order.id, [line], None, None, NO_CAUSE)
        order = await order_returns.complete(conn, staff, order.id, NO_CAUSE)
    owed, back = order.payments
    async with database.connection() as conn:
        with pytest.raises(NothingToPayBack):
            async with conn.transaction():
                await settlement.settle_by_hand(conn, staff, back.id, None, NO_CAUSE)
        async with conn.transaction():
            await settlement.settle_by_hand(conn, staff, owed.id, None, NO_CAUSE)
            await settlement.settle_by_hand(conn, staff, back.id, None, NO_CAUSE)
    assert await paid_back(database, order) == (2_000, 1_000)


async def test_a_gift_card_gets_back_what_has_come_in_and_no_sooner(database: Database) -> None:
    async with database.connection() as conn:
        person, staff = await make_person(conn), await make_member(conn, role="admin")
        dear, cheap = await family(conn, await make_store(conn), 1_000, 400)
        card = await payment_methods.add(conn, person.user_id, "credit_card", reference="acct")
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(50))
    order = await ordered(database, person, [(dear, 1)], method=card.id)
    async with database.transaction() as conn:
        swap = Swap(order.items[0].id, cheap.id)
        order = await order_changes.change_items(conn, person, order.id, [swap], gift.id, NO_CAUSE)
        owed, back = order.payments
        assert (back.status, (await payment_methods.get(conn, person.user_id, gift.id)).balance) == ("pending", 50)
        # Nobody credits a gift card by hand.
        with pytest.raises(PaymentNotOpen):
            await settlement.settle_by_hand(conn, staff, back.id, None, NO_CAUSE)
        charge = await taken(conn)
        await settlement.record(conn, charge, Refused("expired"), NOW)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 50
        await settlement.settle_by_hand(conn, staff, owed.id, None, NO_CAUSE)
        assert (await payment_methods.get(conn, person.user_id, gift.id)).balance == 650
    assert await paid_back(database, order) == (1_000, 600)


async def test_a_refund_is_asked_for_once_so_much_has_come_in(
    database: Database, bought: tuple[Person, Product, PaymentMethod, Order]
) -> None:
    person, _, card, _ = bought
    async with database.connection() as conn:
        dear, cheap = await family(conn, await make_store(conn), 3_000, 1_000)
        other = await payment_methods.add(conn, person.user_id, "paypal", reference="pp")
    order = await ordered(database, person, [(dear, 1)], method=card.id)
    async with database.transaction() as conn:
        swap = Swap(order.items[0].id, cheap.id)
        order = await order_changes.change_items(conn, person, order.id, [swap], other.id, NO_CAUSE)
        charges = [await taken(conn), await taken(conn)]
        assert [each.type for each in charges] == ["payment"] * 2
        assert await settlement.claim(conn, NOW, SOON) is None
        for each in charges:
            await settlement.record(conn, each, Done("ref"), NOW)
        back = await taken(conn)
        assert (back.type, back.amount, back.reference) == ("refund", eur(2_000), "pp")
