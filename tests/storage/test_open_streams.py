from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import open_streams, throttles
from storage.clock import utc_now
from storage.database import Database
from tests.support.factory import unique

NOW = utc_now()
LIFE = timedelta(minutes=10)


async def test_no_more_are_open_at_once_than_may_be_also_when_many_try_at_once(module_database: Database) -> None:
    key = throttles.key(unique("person"))

    async def one(place: int) -> bool:
        async with module_database.connection() as conn:
            return await open_streams.open_(conn, key, NOW, NOW + LIFE + timedelta(seconds=place), 3)

    assert sum(await asyncio.gather(*(one(place) for place in range(8)))) == 3


async def test_one_that_is_closed_makes_room_and_the_last_leaves_no_row(module_database: Database) -> None:
    key, until = throttles.key(unique("person")), NOW + LIFE
    async with module_database.connection() as conn:
        assert await open_streams.open_(conn, key, NOW, until, 2)
        assert await open_streams.open_(conn, key, NOW, until, 2)
        assert not await open_streams.open_(conn, key, NOW, until, 2)
        await open_streams.close(conn, key, NOW, until)
        assert await open_streams.open_(conn, key, NOW, until, 2)
        for _ in range(3):
            await open_streams.close(conn, key, NOW, until)
        assert await conn.fetchval("select count(*) from open_streams where key = $1", key) == 0


async def test_what_a_dead_process_had_open_counts_until_its_latest_end(module_database: Database) -> None:
    key = throttles.key(unique("person"))
    async with module_database.connection() as conn:
        assert await open_streams.open_(conn, key, NOW, NOW + LIFE, 1)
        assert not await open_streams.open_(conn, key, NOW + LIFE / 2, NOW + LIFE * 2, 1)
        assert await open_streams.open_(conn, key, NOW + LIFE, NOW + LIFE * 2, 1)
        await open_streams.sweep(conn, NOW + LIFE, 100)
        assert not await open_streams.open_(conn, key, NOW + LIFE, NOW + LIFE * 2, 1)
        assert await open_streams.sweep(conn, NOW + LIFE * 2, 100) >= 1
