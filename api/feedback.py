"""Feedback: what a shopper thinks of an answer, and what administrators read of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.service import service
from storage import feedback, messages
from storage.database import Connection
from storage.errors import NotFound
from storage.feedback import Feedback, Vote
from storage.messages import Message
from storage.people import Person
from storage.text import storable


class Opinion(BaseModel):
    """What one thinks of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    vote: Vote
    comment: str | None = Field(default=None, max_length=1000)


class FeedbackDetails(BaseModel):
    """`message` is the answer; model and prompt are what it was made with."""

    message: str
    vote: Vote
    comment: str | None
    model: str
    prompt_name: str
    prompt_version: str
    created_at: datetime
    updated_at: datetime


class FeedbackQuery(PageQuery):
    """Which votes."""

    vote: Vote | None = None


class FeedbackPage(Page[FeedbackDetails]):
    """The newest first."""


async def get(request: Request) -> Response:
    """What one has said of an answer."""
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound("There is no such message.")
        told = await feedback.mine(conn, person, await _answer(request, conn, person))
    return JSONResponse(_details(told).model_dump(mode="json"))


async def put(request: Request) -> Response:
    """Say what one thinks of an answer of one's own chat, or something else than before."""
    said = await body.read(request, Opinion, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        message = await _answer(request, conn, person)
        comment = storable(said.comment or "") or None
        first = await feedback.put(conn, person, message, said.vote, comment, who.cause(request))
        return Reply(201 if first else 200, _details(await feedback.mine(conn, person, message)))

    return await once(request, said, effect, required=False)


async def remove(request: Request) -> Response:
    """Take it back."""

    async def effect(conn: Connection, person: Person) -> Reply:
        await feedback.remove(conn, person, await _answer(request, conn, person), who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def every(request: Request) -> Response:
    """What shoppers said of all answers."""
    asked = query.read(request, FeedbackQuery)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        found = await feedback.page(conn, vote=asked.vote, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda each: each.id)
    told = FeedbackPage(items=[_details(each) for each in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def _answer(request: Request, conn: Connection, person: Person) -> Message:
    """The message the path names, of the person's own chats. Raises NotFound."""
    message = await messages.of_person(conn, person.user_id, storable(request.path_params["id"]))
    if message is None:
        raise NotFound("There is no such message.")
    return message


def _details(told: Feedback) -> FeedbackDetails:
    return FeedbackDetails(
        message=told.message,
        vote=told.vote,
        comment=told.comment,
        model=told.model,
        prompt_name=told.prompt_name,
        prompt_version=told.prompt_version,
        created_at=told.created_at,
        updated_at=told.updated_at,
    )


_FEEDBACK = Answer(detail="What was said", model=FeedbackDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/feedback",
        right="anyone",
        scope="chats:read",
        handler=get,
        summary="What one has said of an answer",
        answers={200: _FEEDBACK},
        faults=(404, 503),
    ),
    Endpoint(
        method="PUT",
        path="/v1/messages/{id}/feedback",
        right="anyone",
        scope="chats:write",
        handler=put,
        summary="Say what one thinks of an answer",
        takes=Opinion,
        idempotency="accepted",
        answers={200: _FEEDBACK, 201: Answer(detail="Said for the first time", model=FeedbackDetails)},
        faults=(404, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/messages/{id}/feedback",
        right="anyone",
        scope="chats:write",
        handler=remove,
        summary="Take back what one has said of an answer",
        idempotency="accepted",
        answers={204: Answer(detail="It is not there")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/feedback",
        right="admin",
        scope="admin",
        handler=every,
        summary="What shoppers said of answers, the newest first",
        query=FeedbackQuery,
        answers={200: Answer(detail="A page of feedback", model=FeedbackPage)},
        faults=(503,),
    ),
)
