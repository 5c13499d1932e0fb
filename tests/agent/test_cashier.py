"""Payments are brought to a provider behind HTTP that is slow, fails, and is asked twice: money moves once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from agent.cashier import Cashier
from storage import order_cancelling, order_changes, order_returns, orders, payment_methods
from storage.clock import utc_now
from storage.database import Database
from storage.order_returns import ReturnLine
from storage.orders import Order
from storage.people import Person
from storage.products import Product
from tests.support.factory import make_person, make_product, make_store
from tests.support.orders import NO_CAUSE, balanced, delivered, eur, ordered
from tests.support.providers.bank import Bank, BankProvider, bank

LATER = timedelta(hours=2)


@dataclass(slots=True)
class Till:
    """A bank, a shopper with a card, and a clock that is set by hand."""

    database: Database
    bank: Bank
    person: Person
    mug: Product
    now: datetime
    card: payment_methods.PaymentMethod

    @asynccontextmanager
    async def cashier(self, *, database: Database | None = None, patience: float = 60) -> AsyncIterator[Cashier]:
        provider = BankProvider(self.bank.url)
        made = Cashier(database=database or self.database, provider=provider, clock=lambda: self.now, patience=patience)
        yield made
        await made.stop()

    async def look(self) -> int:
        async with self.cashier() as cashier:
            return await cashier.look()

    async def order(self, pieces: int = 2) -> Order:
        return await ordered(self.database, self.person, [(self.mug, pieces)], method=self.card.id)

    async def again(self, order: Order) -> Order:
        async with self.database.connection() as conn:
            return await orders.get(conn, order.id)

    async def rows(self, order: Order) -> Sequence[tuple[object, ...]]:
        async with self.database.connection() as conn:
            found = await conn.fetch(
                "select type, status, attempts, provider_reference, failure from order_payments where order_id = $1"
                " order by id",
                order.id,
            )
        return [tuple(row) for row in found]


@pytest.fixture
async def till(database: Database) -> AsyncIterator[Till]:
    async with database.connection() as conn:
        person = await make_person(conn)
        mug = await make_product(conn, await make_store(conn), price=1_000, stock=100)
        card = await payment_methods.add(conn, person.user_id, "credit_card", reference="acct_7", last_four="1234")
    async with bank() as made:
        yield Till(database, made, person, mug, utc_now() + timedelta(minutes=1), card)


async def test_what_is_owed_is_charged_and_the_order_says_so(till: Till) -> None:
    order = await till.order()
    assert order.payment_status == "pending"
    assert await till.look() == 1
    key = str(order.payments[0].id)
    assert till.bank.charged == {key: 2_000}
    assert till.bank.bodies == [{"amount": 2_000, "currency": "EUR", "account": "acct_7", "of": []}]
    assert await till.rows(order) == [("payment", "completed", 1, f"bank-{key}", None)]
    assert (await till.again(order)).payment_status == "completed"
    till.now += LATER
    assert await till.look() == 0


async def test_invoices_wait_for_a_person_and_gift_cards_are_nobodys_business(till: Till) -> None:
    async with till.database.connection() as conn:
        gift = await payment_methods.add_gift_card(conn, till.person.user_id, eur(5_000))
    invoice = await ordered(till.database, till.person, [(till.mug, 1)])
    by_gift = await ordered(till.database, till.person, [(till.mug, 1)], method=gift.id)
    assert await till.look() == 1
    till.now += LATER
    assert await till.look() == 0
    assert not till.bank.asked
    assert (await till.again(invoice)).payment_status == "pending"
    assert (await till.again(by_gift)).payment_status == "completed"


async def test_a_refusal_is_kept_and_another_method_makes_it_good(till: Till) -> None:
    order = await till.order()
    till.bank.refuses = True
    await till.look()
    assert await till.rows(order) == [("payment", "failed", 1, None, "The card has expired.")]
    assert (await till.again(order)).payment_status == "failed"
    till.bank.refuses = False
    till.now += LATER
    assert await till.look() == 0
    async with till.database.transaction() as conn:
        other = await payment_methods.add(conn, till.person.user_id, "paypal", reference="pp")
        after = await order_changes.change_payment(conn, till.person, order.id, other.id, NO_CAUSE)
    assert after.payment_status == "pending"
    assert await till.look() == 1
    assert (await till.again(order)).payment_status == "completed"
    assert till.bank.taken == 2_000
    await balanced(till.database)


async def test_what_fails_is_asked_again_ever_more_seldom_and_moves_once(till: Till) -> None:
    order = await till.order()
    till.bank.broken = 3
    waits = []
    while (await till.again(order)).payment_status == "pending":
        await till.look()
        async with till.database.connection() as conn:
            due, failure = await conn.fetchrow("select due_at, failure from order_payments")  # type: ignore[misc]
        if due is not None:
            assert "500" in failure
            assert await till.look() == 0
            waits.append(round((due - till.now).total_seconds()))
            till.now = due
    assert waits == [2, 4, 8]
    assert list(till.bank.asked.values()) == [4]
    assert till.bank.taken == 2_000
    assert await till.rows(order) == [
        ("payment", "completed", 4, f"bank-{order.payments[0].id}", None),
    ]


async def test_who_dies_between_the_charge_and_the_row_charges_once(till: Till) -> None:
    order = await till.order()
    till.bank.gate.clear()
    async with till.cashier() as dying:
        task = asyncio.create_task(dying.look())
        await till.bank.moved.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    till.bank.gate.set()
    assert await till.look() == 0
    till.now += LATER
    assert await till.look() == 1
    assert list(till.bank.asked.values()) == [2]
    assert till.bank.taken == 2_000
    assert (await till.again(order)).payment_status == "completed"


async def test_who_comes_back_late_changes_nothing(till: Till) -> None:
    order = await till.order()
    till.bank.gate.clear()
    async with till.cashier() as slow:
        late = asyncio.create_task(slow.look())
        await till.bank.moved.wait()
        till.now += LATER
        till.bank.refuses = True
        assert await till.look() == 1
        till.bank.gate.set()
        await late
    assert (await till.rows(order))[0][:3] == ("payment", "failed", 2)


async def test_two_processes_ask_for_each_row_once(till: Till) -> None:
    for _ in range(12):
        await till.order(1)
    async with till.cashier() as one, till.cashier() as other:
        done = await asyncio.gather(one.look(), other.look())
    assert sum(done) == 12
    assert sorted(till.bank.asked.values()) == [1] * 12
    assert till.bank.taken == 12_000


async def test_no_connection_is_held_while_the_provider_is_asked(till: Till, database_url: str) -> None:
    await till.order()
    till.bank.gate.clear()
    single = await Database.open(database_url, pool_size=1, acquire_timeout=60)
    async with till.cashier(database=single) as cashier:
        task = asyncio.create_task(cashier.look())
        await till.bank.moved.wait()
        async with single.connection() as conn:
            assert await conn.fetchval("select status from order_payments") == "pending"
        till.bank.gate.set()
        assert await task == 1
    await single.close()


async def test_a_provider_that_says_nothing_is_given_up_and_asked_again(till: Till) -> None:
    order = await till.order()
    till.bank.gate.clear()
    async with till.cashier(patience=0.05) as cashier:
        await cashier.look()
    till.bank.gate.set()
    assert [row[4] for row in await till.rows(order)] == ["TimeoutError: "]
    till.now += LATER
    await till.look()
    assert till.bank.taken == 2_000
    assert (await till.again(order)).payment_status == "completed"


async def test_an_order_cancelled_while_its_charge_is_under_way_costs_nothing(till: Till) -> None:
    order = await till.order()
    till.bank.gate.clear()
    async with till.cashier() as cashier:
        task = asyncio.create_task(cashier.look())
        await till.bank.moved.wait()
        async with till.database.transaction() as conn:
            await order_cancelling.cancel(conn, till.person, order.id, "mistake", NO_CAUSE)
        till.bank.gate.set()
        # Its worker goes on with what is due now: undoing the charge.
        assert await task == 2
    assert till.bank.taken == 0
    assert len(till.bank.charged) == 1
    after = await till.again(order)
    assert (after.payment_status, [row.status for row in after.payments]) == ("voided", ["voided"])
    till.now += LATER
    assert await till.look() == 0


async def test_an_order_cancelled_after_a_crash_costs_nothing(till: Till) -> None:
    order = await till.order()
    till.bank.broken = 1
    await till.look()
    assert till.bank.taken == 2_000
    async with till.database.transaction() as conn:
        await order_cancelling.cancel(conn, till.person, order.id, "mistake", NO_CAUSE)
    till.now += LATER
    assert await till.look() == 1
    assert till.bank.taken == 0
    assert (await till.again(order)).payment_status == "voided"


async def test_money_goes_back_through_what_paid_it_and_not_before(till: Till) -> None:
    order = await delivered(till.database, till.person, [(till.mug, 3)], method=till.card.id)
    lines = [ReturnLine(order.items[0].id, 1)]
    async with till.database.transaction() as conn:
        await order_returns.request_return(conn, till.person, order.id, lines, None, None, NO_CAUSE)
        await order_returns.complete(conn, till.person, order.id, NO_CAUSE)
    till.bank.broken = 1
    await till.look()
    # The payment is still unknown, so its refund waits.
    assert (till.bank.charged, till.bank.refunded) == ({str(order.payments[0].id): 3_000}, {})
    till.now += LATER
    await till.look()
    await till.look()
    assert till.bank.taken == 2_000
    assert till.bank.bodies[-1]["of"] == [f"bank-{order.payments[0].id}"]
    assert [row[:2] for row in await till.rows(order)] == [("payment", "completed"), ("refund", "completed")]
    await balanced(till.database)


async def test_the_loop_looks_by_itself_until_it_is_stopped(till: Till) -> None:
    await till.order()
    cashier = Cashier(database=till.database, provider=BankProvider(till.bank.url), clock=lambda: till.now, every=0.001)
    cashier.start()
    await till.bank.moved.wait()
    await cashier.stop()
    assert till.bank.taken == 2_000
    assert "cartwright-cashier" not in {task.get_name() for task in asyncio.all_tasks()}
