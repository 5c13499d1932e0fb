from __future__ import annotations

from dataclasses import dataclass

import pytest

from storage import ledger, orders, payment_methods
from storage.database import Connection, Database
from storage.orders import Order
from storage.payment_methods import InsufficientBalance, PaymentMethod
from tests.support.factory import make_person, make_product, make_store
from tests.support.orders import eur, ordered


@dataclass(frozen=True, slots=True)
class Books:
    """An order of 10.00 by invoice, a card, and a gift card with 30.00."""

    order: Order
    invoice: PaymentMethod
    card: PaymentMethod
    gift: PaymentMethod

    async def rows(self, conn: Connection) -> list[tuple[str, int, str]]:
        found = (await orders.get(conn, self.order.id)).payments
        return [(row.type, row.amount, row.status) for row in found]

    async def status(self, conn: Connection) -> str:
        return (await orders.get(conn, self.order.id)).payment_status


@pytest.fixture
async def books(database: Database) -> Books:
    async with database.connection() as conn:
        person = await make_person(conn)
        mug = await make_product(conn, await make_store(conn), price=1_000)
        card = await payment_methods.add(conn, person.user_id, "credit_card", reference="acct")
        gift = await payment_methods.add_gift_card(conn, person.user_id, eur(3_000))
        invoice = await payment_methods.manual(conn, person.user_id)
    return Books(await ordered(database, person, [(mug, 1)]), invoice, card, gift)


async def left(conn: Connection, books: Books) -> int:
    has = (await payment_methods.get(conn, books.order.user_id, books.gift.id)).left
    assert has is not None
    return has.amount


async def test_gift_cards_are_settled_at_once_and_all_else_is_due(database: Database, books: Books) -> None:
    async with database.transaction() as conn:
        await ledger.charge(conn, books.order.id, books.gift, eur(500))
        await ledger.charge(conn, books.order.id, books.card, eur(700))
        await ledger.pay_back(conn, books.order.id, books.gift, eur(200))
        assert (await books.rows(conn))[1:] == [
            ("payment", 500, "completed"), ("payment", 700, "pending"), ("refund", 200, "completed"),
        ]  # fmt: skip
        assert await left(conn, books) == 2_700
        due = await conn.fetch(
            "select due_at is not null from order_payments where order_id = $1 order by id", books.order.id
        )
        assert [row[0] for row in due] == [True, False, True, False]
        with pytest.raises(InsufficientBalance):
            await ledger.charge(
                conn, books.order.id, await payment_methods.get(conn, books.order.user_id, books.gift.id), eur(2_701)
            )


async def test_nothing_is_written_of_nothing(database: Database, books: Books) -> None:
    async with database.transaction() as conn:
        await ledger.charge(conn, books.order.id, books.card, eur(0))
        await ledger.pay_back(conn, books.order.id, books.gift, eur(0))
        await ledger.settle_difference(conn, books.order.id, books.card, eur(0))
        assert len(await books.rows(conn)) == 1


async def test_a_difference_goes_one_way_or_the_other(database: Database, books: Books) -> None:
    async with database.transaction() as conn:
        await ledger.settle_difference(conn, books.order.id, books.gift, eur(300))
        await ledger.settle_difference(conn, books.order.id, books.gift, eur(-100))
        assert (await books.rows(conn))[1:] == [("payment", 300, "completed"), ("refund", 100, "completed")]
        assert await left(conn, books) == 2_800


async def test_what_has_come_in_and_not_gone_back(database: Database, books: Books) -> None:
    async with database.transaction() as conn:
        assert ledger.paid_by_method(books.order.payments) == {}
        await ledger.charge(conn, books.order.id, books.gift, eur(500))
        await ledger.pay_back(conn, books.order.id, books.gift, eur(200))
        await conn.execute(
            "update order_payments set status = 'completed' where payment_method_id = $1", books.invoice.id
        )
        await ledger.pay_back(conn, books.order.id, books.invoice, eur(1_000))
        paid = ledger.paid_by_method((await orders.get(conn, books.order.id)).payments)
        # A refund that is under way counts as given back already.
        assert paid == {books.gift.id: 300}


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (("pending",), "pending"),
        (("completed",), "completed"),
        (("completed", "pending"), "pending"),
        (("completed", "failed"), "failed"),
        (("voided",), "voided"),
        (("voided", "completed"), "completed"),
    ],
)
async def test_the_order_says_what_its_rows_say(
    database: Database, books: Books, statuses: tuple[str, ...], told: str
) -> None:
    async with database.transaction() as conn:
        await conn.execute("delete from order_payments")
        for status in statuses:
            await ledger.charge(conn, books.order.id, books.card, eur(100))
            await conn.execute(
                "update order_payments set status = $1 where id = (select max(id::text)::uuid from order_payments)",
                status,
            )
        await ledger.restate(conn, books.order.id)
        assert await books.status(conn) == told


async def test_an_order_that_cost_nothing_is_paid_and_one_given_back_is_refunded(
    database: Database, books: Books
) -> None:
    async with database.transaction() as conn:
        await conn.execute("delete from order_payments")
        await ledger.restate(conn, books.order.id)
        assert await books.status(conn) == "completed"
        await ledger.charge(conn, books.order.id, books.gift, eur(400))
        await ledger.pay_back(conn, books.order.id, books.gift, eur(400))
        assert await books.status(conn) == "refunded"
