"""Reviews of a product: read by all, written by one, found helpful by others."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.problems import BadFields, Fault
from api.service import service
from storage import products, reviews
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person
from storage.reviews import Review, Said, Sort, State
from storage.text import storable

_MISSING = "There is no such product."
_NO_REVIEW = "There is no such review."


class ReviewQuery(PageQuery):
    """Which reviews of a product, and in which order: the newest, the most helpful or the best first."""

    sort: Sort = "newest"
    rating: int | None = Field(default=None, ge=1, le=5, description="Only those that give so many stars.")


class ReviewText(BaseModel):
    """What a person says of a product."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    rating: int = Field(ge=1, le=5, strict=True)
    title: str | None = Field(default=None, max_length=200)
    comment: str | None = Field(default=None, max_length=10_000)

    def said(self) -> Said:
        """The same, fit for a row; blank is nothing."""
        return Said(
            rating=self.rating,
            title=storable(self.title or "") or None,
            comment=storable(self.comment or "") or None,
        )


class ReviewDetails(BaseModel):
    """`author` is null for a guest, `rating` 1 to 5 stars; only an approved review is seen by others."""

    id: UUID
    product_id: UUID
    author: str | None
    rating: int
    title: str | None
    comment: str | None
    verified_purchase: bool
    helpful_count: int
    state: State
    created_at: datetime
    updated_at: datetime


class ReviewSummary(BaseModel):
    """`rating` and `rating_count` are the product's, with those it came with; `stars` counts the reviews here."""

    rating: float | None
    rating_count: int
    stars: dict[str, int] = Field(description="How many reviews give 1, 2, 3, 4 and 5 stars.")


class ReviewPage(Page[ReviewDetails]):
    """Approved reviews, and what all of them come to."""

    summary: ReviewSummary


class _Place(NamedTuple):
    sort: Sort
    key: int
    id: UUID


class Helpful(BaseModel):
    """How many find the review helpful now."""

    helpful_count: int


async def of_product(request: Request) -> Response:
    """The approved reviews of a product."""
    product_id = uuid_in(request, _MISSING)
    asked = query.read(request, ReviewQuery)
    after = paging.after(asked, _Place)
    if after is not None and after.sort != asked.sort:
        raise BadFields([Fault(field="cursor", detail="this is a cursor of another order")])
    async with service(request).database.connection() as conn:
        product = await products.get(conn, product_id)
        stars = await reviews.stars(conn, product_id)
        found = await reviews.of_product(
            conn,
            product_id,
            sort=asked.sort,
            rating=asked.rating,
            after=None if after is None else (after.key, after.id),
            limit=asked.limit + 1,
        )
    shown, following = paging.cut(found, asked.limit, lambda review: _Place(asked.sort, *review.place))
    told = ReviewPage(
        items=[details(review) for review in shown],
        next=following,
        summary=ReviewSummary(
            rating=None if product.rating is None else float(product.rating),
            rating_count=product.rating_count,
            stars={str(number): count for number, count in enumerate(stars, start=1)},
        ),
    )
    return JSONResponse(told.model_dump(mode="json"))


async def get_mine(request: Request) -> Response:
    """One's own review of a product, approved or not."""
    product_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound("You have not reviewed this product.")
        review = await reviews.mine(conn, person, product_id)
    return JSONResponse(details(review).model_dump(mode="json"))


async def put_mine(request: Request) -> Response:
    """Say something of a product, or something else than before."""
    product_id = uuid_in(request, _MISSING)
    here = service(request)
    text = await body.read(request, ReviewText, here.settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        waits = here.settings.reviews_wait
        written = await reviews.put(conn, person, product_id, text.said(), waits, who.cause(request))
        return Reply(200 if written.before else 201, details(written.review))

    return await once(request, text, effect, required=False)


async def remove_mine(request: Request) -> Response:
    """Take back what one has said of a product."""
    product_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        await reviews.remove(conn, person, product_id, who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def find_helpful(request: Request) -> Response:
    """Find a review helpful."""
    return await _vote(request, helpful=True)


async def find_unhelpful(request: Request) -> Response:
    """Find a review helpful no longer."""
    return await _vote(request, helpful=False)


async def _vote(request: Request, *, helpful: bool) -> Response:
    review_id = uuid_in(request, _NO_REVIEW)

    async def effect(conn: Connection, person: Person) -> Reply:
        count = await reviews.vote(conn, person, review_id, who.cause(request), helpful=helpful)
        return Reply(200, Helpful(helpful_count=count))

    return await once(request, None, effect, required=False)


def details(review: Review) -> ReviewDetails:
    """A review as it goes over the wire."""
    return ReviewDetails(
        id=review.id,
        product_id=review.product_id,
        author=review.author,
        rating=review.rating,
        title=review.title,
        comment=review.comment,
        verified_purchase=review.verified_purchase,
        helpful_count=review.helpful_count,
        state=review.state,
        created_at=review.created_at,
        updated_at=review.updated_at,
    )


_REVIEW = Answer(detail="The review", model=ReviewDetails)
_VOTES = Answer(detail="How many find it helpful now", model=Helpful)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/products/{id}/reviews",
        right="anyone",
        scope="catalogue:read",
        handler=of_product,
        summary="The approved reviews of a product",
        query=ReviewQuery,
        answers={200: Answer(detail="A page of reviews", model=ReviewPage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/products/{id}/reviews/mine",
        right="anyone",
        scope="reviews:write",
        handler=get_mine,
        summary="One's own review of a product",
        answers={200: _REVIEW},
        faults=(404, 503),
    ),
    Endpoint(
        method="PUT",
        path="/v1/products/{id}/reviews/mine",
        right="anyone",
        scope="reviews:write",
        handler=put_mine,
        summary="Review a product, or say something else than before",
        takes=ReviewText,
        idempotency="accepted",
        answers={200: _REVIEW, 201: Answer(detail="The review, a new one", model=ReviewDetails)},
        faults=(404, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/products/{id}/reviews/mine",
        right="anyone",
        scope="reviews:write",
        handler=remove_mine,
        summary="Take one's review back",
        idempotency="accepted",
        answers={204: Answer(detail="It is not there")},
        faults=(404, 503),
    ),
    Endpoint(
        method="PUT",
        path="/v1/reviews/{id}/helpful",
        right="anyone",
        scope="reviews:write",
        handler=find_helpful,
        summary="Find a review helpful",
        idempotency="accepted",
        answers={200: _VOTES},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/reviews/{id}/helpful",
        right="anyone",
        scope="reviews:write",
        handler=find_unhelpful,
        summary="Find a review helpful no longer",
        idempotency="accepted",
        answers={200: _VOTES},
        faults=(404, 409, 503),
    ),
)
