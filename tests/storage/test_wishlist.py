from __future__ import annotations

import pytest

from storage import wishlist
from storage.audit import Cause
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import change_product, close, make_person, make_product, make_store

CAUSE = Cause()


async def test_what_was_put_last_comes_first_and_is_there_once(database: Database) -> None:
    async with database.connection() as conn:
        person, other, store = await make_person(conn), await make_person(conn), await make_store(conn)
        made = [await make_product(conn, store) for _ in range(3)]
        assert [await wishlist.put(conn, person, product.id, CAUSE) for product in made] == [True, True, True]
        assert not await wishlist.put(conn, person, made[0].id, CAUSE)
        await wishlist.put(conn, other, made[1].id, CAUSE)
        first = await wishlist.page(conn, person, limit=2)
        rest = await wishlist.page(conn, person, after=first[-1].place, limit=2)
        assert [item.product_id for item in (*first, *rest)] == [product.id for product in reversed(made)]
        assert [await wishlist.remove(conn, person, made[1].id, CAUSE) for _ in range(2)] == [True, False]
        assert len(await wishlist.page(conn, person)) == 2
        assert len(await wishlist.page(conn, other)) == 1


async def test_a_wishlist_can_be_read_for_one_store(database: Database) -> None:
    async with database.connection() as conn:
        person, here, there = await make_person(conn), await make_store(conn), await make_store(conn)
        mine, elsewhere = await make_product(conn, here), await make_product(conn, there)
        await wishlist.put(conn, person, mine.id, CAUSE, here.id)
        await wishlist.put(conn, person, elsewhere.id, CAUSE)
        (item,) = await wishlist.page(conn, person, store_id=here.id)
        with pytest.raises(NotFound):
            await wishlist.put(conn, person, elsewhere.id, CAUSE, here.id)
    assert (item.product_id, item.store_id, item.added_at.tzinfo is not None) == (mine.id, here.id, True)


async def test_it_tells_todays_price_and_what_is_no_longer_sold(database: Database) -> None:
    async with database.connection() as conn:
        person, store = await make_person(conn), await make_store(conn)
        cheaper, gone, closed = [await make_product(conn, store, price=5_000) for _ in range(3)]
        for product in (cheaper, gone):
            await wishlist.put(conn, person, product.id, CAUSE)
        await change_product(conn, cheaper, price=4_000, stock=1)
        await change_product(conn, gone, is_active=False)
        with pytest.raises(NotFound):
            await wishlist.put(conn, person, gone.id, CAUSE)
        found = {item.product_id: item for item in await wishlist.page(conn, person)}
        assert (found[cheaper.id].pays.amount, found[cheaper.id].stock, found[cheaper.id].is_active) == (4_000, 1, True)
        assert not found[gone.id].is_active
        await close(conn, "store", store.id)
        assert [item.is_active for item in await wishlist.page(conn, person)] == [False, False]
        with pytest.raises(NotFound):
            await wishlist.put(conn, person, closed.id, CAUSE)
