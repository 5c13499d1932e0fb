from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest

from storage import chat_memory
from storage.chat_memory import Remembered
from storage.database import Connection, Database
from storage.embedder import Embedder, Vectors, create
from storage.people import Person
from storage.settings import StorageSettings
from tests.support.factory import make_person, say


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return create(StorageSettings())


class Other:
    """Another model of the same dimension."""

    model, dim = "other/model", 256

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), 256), 1 / 16, dtype=np.float32)


async def found(
    conn: Connection, embedder: Embedder, person: Person, text: str, without: UUID | None = None
) -> list[Remembered]:
    return list(await chat_memory.search(conn, embedder, person, text, without=without))


async def test_what_was_said_is_found_by_its_meaning_and_only_by_its_person(
    database: Database, embedder: Embedder
) -> None:
    async with database.connection() as conn:
        one, other = await make_person(conn), await make_person(conn)
        shoes = await say(conn, one, "I need running shoes in size 43, for wide feet")
        await say(conn, one, "Does the kettle whistle?")
        await say(conn, one, "...")
        await say(conn, other, "My running shoes are size 39")
        [first] = await found(conn, embedder, one, "footwear for jogging")
        assert (first.content, first.role) == ("I need running shoes in size 43, for wide feet", "user")
        assert first.similarity > 0.25
        assert await found(conn, embedder, one, "who won the world cup") == []
        assert await found(conn, embedder, one, "footwear for jogging", without=shoes) == []
        [theirs] = await found(conn, embedder, other, "footwear for jogging")
        assert "39" in theirs.content
        assert await conn.fetchval("select count(*) from chat_vectors") == 3


async def test_what_was_said_since_is_remembered_at_the_next_look(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        assert await found(conn, embedder, person, "kettle") == []
        await say(conn, person, "A kettle, please")
        for _ in range(2):
            assert len(await found(conn, embedder, person, "kettle")) == 1


async def test_what_is_still_being_said_waits(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        message = await say(conn, person, "Kettles are", role="assistant")
        await conn.execute(
            "insert into runs (chat_id, message_id, user_message_id, base_url, state) "
            "select chat_id, id, id, '', 'queued' from messages where id = $1",
            message,
        )
        assert await found(conn, embedder, person, "kettle") == []
        await conn.execute("update runs set state = 'failed'")
        assert len(await found(conn, embedder, person, "kettle")) == 1


async def test_a_chat_that_was_put_away_is_forgotten(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        await say(conn, person, "A kettle, please")
        assert len(await found(conn, embedder, person, "kettle")) == 1
        await conn.execute("update chats set is_active = false")
        assert await found(conn, embedder, person, "kettle") == []


async def test_another_model_makes_the_vectors_anew(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        await say(conn, person, "A kettle, please")
        for model in (embedder, Other()):
            assert len(await found(conn, model, person, "kettle")) == 1
            assert await conn.fetchval("select metadata ->> 'model' from chat_vectors") == model.model
