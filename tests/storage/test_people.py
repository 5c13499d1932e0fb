from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import people
from storage.database import Database
from storage.tokens import digest

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_guests_are_apart(module_database: Database) -> None:
    async with module_database.connection() as conn:
        one, other = [await people.new_guest(conn, NOW, DAY) for _ in range(2)]
    assert one.token != other.token
    assert one.person.user_id != other.person.user_id
    assert (one.person.is_anonymous, one.person.role) == (True, "user")


async def test_the_token_itself_is_not_kept(module_database: Database) -> None:
    async with module_database.connection() as conn:
        guest = await people.new_guest(conn, NOW, DAY)
        kept = await conn.fetchval("select token_hash from sessions where id = $1", guest.person.session_id)
    assert kept == digest(guest.token)
    assert guest.token.encode() not in kept
