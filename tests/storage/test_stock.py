from __future__ import annotations

import asyncio

import pytest

from storage import stock
from storage.database import Database
from storage.errors import OutOfStock
from tests.support import orders
from tests.support.factory import change_product, make_product, make_store


async def test_all_of_a_move_happens_or_nothing(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        many, few = [await make_product(conn, store, stock=pieces) for pieces in (5, 1)]
    with pytest.raises(OutOfStock):
        async with database.transaction() as conn:
            await stock.move(conn, take={many.id: 2, few.id: 2})
    assert [await orders.stock(database, each) for each in (many, few)] == [5, 1]
    async with database.transaction() as conn:
        await stock.move(conn, take={many.id: 5}, put={few.id: 3})
    assert [await orders.stock(database, each) for each in (many, few)] == [0, 4]


async def test_what_is_put_back_makes_room_for_what_is_taken(database: Database) -> None:
    async with database.transaction() as conn:
        mug = await make_product(conn, await make_store(conn), stock=1)
        await stock.move(conn, take={mug.id: 3}, put={mug.id: 2})
        await stock.move(conn, take={mug.id: 3}, put={mug.id: 3})
    assert await orders.stock(database, mug) == 0


async def test_what_is_no_longer_for_sale_is_put_back_and_not_taken(database: Database) -> None:
    async with database.transaction() as conn:
        mug = await make_product(conn, await make_store(conn), stock=5)
        await change_product(conn, mug, is_active=False)
        await stock.move(conn, put={mug.id: 1})
    with pytest.raises(OutOfStock):
        async with database.transaction() as conn:
            await stock.move(conn, take={mug.id: 1})
    assert await orders.stock(database, mug) == 6


async def test_moves_of_the_same_products_in_any_order_neither_wait_in_a_ring_nor_oversell(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        one, other = [await make_product(conn, store, stock=8) for _ in range(2)]

    async def take(backwards: bool) -> bool:
        pair = (other, one) if backwards else (one, other)
        try:
            async with database.transaction() as conn:
                await stock.move(conn, take={each.id: 1 for each in pair})
        except OutOfStock:
            return False
        return True

    done = await asyncio.gather(*(take(bool(number % 2)) for number in range(20)))
    assert sum(done) == 8
    assert [await orders.stock(database, each) for each in (one, other)] == [0, 0]
