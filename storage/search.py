"""Search: full text, vectors and part numbers in one statement, fused by reciprocal rank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import products, sql
from storage.clock import Clock, utc_now
from storage.database import Connection
from storage.embedder import Embedder
from storage.products import Product

_SQL = sql.load(__file__)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    product: Product
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of hits; `suitable` is false when nothing in the catalogue seems to be what was asked for."""

    hits: tuple[Hit, ...]
    suitable: bool
    has_more: bool
    search_id: UUID


def _milliseconds(since: datetime, now: datetime) -> int:
    return round((now - since).total_seconds() * 1000)


async def search(
    conn: Connection,
    embedder: Embedder,
    query: SearchQuery,
    *,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    clock: Clock = utc_now,
) -> SearchPage:
    """The products that fit a query best, best first; the search is kept in `search_logs`."""
    started = clock()
    vector = (await embedder.embed([query.text]))[0] if query.text.strip() else None
    rows = await conn.fetch(
        _SQL["search"],
        query.text,
        vector,
        query.store_id,
        query.category,
        query.brand,
        query.min_price,
        query.max_price,
        query.in_stock,
        query.limit + 1,
        query.offset,
    )
    shown = rows[: query.limit]
    score = {row["id"]: row["score"] for row in shown}
    found = await products.get_many(conn, list(score))
    filters = {
        "category": query.category,
        "brand": query.brand,
        "min_price": query.min_price,
        "max_price": query.max_price,
        "in_stock": query.in_stock,
    }
    search_id: UUID = await conn.fetchval(
        _SQL["log"],
        query.text,
        user_id,
        session_id,
        query.store_id,
        embedder.model,
        filters,
        len(shown),
        list(score),
        bool(shown),
        _milliseconds(started, clock()),
    )
    hits = tuple(Hit(product=product, score=score[product.id]) for product in found)
    return SearchPage(hits=hits, suitable=bool(hits), has_more=len(rows) > query.limit, search_id=search_id)
