from __future__ import annotations

import asyncio

import pytest

from storage import payment_methods
from storage.database import Database
from storage.errors import NotFound
from storage.money import Money
from storage.payment_methods import InsufficientBalance
from tests.support.factory import make_person
from tests.support.orders import eur


async def test_everybody_has_the_invoice(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
    found = await asyncio.gather(*(_manual(database, person.user_id) for _ in range(5)))
    assert len(set(found)) == 1


async def _manual(database: Database, user_id: object) -> object:
    async with database.transaction() as conn:
        return (await payment_methods.usable(conn, user_id, None)).id  # type: ignore[arg-type]


async def test_methods_are_kept_listed_and_taken_out_of_use(database: Database) -> None:
    async with database.connection() as conn:
        person, other = await make_person(conn), await make_person(conn)
        card = await payment_methods.add(
            conn, person.user_id, "credit_card", reference="tok_1", brand="visa", last_four="1234"
        )
        again = await payment_methods.add(
            conn, person.user_id, "credit_card", reference="tok_1", brand="visa", last_four="1234"
        )
        account = await payment_methods.add(conn, person.user_id, "paypal", label="mine")
        assert again.id == card.id
        assert [each.name for each in await payment_methods.of(conn, person)] == ["visa ending in 1234", "mine"]
        with pytest.raises(NotFound):
            await payment_methods.remove(conn, other, card.id)
        with pytest.raises(NotFound):
            await payment_methods.get(conn, other.user_id, card.id)
        await payment_methods.remove(conn, person, card.id)
        with pytest.raises(NotFound):
            await payment_methods.usable(conn, person.user_id, card.id)
        assert [each.id for each in await payment_methods.of(conn, person)] == [account.id]
        assert not (await payment_methods.get(conn, person.user_id, card.id)).is_active


async def test_what_is_held_cannot_be_paid_twice(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        card = await payment_methods.add_gift_card(conn, person.user_id, eur(1_000))
        await payment_methods.hold(conn, card.id, 600)
        for spend in (payment_methods.pay, payment_methods.hold):
            with pytest.raises(InsufficientBalance):
                await spend(conn, card.id, 401)
        await payment_methods.pay(conn, card.id, 400)
        await payment_methods.release(conn, card.id, 200, paid=True)
        await payment_methods.release(conn, card.id, 400, paid=False)
        await payment_methods.refund(conn, card.id, 50)
        left = await payment_methods.get(conn, person.user_id, card.id)
        assert (left.balance, left.held) == (450, 0)
        left.check_covers(eur(450))
        with pytest.raises(InsufficientBalance, match=r"has 4\.50 EUR left; 4\.51 EUR is needed"):
            left.check_covers(eur(451))
        with pytest.raises(InsufficientBalance):
            left.check_covers(Money(1, "USD"))


async def test_parallel_payments_never_overdraw(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        card = await payment_methods.add_gift_card(conn, person.user_id, eur(500))

    async def pay() -> bool:
        try:
            async with database.transaction() as conn:
                await payment_methods.pay(conn, card.id, 100)
        except InsufficientBalance:
            return False
        return True

    assert sum(await asyncio.gather(*(pay() for _ in range(12)))) == 5
