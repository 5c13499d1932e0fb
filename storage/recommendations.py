"""Recommendations: what others had to do with as well, and what is like it, mixed by `alpha`; each is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from storage import products, sql
from storage.database import Connection
from storage.parts import Json
from storage.people import Person
from storage.products import Product

_SQL = sql.load(__file__)

ALPHA = Decimal("0.6")
"""How much of a score is what others did, unless somebody says otherwise."""

Reason = Literal["together", "similar", "well-rated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A product, its score of 0 to 1, and why: taken together by others, similar, or only well rated."""

    product: Product
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The best first; `id` is the row of `recommendation_logs` that clicks, adds and purchases are joined to."""

    id: UUID
    items: tuple[Recommended, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of the recommendations of one `alpha`: products shown, and how many were clicked, added, bought."""

    alpha: Decimal
    recommendations: int
    shown: int
    clicked: int
    added: int
    purchased: int


async def recommend(
    conn: Connection,
    store_id: UUID,
    *,
    person: Person | None = None,
    product_id: UUID | None = None,
    count: int = 5,
    alpha: Decimal = ALPHA,
) -> Recommendation:
    """At most `count` products of a store: what goes with a product, or without one what suits the person.

    Never what is sold out or not for sale, what is asked about, what is in the person's cart or was bought within 30
    days. Where too little is known the best rated follow.
    """
    context: Mapping[str, Json] = {
        "product_id": None if product_id is None else str(product_id),
        "k": count,
        "alpha": float(alpha),
        "type": "hybrid",
    }
    rows = await conn.fetch(
        _SQL["recommend"],
        store_id,
        person and person.user_id,
        product_id,
        count,
        alpha,
        person and person.session_id,
        context,
        not conn.is_in_transaction(),
    )
    placed = {row["id"]: row for row in rows if row["id"] is not None}
    return Recommendation(
        id=rows[0]["recommendation_id"],
        items=tuple(
            Recommended(
                product=product,
                score=float(placed[product.id]["score"]),
                reasons=_reasons(placed[product.id]["together"], placed[product.id]["alike"]),
            )
            for product in await products.get_many(conn, list(placed))
        ),
    )


async def report(conn: Connection, since: datetime, store_id: UUID | None = None) -> tuple[Figures, ...]:
    """What became of the recommendations since a moment, by alpha, of one store or of all."""
    return tuple(Figures(**row) for row in await conn.fetch(_SQL["report"], since, store_id))


def _reasons(together: int | None, alike: int | None) -> tuple[Reason, ...]:
    found: tuple[Reason, ...] = ()
    if together is not None:
        found += ("together",)
    if alike is not None:
        found += ("similar",)
    return found or ("well-rated",)
