"""Recommendations, and what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import key, query, who
from api.endpoint import Answer, Endpoint
from api.product_list import ProductSummary, summary
from api.query import Query
from api.service import base_url, service
from storage import products, recommendations, stores
from storage.database import Connection
from storage.errors import NotFound
from storage.recommendations import ALPHA, Figures, Reason


class RecommendationQuery(Query):
    """What goes with a product, or without one what suits whoever asks."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store; absent: the product's.")
    product_id: UUID | None = Field(default=None, description="What it is to go with or be like.")
    k: int = Field(default=5, ge=1, le=50, description="How many at most.")
    alpha: Decimal = Field(
        default=ALPHA, ge=0, le=1, decimal_places=3, description="How much counts what others did; the rest, likeness."
    )


class RecommendedProduct(BaseModel):
    """`score` 0 to 1; `reasons`: taken together by others, similar, or only well rated."""

    product: ProductSummary
    score: float
    reasons: list[Reason]


class RecommendationList(BaseModel):
    """The best first. Send `recommendation_id` along with the events that come of it."""

    recommendation_id: UUID
    alpha: float
    items: list[RecommendedProduct]


class ReportQuery(Query):
    """Which recommendations count."""

    days: int = Field(default=30, ge=1, le=366)
    store: str | None = Field(default=None, max_length=100, description="The slug of a store; absent: all.")


class AlphaFigures(BaseModel):
    """Products shown, clicked, added to a cart and bought, each once a recommendation; rates are of those shown."""

    alpha: float
    recommendations: int
    shown: int
    clicked: int
    added: int
    purchased: int
    click_rate: float | None
    add_rate: float | None
    purchase_rate: float | None


class RecommendationReport(BaseModel):
    """By alpha, the lowest first."""

    since: datetime
    alphas: list[AlphaFigures]


async def get(request: Request) -> Response:
    """At most `k` products; the answer is kept in the log."""
    asked = query.read(request, RecommendationQuery)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        store_id = await _store(request, conn, asked)
        found = await recommendations.recommend(
            conn, store_id, person=person, product_id=asked.product_id, count=asked.k, alpha=asked.alpha
        )
    told = RecommendationList(
        recommendation_id=found.id,
        alpha=float(asked.alpha),
        items=[
            RecommendedProduct(
                product=summary(each.product, base_url(request)), score=each.score, reasons=list(each.reasons)
            )
            for each in found.items
        ],
    )
    return JSONResponse(told.model_dump(mode="json"))


async def report(request: Request) -> Response:
    """What became of the recommendations of the last days, for administrators."""
    here = service(request)
    asked = query.read(request, ReportQuery)
    since = here.clock() - timedelta(days=asked.days)
    async with here.database.connection() as conn:
        store_id = await key.store_id(request, conn, asked.store)
        found = await recommendations.report(conn, since, store_id)
    told = RecommendationReport(since=since, alphas=[_figures(each) for each in found])
    return JSONResponse(told.model_dump(mode="json"))


async def _store(request: Request, conn: Connection, asked: RecommendationQuery) -> UUID:
    default = service(request).settings.store if asked.product_id is None else None
    named = await key.store_id(request, conn, asked.store, default)
    if asked.product_id is None:
        return named or (await stores.default(conn)).id
    product = await products.get(conn, asked.product_id)
    if named not in (None, product.store_id):
        raise NotFound("The store has no such product.", field="product_id")
    return product.store_id


def _figures(told: Figures) -> AlphaFigures:
    def rate(count: int) -> float | None:
        return round(count / told.shown, 4) if told.shown else None

    return AlphaFigures(
        alpha=float(told.alpha),
        recommendations=told.recommendations,
        shown=told.shown,
        clicked=told.clicked,
        added=told.added,
        purchased=told.purchased,
        click_rate=rate(told.clicked),
        add_rate=rate(told.added),
        purchase_rate=rate(told.purchased),
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/recommendations",
        right="anyone",
        scope="catalogue:read",
        handler=get,
        summary="What goes with a product, or what suits whoever asks",
        query=RecommendationQuery,
        answers={200: Answer(detail="The best first", model=RecommendationList)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/recommendations/report",
        right="admin",
        scope="admin",
        handler=report,
        summary="What became of recommendations, by alpha; for administrators",
        query=ReportQuery,
        answers={200: Answer(detail="The figures", model=RecommendationReport)},
        faults=(404, 503),
    ),
)
