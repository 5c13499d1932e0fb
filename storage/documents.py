"""What a store has written down (returns, shipping, ...): documents, and the passages that answer a question."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.embedder import Embedder
from storage.errors import NotFound

_SQL = sql.load(__file__)

# With the default model, passages that answer have a cosine of .29 to .57 and those that do not of .08 to .18.
_RELATED = 0.25


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `url` is set when its own page is elsewhere."""

    id: UUID
    store_id: UUID
    slug: str
    title: str
    kind: str
    content: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One chunk of a document, with the name of its store and the score it was ranked by."""

    document_id: UUID
    store_id: UUID
    store: str
    slug: str
    title: str
    url: str | None
    content: str
    score: float


def passage_text(title: str, content: str) -> str:
    """What the vector of a passage is made from: "Costs" alone does not say of what."""
    return f"{title}\n{content}"


async def by_store(conn: Connection, store_id: UUID) -> tuple[Document, ...]:
    """The documents of a store, by title."""
    return tuple(Document(**record) for record in await conn.fetch(_SQL["by_store"], store_id))


async def get(conn: Connection, document_id: UUID) -> Document:
    """One document; raises NotFound."""
    if record := await conn.fetchrow(_SQL["get"], document_id):
        return Document(**record)
    raise NotFound("There is no document of that id.", field="document_id")


async def by_slug(conn: Connection, store_id: UUID, slug: str) -> Document:
    """One document of a store; raises NotFound."""
    if record := await conn.fetchrow(_SQL["by_slug"], store_id, slug):
        return Document(**record)
    raise NotFound("The store has no document of that name.", field="slug")


async def search(
    conn: Connection, embedder: Embedder | None, store_id: UUID | None, text: str, limit: int = 4
) -> tuple[Passage, ...]:
    """The passages nearest to `text`, best first: any word in common or a near meaning, fused by rank (k = 60).

    Without an embedder, or for chunks without a vector of its dimension, the words alone decide.
    """
    vector = (await embedder.embed([text]))[0] if embedder is not None and text.strip() else None
    records = await conn.fetch(_SQL["search"], store_id, text, vector, _RELATED, limit)
    return tuple(Passage(**record) for record in records)
