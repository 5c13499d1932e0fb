from __future__ import annotations

import asyncio

import pytest

from storage import chats, turns
from storage.chats import Chat
from storage.database import Database
from storage.errors import NotFound
from storage.people import Person
from tests.support.factory import make_person, unique
from tests.support.turns import asking, take


@pytest.fixture
async def person(module_database: Database) -> Person:
    async with module_database.connection() as conn:
        return await make_person(conn)


async def opened(database: Database, name: str, person: Person, title: str = "Tents") -> Chat:
    async with database.transaction() as conn:
        return (await turns.open_(conn, name, person.user_id, None, title)).chat


async def test_a_chat_is_made_once_and_keeps_its_title(module_database: Database, person: Person) -> None:
    name = unique("chat")
    first = await opened(module_database, name, person)
    assert (first.public_id, first.user_id, first.title, first.leaf_id) == (name, person.user_id, "Tents", None)
    assert await opened(module_database, name, person, "Mugs") == first
    async with module_database.connection() as conn:
        assert await chats.find(conn, name, person.user_id) == first


async def test_another_persons_chat_is_as_good_as_none(module_database: Database, person: Person) -> None:
    name = unique("chat")
    await opened(module_database, name, person)
    async with module_database.connection() as conn:
        stranger = await make_person(conn)
        assert await chats.find(conn, name, stranger.user_id) is None
    with pytest.raises(NotFound):
        await opened(module_database, name, stranger)


async def test_a_chat_put_away_is_gone(module_database: Database, person: Person) -> None:
    chat = await opened(module_database, unique("chat"), person)
    async with module_database.connection() as conn:
        await conn.execute("update chats set is_active = false where id = $1", chat.id)
        assert await chats.find(conn, chat.public_id, person.user_id) is None
    with pytest.raises(NotFound):
        await opened(module_database, chat.public_id, person)


async def test_two_requests_open_one_chat_one_after_the_other(module_database: Database, person: Person) -> None:
    name = unique("chat")
    found = await asyncio.gather(*(opened(module_database, name, person) for _ in range(4)))
    assert len({chat.id for chat in found}) == 1


async def test_the_branch_shown_ends_with_the_leaf(module_database: Database, person: Person) -> None:
    name = unique("chat")
    before = await opened(module_database, name, person)
    turn = await take(module_database, asking(chat=name), person)
    async with module_database.connection() as conn:
        chat = await chats.find(conn, name, person.user_id)
        assert chat is not None
        assert chat.leaf_id == turn.answer.id
        assert chat.updated_at >= before.updated_at
        assert await chats.get(conn, chat.id) == chat
