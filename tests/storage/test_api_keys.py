from __future__ import annotations

from datetime import timedelta

import pytest

from storage import api_keys
from storage.api_keys import MARK, Presented, TooManyKeys, Wanted
from storage.audit import Cause
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.people import Person
from tests.support.factory import make_member

NOW = utc_now()
NO_CAUSE = Cause()


async def made(conn: Connection, person: Person, days: int = 1) -> tuple[api_keys.ApiKey, str]:
    wanted = Wanted(name="till", scopes=["tools"], store_ids=None, expires_at=NOW + timedelta(days=days))
    return await api_keys.create(conn, person, wanted, NO_CAUSE, NOW)


async def test_a_key_is_its_persons_and_kept_as_a_digest(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_member(conn)
        key, secret = await made(conn, person)
        assert secret.startswith(key.prefix + "_")
        assert key.prefix.startswith(MARK)
        assert len(secret) >= len(key.prefix) + 44
        assert await api_keys.presented(conn, secret, NOW) == Presented(key.id, ("tools",), None, person)
        assert await api_keys.presented(conn, secret + "x", NOW) is None
        row = await conn.fetchval("select to_jsonb(k)::text from api_keys k where id = $1", key.id)
        assert secret.removeprefix(key.prefix) not in row


async def test_it_ends_with_its_time_its_revocation_and_its_person(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_member(conn)
        key, secret = await made(conn, person)
        assert await api_keys.presented(conn, secret, NOW + timedelta(days=1)) is None
        with pytest.raises(NotFound):
            await api_keys.revoke(conn, person, key.id, NO_CAUSE, NOW, owner=(await make_member(conn)).user_id)
        for _ in range(2):
            await api_keys.revoke(conn, person, key.id, NO_CAUSE, NOW, owner=person.user_id)
        assert await api_keys.presented(conn, secret, NOW) is None
        actions = await conn.fetch("select action from audit_log where entity_id = $1 order by id", key.id)
        assert [row["action"] for row in actions] == ["create", "revoke"]
        _, another = await made(conn, person)
        await conn.execute("update users set is_active = false where id = $1", person.user_id)
        assert await api_keys.presented(conn, another, NOW) is None


async def test_its_last_use_is_written_now_and_then(module_database: Database) -> None:
    async with module_database.connection() as conn:
        person = await make_member(conn)
        key, secret = await made(conn, person)

        async def used(minutes: int) -> float:
            await api_keys.presented(conn, secret, NOW + timedelta(minutes=minutes))
            [shown] = await api_keys.page(conn, person.user_id, after=None, limit=9)
            assert shown.id == key.id
            assert shown.last_used_at is not None
            return (shown.last_used_at - NOW).total_seconds() / 60

        assert [round(await used(minutes)) for minutes in (0, 5, 9, 11, 12, 30)] == [0, 0, 0, 11, 11, 30]


async def test_a_person_has_only_so_many(module_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MOST", 2)
    async with module_database.connection() as conn:
        person = await make_member(conn)
        first, _ = await made(conn, person)
        await made(conn, person)
        with pytest.raises(TooManyKeys):
            await made(conn, person)
        await api_keys.revoke(conn, person, first.id, NO_CAUSE, NOW, owner=None)
        await made(conn, person)
