from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from storage import cart_changes, carts
from storage.audit import Cause
from storage.carts import Change
from storage.database import Database
from storage.errors import OutOfStock
from storage.people import Person
from tests.support.factory import (
    change_product,
    make_message,
    make_person,
    make_product,
    make_store,
    make_tool_part,
)


async def rows(database: Database, statement: str) -> list[asyncpg.Record]:
    async with database.connection() as conn:
        return await conn.fetch(statement)


async def audited(database: Database) -> list[asyncpg.Record]:
    return await rows(database, "select * from audit_log order by created_at, id")


async def told(database: Database) -> list[tuple[str, UUID, int]]:
    found = await rows(database, "select event_type, product_id, event_value from interactions order by created_at, id")
    return [(row["event_type"], row["product_id"], int(row["event_value"])) for row in found]


async def put(
    database: Database, person: Person, product_id: UUID, quantity: int, cause: Cause | None = None
) -> tuple[UUID, Change]:
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, product_id)
        return cart_id, await cart_changes.put(conn, person, cart_id, product_id, quantity, cause or Cause())


async def test_a_change_is_told_with_its_cause(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store)
        message = await make_message(conn, person, store)
        part = await make_tool_part(conn, message, "call-1", "update_cart")
    await put(database, person, mug.id, 3, Cause(ip="192.0.2.7", user_agent="a browser"))
    cart_id, change = await put(database, person, mug.id, 1, Cause(message_id=message, tool_call_id="call-1"))
    assert change == Change(before=3, after=1, version=3, changed=True)
    first, second = await audited(database)
    assert (str(first["ip_address"]), first["user_agent"], first["part_id"]) == ("192.0.2.7", "a browser", None)
    assert (second["entity_type"], second["entity_id"], second["part_id"]) == ("cart", cart_id, part)
    assert second["changes"] == {
        "before": {"product_id": str(mug.id), "quantity": 3},
        "after": {"product_id": str(mug.id), "quantity": 1, "version": 3},
    }
    assert await told(database) == [("add_to_cart", mug.id, 3), ("remove_from_cart", mug.id, 2)]


async def test_a_price_taken_anew_is_a_change_and_no_interaction(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, price=1_000)
    await put(database, person, mug.id, 2)
    assert not (await put(database, person, mug.id, 2))[1].changed
    assert len(await audited(database)) == 1
    async with database.connection() as conn:
        await change_product(conn, mug, price=900)
    assert (await put(database, person, mug.id, 2))[1].changed
    assert len(await audited(database)) == 2
    assert len(await told(database)) == 1


async def test_what_is_refused_is_not_told(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug = await make_product(conn, store, stock=1)
    with pytest.raises(OutOfStock):
        await put(database, person, mug.id, 2)
    assert await audited(database) == []
    assert await told(database) == []


async def test_everything_goes_out_at_once_in_one_version(database: Database) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        mug, tent = await make_product(conn, store), await make_product(conn, store)
    await put(database, person, mug.id, 2)
    cart_id, _ = await put(database, person, tent.id, 1)
    async with database.transaction() as conn:
        assert await carts.hold(conn, person, cart_id) == 3
        assert await cart_changes.clear(conn, person, cart_id, Cause()) == 3
        assert await cart_changes.clear(conn, person, cart_id, Cause()) == 0
        cart = await carts.view(conn, cart_id)
    assert (cart.items, cart.version, cart.total) == ((), 4, 0)
    *_, last = await audited(database)
    assert (last["action"], last["changes"]) == (
        "clear",
        {"before": {str(mug.id): 2, str(tent.id): 1}, "after": {"version": 4}},
    )
    assert sorted((await told(database))[2:]) == sorted(
        [("remove_from_cart", mug.id, 2), ("remove_from_cart", tent.id, 1)]
    )
