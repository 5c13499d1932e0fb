from __future__ import annotations

import pytest

from storage import documents
from storage.database import Database
from storage.embedder import Embedder, create
from storage.errors import NotFound
from storage.settings import StorageSettings
from tests.support.factory import make_document, make_store

RETURNS = (
    "You can send back anything unused within 30 days of delivery and get the full price back.",
    "Worn shoes and opened food cannot be returned. A faulty product is always taken back.",
)
SHIPPING = (
    "Parcels leave the warehouse on working days before noon and arrive after two to three days.",
    "Delivery costs 4.90 and is free from 50 euros on.",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return create(StorageSettings())


@pytest.mark.parametrize("with_vectors", [True, False])
@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("can I return worn shoes?", "Returns", "Worn shoes"),
        ("how much does delivery cost", "Shipping", "4.90"),
        ("when do parcels arrive?", "Shipping", "two to three days"),
    ],
)
async def test_the_passage_that_answers_comes_first(
    database: Database, embedder: Embedder, with_vectors: bool, question: str, title: str, words: str
) -> None:
    used = embedder if with_vectors else None
    async with database.connection() as conn:
        store = await make_store(conn)
        await make_document(conn, store, "Returns", RETURNS, embedder=used)
        await make_document(conn, store, "Shipping", SHIPPING, embedder=used)
        first, *_ = await documents.search(conn, used, store.id, question)
    assert (first.title, first.store) == (title, store.name)
    assert words in first.content


async def test_a_near_meaning_is_found_without_a_word_in_common(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        await make_document(conn, store, "Returns", RETURNS, embedder=embedder)
        await make_document(conn, store, "Shipping", SHIPPING, embedder=embedder)
        assert await documents.search(conn, None, store.id, "shipment of a package") == ()
        assert await documents.search(conn, embedder, store.id, "who won the world cup") == ()
        first, *_ = await documents.search(conn, embedder, store.id, "shipment of a package")
    assert first.title == "Shipping"


async def test_vectors_and_chunks_without_one_go_together(database: Database, embedder: Embedder) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        await make_document(conn, store, "Returns", RETURNS)
        await make_document(conn, store, "Shipping", SHIPPING, embedder=embedder)
        found = await documents.search(conn, embedder, store.id, "returned shoes or delivery costs")
    assert {passage.title for passage in found} == {"Returns", "Shipping"}


@pytest.mark.parametrize("question", ["", "   ", "the of and", "!?", "' & | !"])
async def test_a_question_without_words_finds_nothing_by_words(database: Database, question: str) -> None:
    async with database.connection() as conn:
        store = await make_store(conn)
        await make_document(conn, store, "Returns", RETURNS)
        assert await documents.search(conn, None, store.id, question) == ()


async def test_another_stores_documents_are_left_out(database: Database) -> None:
    async with database.connection() as conn:
        store, other = await make_store(conn), await make_store(conn)
        await make_document(conn, other, "Returns", RETURNS)
        assert await documents.search(conn, None, store.id, "return shoes") == ()
        assert len(await documents.search(conn, None, None, "return shoes")) == 2
        assert len(await documents.search(conn, None, other.id, "return shoes", 1)) == 1
        await conn.execute("update documents set is_active = false")
        assert await documents.search(conn, None, other.id, "return shoes") == ()


async def test_documents_are_listed_and_read_whole(database: Database) -> None:
    async with database.connection() as conn:
        store, other = await make_store(conn), await make_store(conn)
        await make_document(conn, store, "Shipping", SHIPPING)
        await make_document(conn, store, "Returns", RETURNS)
        await make_document(conn, other, "Warranty", ("Two years.",))
        returns, shipping = await documents.by_store(conn, store.id)
        assert (returns.title, shipping.title) == ("Returns", "Shipping")
        assert await documents.by_slug(conn, store.id, returns.slug) == returns
        assert await documents.get(conn, returns.id) == returns
        assert returns.content == "\n\n".join(RETURNS)
        with pytest.raises(NotFound):
            await documents.by_slug(conn, other.id, returns.slug)
        with pytest.raises(NotFound):
            await documents.get(conn, store.id)
