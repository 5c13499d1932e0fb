from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import throttles
from storage.clock import utc_now
from storage.database import Database
from storage.throttles import Rate
from tests.support.factory import unique

NOW = utc_now()
RATE = Rate(burst=3, every=timedelta(seconds=20))


async def test_as_many_as_the_burst_at_once_then_one_each_while(module_database: Database) -> None:
    key = throttles.key(unique("name"))
    async with module_database.connection() as conn:
        assert [await throttles.take(conn, key, RATE, NOW) for _ in range(3)] == [None] * 3
        assert await throttles.take(conn, key, RATE, NOW) == timedelta(seconds=20)
        assert await throttles.take(conn, key, RATE, NOW + timedelta(seconds=15)) == timedelta(seconds=5)
        assert await throttles.take(conn, key, RATE, NOW + timedelta(seconds=20)) is None
        assert await throttles.take(conn, key, RATE, NOW + timedelta(seconds=20)) == timedelta(seconds=20)


async def test_several_are_taken_together_or_not_at_all(module_database: Database) -> None:
    key = throttles.key(unique("name"))
    async with module_database.connection() as conn:
        assert await throttles.take(conn, key, RATE, NOW, 2) is None
        assert await throttles.take(conn, key, RATE, NOW, 2) == timedelta(seconds=20)
        assert await throttles.take(conn, key, RATE, NOW) is None


async def test_many_at_once_get_no_more_than_the_burst(module_database: Database) -> None:
    key = throttles.key(unique("name"))

    async def one() -> bool:
        async with module_database.connection() as conn:
            return await throttles.take(conn, key, RATE, NOW) is None

    assert sum(await asyncio.gather(*(one() for _ in range(8)))) == 3


async def test_what_says_nothing_any_more_is_given_back_or_swept(module_database: Database) -> None:
    one, other = throttles.key(unique("name")), throttles.key(unique("name"))
    async with module_database.connection() as conn:
        for key in (one, other):
            assert await throttles.take(conn, key, RATE, NOW, 3) is None
        await throttles.give_back(conn, one)
        assert await throttles.take(conn, one, RATE, NOW, 3) is None
        assert await throttles.sweep(conn, NOW + timedelta(minutes=1), 100) >= 2
        assert await throttles.take(conn, other, RATE, NOW, 3) is None
