"""What moderators do with reviews."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.reviews import ReviewDetails, details
from api.service import service
from storage import reviews
from storage.database import Connection
from storage.people import Person
from storage.reviews import State


class ModerationQuery(PageQuery):
    """Which reviews: those that wait, those approved, those rejected."""

    approved: bool = Field(default=False, description="Those approved, and not those that wait.")
    rejected: bool = Field(default=False, description="Those a moderator has rejected.")

    @property
    def state(self) -> State:
        """The one state asked for; rejected reviews are not approved."""
        if self.rejected:
            return "rejected"
        return "approved" if self.approved else "waiting"


class ModerationPage(Page[ReviewDetails]):
    """The oldest first."""


async def every(request: Request) -> Response:
    """The reviews of all products in one state."""
    asked = query.read(request, ModerationQuery)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        found = await reviews.every(conn, asked.state, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda review: review.id)
    told = ModerationPage(items=[details(review) for review in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def approve(request: Request) -> Response:
    """Let others see a review."""
    return await _decide(request, yes=True)


async def reject(request: Request) -> Response:
    """Keep a review from others."""
    return await _decide(request, yes=False)


async def _decide(request: Request, *, yes: bool) -> Response:
    review_id = uuid_in(request, "There is no such review.")

    async def effect(conn: Connection, person: Person) -> Reply:
        return Reply(200, details(await reviews.moderate(conn, person, review_id, who.cause(request), approve=yes)))

    return await once(request, None, effect, required=False)


_REVIEW = Answer(detail="The review", model=ReviewDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/reviews",
        right="moderator",
        scope="moderation",
        handler=every,
        summary="The reviews that wait for a moderator, or were approved or rejected",
        query=ModerationQuery,
        answers={200: Answer(detail="A page of reviews", model=ModerationPage)},
        faults=(503,),
    ),
    Endpoint(
        method="POST",
        path="/v1/reviews/{id}/approve",
        right="moderator",
        scope="moderation",
        handler=approve,
        summary="Let others see a review",
        idempotency="accepted",
        answers={200: _REVIEW},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/reviews/{id}/reject",
        right="moderator",
        scope="moderation",
        handler=reject,
        summary="Keep a review from others",
        idempotency="accepted",
        answers={200: _REVIEW},
        faults=(404, 503),
    ),
)
