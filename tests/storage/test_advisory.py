from __future__ import annotations

import asyncio

import pytest

from storage.advisory import alone
from storage.database import bulk
from storage.errors import Busy

KEY = 17


async def test_one_session_at_a_time(database_url: str) -> None:
    done: list[str] = []
    begun = asyncio.Event()

    async def first() -> None:
        async with bulk(database_url) as conn, alone(conn, KEY, patience=60, error=Busy("not now")):
            begun.set()
            async with bulk(database_url) as other:
                with pytest.raises(Busy, match="not now"):
                    async with alone(other, KEY, patience=0.1, error=Busy("not now")):
                        done.append("second too early")
            done.append("first")

    async def second() -> None:
        await begun.wait()
        async with bulk(database_url) as conn, alone(conn, KEY, patience=60, error=Busy("not now")):
            done.append("second")

    await asyncio.gather(first(), second())
    assert done == ["first", "second"]


async def test_what_fails_gives_the_lock_back(database_url: str) -> None:
    async with bulk(database_url) as conn, bulk(database_url) as other:
        with pytest.raises(ZeroDivisionError):
            async with alone(conn, KEY, patience=60, error=Busy("not now")):
                raise ZeroDivisionError
        async with alone(other, KEY, patience=0.1, error=Busy("not now")):
            assert not await conn.fetchval("select pg_try_advisory_lock($1)", KEY)
