"""Search: full text, vectors and part numbers in one statement, fused by reciprocal rank."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import compress
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


def _condition(statement: str) -> str:
    return statement.partition("\nwhere ")[2].rstrip(";")


_FOR_SALE = _condition(_SQL["for_sale"])
_FILTERS = _condition(_SQL["filtered"]).split("\n    and ")


@cache
def _written(narrow: bool, looked_up: tuple[bool, ...], numbers: bool) -> str:
    """The statement with or without filters besides store and stock, those that are looked up in the order of
    `filtered`, and with or without part numbers.

    No plan holds legs that are not asked for, and one fits all texts, so that the server keeps it: making a plan takes
    longer than many a search.
    """
    given = " and ".join(compress(_FILTERS, (*looked_up, narrow, narrow))) or "true"
    return (
        _SQL["search"]
        .replace("$26::boolean", str(narrow))
        .replace("$27::boolean", str(numbers))
        .replace("$28::boolean", f"{_FOR_SALE} and {given}")
        .replace("$29::boolean", f"{_FOR_SALE} and coalesce({given}, false)")
    )


def _statement(query: SearchQuery, asked: Terms) -> str:
    category, brand = query.category is not None, query.brand is not None
    narrow = category or brand or query.min_price is not None or query.max_price is not None
    # A store is looked up for its brands alone: its rows may be too many to be looked up beside those of a category.
    return _written(narrow, (brand and query.store_id is not None, category, brand), bool(asked.keys))


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
