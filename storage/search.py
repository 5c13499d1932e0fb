"""Search: full text, vectors and part numbers in one statement, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

import numpy as np
import numpy.typing as npt

from storage import products, sql, vectors
from storage.clock import Clock, utc_now
from storage.database import Connection
from storage.embedder import Embedder
from storage.products import Product
from storage.search_terms import Terms, terms
from storage.text import storable

_SQL = sql.load(__file__)


def _condition(statement: str) -> str:
    return statement.partition("\nwhere ")[2].rstrip(";")


_FOR_SALE, _FILTERED = _condition(_SQL["for_sale"]), _condition(_SQL["filtered"])

# By whether there are filters besides store and stock, and whether the text may hold a part number: no plan holds legs
# that are not asked for, and without filters one fits all and the server keeps it; making one takes longer than many a
# search.
_STATEMENTS = {
    (narrow, numbers): _SQL["search"]
    .replace("$26::boolean", str(narrow))
    .replace("$27::boolean", str(numbers))
    .replace("$28::boolean", f"{_FOR_SALE} and {_FILTERED}" if narrow else _FOR_SALE)
    for narrow in (False, True)
    for numbers in (False, True)
}

_LONGEST_TEXT = 1000
_MANY_WORDS = 5

# Cosine distance to the nearest product beyond which the catalogue does not seem to hold what was asked for.
_LIKE = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What a shopper looks for; prices are after discount, in minor units, both ends included.

    `category` is a slug and stands for its whole subtree.
    """

    text: str
    store_id: UUID | None = None
    category: str | None = None
    brand: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    limit: int = 10
    offset: int = 0

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters besides the store that are set, as the log keeps them."""
        given = {
            "category": self.category,
            "brand": self.brand,
            "min_price": self.min_price,
            "max_price": self.max_price,
            "in_stock": self.in_stock or None,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def narrow(self) -> bool:
        """Whether there is a filter besides store and stock, so that the best plan depends on what it is."""
        return any(given is not None for given in (self.category, self.brand, self.min_price, self.max_price))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A product and the score it was ranked by: comparable within a page, not between searches."""

    product: Product
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of hits; `suitable` is false when nothing in the catalogue seems to be what was asked for."""

    hits: tuple[Hit, ...]
    suitable: bool
    has_more: bool
    search_id: UUID


async def _vector(embedder: Embedder, text: str) -> npt.NDArray[np.float32] | None:
    return (await embedder.embed([text]))[0] if text.strip() else None


def look(text: str) -> str:
    """How many rows the vector index is to look at for a text."""
    return vectors.LOOK if len(text.split()) <= _MANY_WORDS else vectors.LOOK_LONGER


@asynccontextmanager
async def _planned(conn: Connection, narrow: bool) -> AsyncIterator[None]:
    """A search with filters is planned each time: in a transaction (the caller's, if there is one) that says so."""
    if not narrow:
        yield
        return
    async with nullcontext() if conn.is_in_transaction() else conn.transaction():
        await conn.execute(_SQL["custom"])
        yield


def _statement(query: SearchQuery, asked: Terms) -> str:
    return _STATEMENTS[query.narrow, bool(asked.keys)]


def _arguments(query: SearchQuery, asked: Terms) -> tuple[object, ...]:
    return (
        query.store_id,
        query.category,
        query.brand,
        query.min_price,
        query.max_price,
        query.in_stock,
        query.limit,
        query.offset,
        look(query.text),
        asked.some,
        asked.joined,
        asked.keys,
        asked.before,
        asked.after,
        _LIKE,
        asked.number,
    )


async def search(
    conn: Connection,
    embedder: Embedder,
    query: SearchQuery,
    *,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    clock: Clock = utc_now,
) -> SearchPage:
    """The products that fit a query best, best first; the search is kept in `search_logs`.

    With no text, what is behind the filters by age. While the vectors in the database are of another dimension than the
    embedder's (`python -m storage embed` is at work), words and part numbers alone decide.
    """
    started = perf_counter()
    text = storable(query.text, _LONGEST_TEXT).strip()
    asked = terms(text)
    vector = await _vector(embedder, text)
    alone = not conn.is_in_transaction()
    async with _planned(conn, query.narrow):
        rows = await conn.fetch(
            _statement(query, asked),
            text,
            vector,
            *_arguments(query, asked),
            user_id,
            session_id,
            embedder.model,
            query.filters,
            round((perf_counter() - started) * 1000),
            clock(),
            alone,
        )
    return SearchPage(
        hits=tuple(Hit(product=products.from_row(row), score=row["score"]) for row in rows if row["id"] is not None),
        suitable=rows[0]["suitable"],
        has_more=rows[0]["has_more"],
        search_id=rows[0]["search_id"],
    )
