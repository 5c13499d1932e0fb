from __future__ import annotations

from storage.database import Database
from storage.embedder import Embedder
from tests.support.factory import make_document, make_person, make_store
from tests.support.tool_context import BASE_URL, called, context
from tools.results import SourceUrl
from tools.search_policies import search_policies


async def test_passages_come_with_their_document_as_a_source(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, other, person = await make_store(conn), await make_store(conn), await make_person(conn)
        chunks = ("Anything unused can be returned within 30 days.", "Worn shoes cannot be returned.")
        document = await make_document(conn, store, "Returns", chunks, embedder=embedder)
        await make_document(conn, other, "Returns elsewhere", chunks, embedder=embedder)
        ctx = context(conn, person, store, embedder)
        result = await called(search_policies, ctx, {"question": "Can worn shoes be returned?"})
    url = f"{BASE_URL}/documents/{document}"
    first, second = result.output["passages"]
    assert first == {"store": store.name, "title": "Returns", "text": "Worn shoes cannot be returned.", "url": url}
    assert second["url"] == url
    assert result.sources == (SourceUrl(str(document), url, "Returns"),)
    assert result.data == ()


async def test_what_nothing_was_written_about_has_no_passage(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await make_document(conn, store, "Shipping", ("Parcels arrive after two days.",), embedder=embedder)
        ctx = context(conn, person, store, embedder)
        result = await called(search_policies, ctx, {"question": "Who won the world cup?"})
    assert (result.output, result.sources) == ({"passages": []}, ())


async def test_a_long_passage_is_cut(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store, person = await make_store(conn), await make_person(conn)
        await make_document(conn, store, "Shipping", ("shipping " * 1_000,), embedder=embedder)
        result = await called(search_policies, context(conn, person, store, embedder), {"question": "shipping"})
    (passage,) = result.output["passages"]
    assert len(passage["text"]) == 1_500
