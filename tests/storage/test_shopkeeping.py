from __future__ import annotations

from dataclasses import replace

from storage import shopkeeping
from storage.database import Connection, Database
from tests.support.factory import make_category, make_member, make_product, make_store
from tests.support.orders import NO_CAUSE

# Writing a product takes longer than a statement may.
SLOW = """
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.4); return new; end $$;
    create trigger slow before update on products for each row execute function slow();
    set local statement_timeout = '250ms';
"""


async def active(conn: Connection) -> list[bool]:
    return [row[0] for row in await conn.fetch("select is_active from products")]


async def test_a_place_is_closed_and_opened_however_long_it_takes(database: Database) -> None:
    async with database.connection() as conn:
        staff, store = await make_member(conn, role="admin"), await make_store(conn)
        category = await make_category(conn, "Lamps")
        await make_product(conn, store, category_id=category)
    for open_ in (False, True):
        async with database.transaction() as conn:
            await conn.execute(SLOW)
            row = replace(await shopkeeping.category(conn, category), is_active=open_)
            await shopkeeping.change_category(conn, staff, category, row, NO_CAUSE)
            assert await active(conn) == [open_]
            await conn.execute("drop function slow cascade")
    for open_ in (False, True):
        async with database.transaction() as conn:
            await conn.execute(SLOW)
            place = replace(await shopkeeping.store(conn, store.id), is_active=open_)
            await shopkeeping.change_store(conn, staff, store.id, place, NO_CAUSE)
            assert await active(conn) == [open_]
            await conn.execute("drop function slow cascade")
