from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage import throttles
from storage.database import Database
from storage.throttles import Rate, TooOften, key
from tests.support.factory import unique

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = Rate(burst=3, every=MINUTE)


async def test_so_many_at_once_and_then_one_each_time(module_database: Database) -> None:
    counted = key(unique("one"))
    async with module_database.connection() as conn:

        async def wait(now: datetime) -> timedelta | None:
            return await throttles.take(conn, counted, THREE, now)

        assert [await wait(NOW) for _ in range(3)] == [None] * 3
        assert await wait(NOW) == MINUTE
        assert await wait(NOW + timedelta(seconds=45)) == timedelta(seconds=15)
        assert await wait(NOW + MINUTE) is None
        assert await wait(NOW + MINUTE) == MINUTE
        # Left alone, it is as it was: three, and not as many as the hours would make.
        later = NOW + timedelta(hours=9)
        assert [await wait(later) for _ in range(4)] == [None] * 3 + [MINUTE]
        await throttles.give_back(conn, counted)
        assert await wait(later) is None


async def test_keys_are_counted_apart_and_names_are_not_kept(module_database: Database) -> None:
    one, other = key("mail", "ada@example.org"), key("sign-in", "ada@example.org")
    once = Rate(burst=1, every=MINUTE)
    async with module_database.connection() as conn:
        await throttles.allow(conn, (one, once), (other, once), now=NOW)
        with pytest.raises(TooOften) as refused:
            await throttles.allow(conn, (other, once), now=NOW)
        kept = await conn.fetch("select t::text from throttles t")
    assert refused.value.wait == MINUTE
    assert "ada" not in str([row[0] for row in kept])


async def test_racers_take_no_more_than_there_are(module_database: Database) -> None:
    counted = key(unique("race"))

    async def take() -> bool:
        async with module_database.connection() as conn:
            return await throttles.take(conn, counted, THREE, NOW) is None

    assert sum(await asyncio.gather(*(take() for _ in range(20)))) == 3


async def test_what_says_nothing_any_more_is_swept(database: Database) -> None:
    async with database.connection() as conn:
        for name in ("one", "other"):
            await throttles.take(conn, key(name), THREE, NOW)
        assert await throttles.sweep(conn, NOW, 10) == 0
        assert await throttles.sweep(conn, NOW + MINUTE, 1) == 1
        assert await throttles.sweep(conn, NOW + MINUTE, 10) == 1
