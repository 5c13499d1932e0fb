from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from storage import idempotency
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.idempotency import Claim, Kept, KeyInUse, KeyReused
from storage.people import Person
from tests.support.factory import make_person

NOW = utc_now()
LATER = NOW + timedelta(hours=24)
REPLY = Kept(status=201, headers={"Location": "/v1/things/1"}, body={"z": 1, "a": [None, 1.5, "é"]})


def claim(person: Person, key: str = "k", digest: bytes = b"1", endpoint: str = "POST /v1/things") -> Claim:
    return Claim(user_id=person.user_id, endpoint=endpoint, key=key, digest=digest)


async def kept(conn: Connection) -> list[str]:
    return [record["key"] for record in await conn.fetch("select key from idempotency_keys order by key")]


async def keep(conn: Connection, asked: Claim, now: datetime = NOW, reply: Kept = REPLY) -> None:
    async with conn.transaction():
        assert await idempotency.claim(conn, asked, now) is None
        await idempotency.keep(conn, asked, reply, now, now + timedelta(hours=24))


async def test_a_reply_is_kept_as_it_was(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        await keep(conn, claim(person))
        async with conn.transaction():
            again = await idempotency.claim(conn, claim(person), NOW)
    assert again == REPLY
    assert again is not None
    assert isinstance(again.body, dict)
    assert list(again.body) == ["z", "a"]


async def test_a_key_is_its_persons_and_endpoints_own(database: Database) -> None:
    async with database.connection() as conn:
        person, other = await make_person(conn), await make_person(conn)
        await keep(conn, claim(person))
        for asked in (claim(other), claim(person, key="K"), claim(person, endpoint="PUT /v1/things")):
            await keep(conn, asked)
        assert len(await kept(conn)) == 4


async def test_another_request_may_not_take_the_key(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        await keep(conn, claim(person))
        async with conn.transaction():
            with pytest.raises(KeyReused):
                await idempotency.claim(conn, claim(person, digest=b"2"), NOW)


async def test_while_one_is_at_work_another_is_told_at_once(database: Database) -> None:
    async with database.connection() as first, database.connection() as second:
        person = await make_person(first)
        async with first.transaction():
            assert await idempotency.claim(first, claim(person), NOW) is None
            async with second.transaction():
                with pytest.raises(KeyInUse):
                    await idempotency.claim(second, claim(person), NOW)
                assert await idempotency.claim(second, claim(person, key="other"), NOW) is None
            await idempotency.keep(first, claim(person), REPLY, NOW, LATER)
        async with second.transaction():
            assert await idempotency.claim(second, claim(person), NOW) == REPLY


async def test_what_is_rolled_back_leaves_the_key_free(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        transaction = conn.transaction()
        await transaction.start()
        assert await idempotency.claim(conn, claim(person), NOW) is None
        await idempotency.keep(conn, claim(person), REPLY, NOW, LATER)
        await transaction.rollback()
        await keep(conn, claim(person, digest=b"2"))


async def test_an_expired_key_is_free_again_and_expired_ones_go(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        for number in range(12):
            await keep(conn, claim(person, key=f"old-{number:02}"))
        await keep(conn, claim(person, key="old-11", digest=b"2"), LATER)
        assert await kept(conn) == ["old-10", "old-11"]
        await keep(conn, claim(person, key="new"), LATER)
        assert await kept(conn) == ["new", "old-11"]


async def test_a_key_is_taken_within_a_transaction_only(database: Database) -> None:
    async with database.connection() as conn:
        with pytest.raises(RuntimeError):
            await idempotency.claim(conn, claim(await make_person(conn)), NOW)
