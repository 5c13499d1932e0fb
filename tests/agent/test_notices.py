from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID, uuid4

from agent.notices import STOP, WAITING, Listening, Notices, grew
from storage.database import Database, connect
from storage.errors import DatabaseUnreachable
from storage.notices import send


@asynccontextmanager
async def listening(notices: Notices) -> AsyncIterator[Notices]:
    notices.start()
    try:
        # It lets everybody look once it listens.
        await notices.run_waits.wait()
        notices.run_waits.clear()
        notices.stop_asked.clear()
        yield notices
    finally:
        await notices.stop()


async def test_notices_wake_who_waits_and_nobody_else(database: Database, database_url: str) -> None:
    one, other = uuid4(), uuid4()
    async with listening(Notices(partial(connect, database_url))) as notices:
        waits, idle = notices.watch(one), notices.watch(other)
        async with database.connection() as conn:
            for payload in (*grew([one]), STOP, WAITING):
                await send(conn, payload)
        await asyncio.gather(waits.wait(), notices.stop_asked.wait(), notices.run_waits.wait())
        assert not idle.is_set()
        assert notices.watch(one) is not waits
        notices.unwatch(other)
        assert notices.watch(other) is not idle


async def test_a_connection_that_is_lost_is_made_again_and_everybody_looks(
    database: Database, database_url: str
) -> None:
    """Also when the database cannot be reached for a while."""
    refusals = [DatabaseUnreachable("starting up"), OSError("refused")]

    async def reached() -> Listening:
        if attempts and refusals:
            raise refusals.pop()
        attempts.append(1)
        return await connect(database_url)

    attempts: list[int] = []
    async with listening(Notices(reached, retry_after=0.01)) as notices:
        waits = notices.watch(uuid4())
        async with database.connection() as conn:
            await conn.fetchval(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where query ilike 'listen%' and datname = current_database()"
            )
        await waits.wait()
        assert (refusals, len(attempts)) == ([], 2)


def test_few_notices_for_many_answers() -> None:
    ids = [UUID(int=number) for number in range(450)]
    payloads = grew(ids)
    assert len(payloads) == 3
    assert max(map(len, payloads)) < 8000
    assert [UUID(text) for payload in payloads for text in payload.removeprefix("grew:").split(",")] == ids
