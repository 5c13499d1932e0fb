from __future__ import annotations

from uuid import UUID, uuid4

from storage import audit
from storage.database import Connection, Database
from tests.support.factory import make_member, make_message, make_tool_part


def entry(message_id: UUID | None = None, tool_call_id: str | None = None) -> audit.Entry:
    return audit.Entry(
        entity_type="cart",
        entity_id=uuid4(),
        action="set_quantity",
        before={"quantity": 0},
        after={"quantity": 2},
        message_id=message_id,
        tool_call_id=tool_call_id,
    )


async def causes(conn: Connection) -> list[UUID | None]:
    return [record["part_id"] for record in await conn.fetch("select part_id from audit_log order by created_at, id")]


async def test_an_entry_names_the_change_and_the_part_that_caused_it(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_member(conn)
        message_id = await make_message(conn, person)
        part_id = await make_tool_part(conn, message_id, "call-1", "update_cart")
        for cause in (entry(message_id, "call-1"), entry(message_id, "call-2"), entry(uuid4(), "call-1"), entry()):
            await audit.record(conn, person, cause)
        assert await causes(conn) == [part_id, None, None, None]
        first = await conn.fetchrow("select * from audit_log order by created_at, id limit 1")
    assert first is not None
    assert (first["user_id"], first["entity_type"], first["action"]) == (person.user_id, "cart", "set_quantity")
    assert first["changes"] == {"before": {"quantity": 0}, "after": {"quantity": 2}}


async def test_an_entry_goes_with_its_transaction(database: Database) -> None:
    async with database.connection() as conn:
        person = await make_member(conn)
        change = conn.transaction()
        await change.start()
        await audit.record(conn, person, entry())
        assert await causes(conn) == [None]
        await change.rollback()
        assert await causes(conn) == []
