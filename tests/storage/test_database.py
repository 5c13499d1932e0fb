from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from pgvector import HalfVector

from storage.database import Database, bulk
from storage.errors import Busy


async def test_jsonb_and_vectors_go_in_and_out_as_python_objects(database: Database) -> None:
    value = {"a": [1, None, {"ü": "\u2028"}], "id": str(uuid4())}
    async with database.connection() as conn:
        assert await conn.fetchval("select $1::jsonb", value) == value
        assert await conn.fetchval("select $1::jsonb ->> 'a'", {"a": "text"}) == "text"
        vector = await conn.fetchval("select $1::halfvec(3)", HalfVector([1, 2, 3]))
    assert vector.to_list() == [1, 2, 3]


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def insert_then_fail() -> None:
        async with database.transaction() as conn:
            await conn.execute("insert into users (is_anonymous) values (true)")
            raise LookupError

    with pytest.raises(LookupError):
        await insert_then_fail()
    async with database.connection() as conn:
        assert await conn.fetchval("select count(*) from users") == 0


async def test_a_pool_that_is_all_in_use_answers_busy(database_url: str) -> None:
    database = await Database.open(database_url, pool_size=1, acquire_timeout=0.05)
    try:
        async with database.connection():
            with pytest.raises(Busy) as caught:
                async with database.connection():
                    pass
        assert caught.value.retry
        async with database.connection() as conn:
            assert await conn.fetchval("select 1") == 1
    finally:
        await database.close()


async def test_every_session_has_its_time_limits(database: Database) -> None:
    async with database.connection() as conn:
        settings = {
            name: await conn.fetchval("select current_setting($1)", name)
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout", "jit")
        }
    assert settings == {
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        "lock_timeout": "2s",
        "jit": "off",
    }


async def test_a_statement_is_cut_off_by_the_server(database: Database) -> None:
    async with database.transaction() as conn:
        await conn.execute("set local statement_timeout = '20ms'")
        with pytest.raises(asyncpg.QueryCanceledError):
            await conn.execute("select pg_sleep(5)")


async def test_a_statement_that_was_cut_off_leaves_the_block_as_busy(database: Database) -> None:
    async def too_long() -> None:
        async with database.transaction() as conn:
            await conn.execute("set local statement_timeout = '20ms'")
            await conn.execute("select pg_sleep(5)")

    with pytest.raises(Busy):
        await too_long()


async def test_bulk_jobs_have_no_statement_limit_and_know_our_types(database_url: str) -> None:
    async with bulk(database_url) as conn:
        assert await conn.fetchval("select current_setting('statement_timeout')") == "0"
        assert await conn.fetchval("select '[1,2]'::jsonb") == [1, 2]


async def test_a_cancelled_request_gives_its_connection_back(database_url: str) -> None:
    database = await Database.open(database_url, pool_size=1)

    async def slow() -> None:
        async with database.transaction() as conn:
            await conn.execute("select pg_sleep(5)")

    try:
        task = asyncio.create_task(slow(), name="slow")
        # A cancellation that comes before the server has begun is lost on it.
        async with bulk(database_url) as watching:
            sleeps = "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
            while not await watching.fetch(sleeps):
                continue
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with database.connection() as conn:
            assert await conn.fetchval("select 1") == 1
    finally:
        await database.close()
