from __future__ import annotations

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import make_person, make_store, say
from tests.support.tool_context import called, context
from tools.search_chats import search_chats


async def test_passages_say_by_whom_and_in_which_chat(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await say(conn, person, "Is the enamel kettle good for induction?")
        await say(conn, person, f"The enamel kettle is. {'Really. ' * 300}", role="assistant")
        result = await called(search_chats, context(conn, person, store, embedder), {"query": "enamel kettle"})
    passages = result.output["passages"]
    assert {each["by"] for each in passages} == {"shopper", "assistant"}
    assert all(each["chat"].startswith("chat") for each in passages)
    assert max(len(each["text"]) for each in passages) == 1_500


async def test_the_chat_it_is_called_in_is_left_out(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        here = await say(conn, person, "A kettle, please")
        await say(conn, person, "Which kettle is the lightest?")
        ctx = context(conn, person, store, embedder, message_id=here)
        result = await called(search_chats, ctx, {"query": "kettle", "limit": 10})
    assert [each["text"] for each in result.output["passages"]] == ["Which kettle is the lightest?"]
