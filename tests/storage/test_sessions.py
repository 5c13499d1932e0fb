from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import people, sessions
from storage.database import Connection, Database
from storage.people import NewGuest
from storage.sessions import Lifetime, SessionReplaced

NOW = datetime.now(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def known(conn: Connection, guest: NewGuest, now: datetime = NOW) -> bool:
    found = await sessions.person(conn, guest.token, now, HOUR)
    assert found in (None, guest.person)
    return found is not None


async def test_a_session_ends_by_age(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY)
        assert await known(conn, guest)
        assert await known(conn, guest, NOW + timedelta(hours=23)) is True
        assert await known(conn, guest, NOW + DAY) is False
        assert await sessions.person(conn, guest.token + "x", NOW, HOUR) is None


async def test_a_session_that_rests_ends_and_one_in_use_goes_on(module_database: Database) -> None:
    async with module_database.connection() as conn:
        resting, used = [await people.new_guest(conn, NOW, DAY, HOUR) for _ in range(2)]
        half = NOW + timedelta(minutes=50)
        assert await known(conn, used, half)
        assert await known(conn, used, NOW + timedelta(minutes=100))
        assert not await known(conn, resting, NOW + timedelta(minutes=100))
        seen = await conn.fetchval("select last_seen_at from users where id = $1", used.person.user_id)
    assert seen == NOW + timedelta(minutes=100)


async def test_a_session_in_use_is_not_written_at_each_request(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY, HOUR)
        assert await known(conn, guest, NOW + timedelta(minutes=4))
        assert guest.person.session_id is not None
        assert (await sessions.get(conn, guest.person.session_id)).last_seen_at == NOW


async def test_an_ended_session_and_a_person_put_away_are_unknown(module_database: Database) -> None:
    async with module_database.connection() as conn:
        one, other = [await people.new_guest(conn, NOW, DAY) for _ in range(2)]
        assert one.person.session_id is not None
        assert await sessions.end(conn, one.person.user_id, one.person.session_id, NOW)
        assert not await sessions.end(conn, one.person.user_id, one.person.session_id, NOW)
        await conn.execute("update users set is_active = false where id = $1", other.person.user_id)
        assert not await known(conn, one)
        assert not await known(conn, other)


async def test_a_replaced_session_is_told_apart_from_an_unknown_one_while_its_successor_lives(
    module_database: Database,
) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY)
        user, old = guest.person.user_id, guest.person.session_id
        assert old is not None
        new = await sessions.start(conn, user, NOW, Lifetime(DAY, DAY), {"device": "mobile"})
        await sessions.replace(conn, old, new.id, NOW)
        with pytest.raises(SessionReplaced):
            await sessions.person(conn, guest.token, NOW, HOUR)
        assert await sessions.ended(conn, [old, new.id], NOW) == frozenset()
        await sessions.end(conn, user, new.id, NOW)
        assert await sessions.person(conn, guest.token, NOW, HOUR) is None
        assert await sessions.ended(conn, [old, new.id], NOW) == {old, new.id}


async def test_sessions_are_listed_and_ended_but_for_one(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest, stranger = [await people.new_guest(conn, NOW, DAY) for _ in range(2)]
        user, first = guest.person.user_id, guest.person.session_id
        assert first is not None
        others = [
            await sessions.start(conn, user, NOW + timedelta(seconds=n), Lifetime(DAY, DAY), {"device": "mobile"})
            for n in (1, 2)
        ]
        listed = await sessions.alive(conn, user, NOW)
        assert [session.id for session in listed] == [others[1].id, others[0].id, first]
        assert listed[0].context == {"device": "mobile"}
        assert await sessions.end_others(conn, user, first, NOW) == 2
        assert [session.id for session in await sessions.alive(conn, user, NOW)] == [first]
        assert await known(conn, stranger)


async def test_what_is_over_for_long_is_swept(database: Database) -> None:
    async with database.connection() as conn:
        ended, expired, rested, alive = [
            await people.new_guest(conn, NOW - 10 * DAY, lasts, idle)
            for lasts, idle in ((20 * DAY, None), (DAY, None), (20 * DAY, DAY), (20 * DAY, None))
        ]
        assert ended.person.session_id is not None
        await sessions.end(conn, ended.person.user_id, ended.person.session_id, NOW - 8 * DAY)
        assert await sessions.sweep(conn, NOW - 9.5 * DAY, 100) == 0
        assert await sessions.sweep(conn, NOW - 7 * DAY, 2) == 2
        assert await sessions.sweep(conn, NOW - 7 * DAY, 2) == 1
        assert [row[0] for row in await conn.fetch("select id from sessions")] == [alive.person.session_id]
        assert {expired.token, rested.token} & {alive.token} == set()
