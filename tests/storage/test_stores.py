from __future__ import annotations

from uuid import uuid4

import pytest

from storage import stores
from storage.database import Database
from storage.errors import NotFound
from tests.support.factory import make_store


async def test_a_store_is_found_by_id_and_slug(database: Database) -> None:
    async with database.connection() as conn:
        store = await make_store(conn, slug="fernweg", name="Fernweg", currency="CHF")
        assert (store.slug, store.name, store.currency) == ("fernweg", "Fernweg", "CHF")
        assert await stores.get(conn, store.id) == store
        assert await stores.by_slug(conn, "fernweg") == store


async def test_the_default_is_the_oldest_which_the_list_begins_with(database: Database) -> None:
    async with database.connection() as conn:
        first, second = await make_store(conn, name="Zebra"), await make_store(conn, name="Ant")
        assert await stores.default(conn) == first
        assert await stores.all_active(conn) == (first, second)


async def test_what_is_not_there_or_not_active_is_not_found(database: Database) -> None:
    async with database.connection() as conn:
        with pytest.raises(NotFound):
            await stores.default(conn)
        store = await make_store(conn, slug="gone")
        await conn.execute("update stores set is_active = false")
        for missing in (stores.get(conn, store.id), stores.get(conn, uuid4()), stores.by_slug(conn, "gone")):
            with pytest.raises(NotFound):
                await missing
        assert await stores.all_active(conn) == ()
