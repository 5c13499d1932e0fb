from __future__ import annotations

import asyncpg
import pytest

from storage import messages
from storage.database import Connection, Database
from storage.messages import Message
from tests.support.factory import make_person, unique
from tests.support.turns import take


async def add(conn: Connection, of: Message, parent: Message | None, name: str | None = None) -> Message:
    made = await conn.fetchval(
        """
        insert into messages (id, chat_id, parent_id, public_id, role)
        select id, $1, $2, coalesce($3, id::text), 'user' from (select uuidv7() as id) made returning id
        """,
        of.chat_id,
        parent.id if parent else None,
        name,
    )
    found = await messages.get(conn, made)
    assert found is not None
    return found


@pytest.fixture
async def answer(module_database: Database) -> Message:
    return (await take(module_database)).answer


async def test_a_message_is_known_by_its_name_or_its_own_id(module_database: Database, answer: Message) -> None:
    async with module_database.connection() as conn:
        named = await add(conn, answer, answer, "client-1")
        unnamed = await add(conn, answer, answer)
        assert (named.public_id, unnamed.public_id) == ("client-1", str(unnamed.id))
        assert await messages.find(conn, answer.chat_id, "client-1") == named
        assert await messages.get(conn, unnamed.id) == unnamed
        assert await messages.find(conn, answer.chat_id, "client-2") is None
        assert await messages.get(conn, answer.chat_id) is None


async def test_a_name_is_one_messages_in_its_chat(module_database: Database, answer: Message) -> None:
    name = unique("m")
    async with module_database.connection() as conn:
        other = (await take(module_database, person=await make_person(conn))).answer
        await add(conn, answer, None, name)
        await add(conn, other, None, name)
        with pytest.raises(asyncpg.UniqueViolationError):
            await add(conn, answer, None, name)


async def test_a_branch_goes_up_to_the_first_message(module_database: Database, answer: Message) -> None:
    async with module_database.connection() as conn:
        left = await add(conn, answer, answer)
        right = await add(conn, answer, answer)
        below = await add(conn, answer, right)
        branch = await messages.branch(conn, below.id)
        assert [message.id for message in branch][1:] == [answer.id, right.id, below.id]
        assert branch[0].parent_id is None
        assert left not in branch


async def test_an_edited_message_gives_its_name_away(module_database: Database, answer: Message) -> None:
    async with module_database.connection() as conn:
        old = await add(conn, answer, None, "client-9")
        await messages.supersede(conn, old.id)
        new = await add(conn, answer, None, "client-9")
        assert await messages.find(conn, answer.chat_id, "client-9") == new
        found = await messages.get(conn, old.id)
        assert found is not None
        assert found.public_id == str(old.id)


async def test_metadata_is_merged(module_database: Database, answer: Message) -> None:
    async with module_database.connection() as conn:
        await messages.describe(conn, answer.id, {"model": "other", "usage": {"in": 1}})
        found = await messages.get(conn, answer.id)
    assert found is not None
    assert found.metadata == {**answer.metadata, "model": "other", "usage": {"in": 1}}


async def test_a_message_that_goes_on_says_nothing_of_its_end(module_database: Database, answer: Message) -> None:
    async with module_database.connection() as conn:
        await messages.describe(
            conn, answer.id, {"state": "waiting", "finishReason": "tool-calls", "usage": {}, "x": 1}
        )
        await messages.begin_again(conn, answer.id)
        found = await messages.get(conn, answer.id)
    assert found is not None
    assert found.metadata == {**answer.metadata, "x": 1}
