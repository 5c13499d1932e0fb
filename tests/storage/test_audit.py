from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from storage import audit
from storage.audit import Cause
from storage.database import Connection, Database
from tests.support.factory import make_member, make_message, make_tool_part


def entry() -> audit.Entry:
    return audit.Entry(
        entity_type="cart",
        entity_id=uuid4(),
        action="set_quantity",
        before={"quantity": 0},
        after={"quantity": 2},
    )


async def causes(conn: Connection) -> list[UUID | None]:
    return [record["part_id"] for record in await conn.fetch("select part_id from audit_log order by created_at, id")]


async def test_an_entry_names_the_change_and_the_part_that_caused_it(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_member(conn)
        message_id = await make_message(conn, person)
        part_id = await make_tool_part(conn, message_id, "call-1", "update_cart")
        for message, call in ((message_id, "call-1"), (message_id, "call-2"), (uuid4(), "call-1"), (None, None)):
            await audit.record(conn, person, entry(), Cause(message_id=message, tool_call_id=call))
        assert await causes(conn) == [part_id, None, None, None]
        first = await conn.fetchrow("select * from audit_log order by created_at, id limit 1")
    assert first is not None
    assert (first["user_id"], first["entity_type"], first["action"]) == (person.user_id, "cart", "set_quantity")
    assert first["changes"] == {"before": {"quantity": 0}, "after": {"quantity": 2}}


@pytest.mark.parametrize("ip", [None, "192.0.2.7", "2001:db8::7"])
async def test_an_entry_names_the_action_and_the_request_it_came_by(database: Database, ip: str | None) -> None:
    action = uuid4()
    async with database.connection() as conn:
        person = await make_member(conn)
        await audit.record(conn, person, entry(), Cause(action_id=action, ip=ip, user_agent="curl/8"))
        [record] = await conn.fetch("select message_action_id, host(ip_address) as ip, user_agent from audit_log")
    assert tuple(record) == (action, ip, "curl/8")


async def test_an_entry_goes_with_its_transaction(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_member(conn)
        change = conn.transaction()
        await change.start()
        await audit.record(conn, person, entry(), Cause())
        assert await causes(conn) == [None]
        await change.rollback()
        assert await causes(conn) == []
