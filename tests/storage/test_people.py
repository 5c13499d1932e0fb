from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import people
from storage.database import Database

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_a_guest_is_known_by_the_token_until_it_expires(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY)
        assert await people.by_token(conn, guest.token, NOW) == guest.person
        assert await people.by_token(conn, guest.token, NOW + DAY) is None
        assert await people.by_token(conn, guest.token + "x", NOW) is None
    assert (guest.person.is_anonymous, guest.person.role) == (True, "user")


async def test_guests_are_apart(module_database: Database) -> None:
    async with module_database.connection() as conn:
        one, other = [await people.new_guest(conn, NOW, DAY) for _ in range(2)]
    assert one.token != other.token
    assert one.person.user_id != other.person.user_id


async def test_the_token_itself_is_not_kept(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY)
        kept = await conn.fetchval("select token_hash from sessions where id = $1", guest.person.session_id)
    assert kept == people.digest(guest.token)
    assert guest.token.encode() not in kept


async def test_an_ended_session_and_a_person_put_away_are_unknown(module_database: Database) -> None:
    async with module_database.connection() as conn:
        one, other = [await people.new_guest(conn, NOW, DAY) for _ in range(2)]
        await conn.execute("update sessions set ended_at = now() where id = $1", one.person.session_id)
        await conn.execute("update users set is_active = false where id = $1", other.person.user_id)
        assert await people.by_token(conn, one.token, NOW) is None
        assert await people.by_token(conn, other.token, NOW) is None
