"""A person's sessions: what is signed in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import entry, who
from api.endpoint import Answer, Endpoint
from api.path import uuid_in
from api.problems import SignInNeeded
from api.service import service
from storage import sessions
from storage.errors import NotFound

_MISSING = "There is no such session."


class SessionDetails(BaseModel):
    """One session; `last_seen_at` is right to a few minutes. `context` tells where the visit came from."""

    id: UUID
    current: bool
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    idle_expires_at: datetime | None
    context: dict[str, str]


class SessionsPage(BaseModel):
    """Sessions that are alive, the last used first."""

    sessions: Sequence[SessionDetails]


class Ended(BaseModel):
    """How many sessions have ended."""

    ended: int


async def every(request: Request) -> Response:
    """The sessions of whoever asks."""
    here = service(request)
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise SignInNeeded
        found = await sessions.alive(conn, person.user_id, here.clock())
    told = SessionsPage(
        sessions=[
            SessionDetails(
                id=session.id,
                current=session.id == person.session_id,
                started_at=session.started_at,
                last_seen_at=session.last_seen_at,
                expires_at=session.expires_at,
                idle_expires_at=session.idle_expires_at,
                context=dict(session.context),
            )
            for session in found
        ]
    )
    return JSONResponse(told.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


async def revoke(request: Request) -> Response:
    """End one session of one's own; what reads by it is cut."""
    here = service(request)
    session_id = uuid_in(request, _MISSING)
    async with here.database.transaction() as conn:
        person = await who.person_on(conn, request)
        if person is None or not await sessions.end(conn, person.user_id, session_id, here.clock()):
            raise NotFound(_MISSING)
        await entry.record(conn, request, person, "revoke_session", {"session": str(session_id)})
    here.streams.wake()
    made = Response(status_code=204)
    if session_id == person.session_id:
        who.take_back(request, made)
    return made


async def revoke_others(request: Request) -> Response:
    """End all sessions but the one that asks."""
    here = service(request)
    async with here.database.transaction() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise SignInNeeded
        ended = await sessions.end_others(conn, person.user_id, person.session_id, here.clock())
        await entry.record(conn, request, person, "revoke_sessions", {"ended": ended})
    here.streams.wake()
    return JSONResponse(Ended(ended=ended).model_dump())


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/auth/sessions",
        right="person",
        scope="closed",
        handler=every,
        summary="The sessions of whoever asks",
        answers={200: Answer(detail="The last used first", model=SessionsPage)},
    ),
    Endpoint(
        method="DELETE",
        path="/v1/auth/sessions/{id}",
        right="person",
        scope="closed",
        handler=revoke,
        summary="End one session of one's own",
        answers={204: Answer(detail="It has ended")},
        faults=(404,),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/auth/sessions",
        right="person",
        scope="closed",
        handler=revoke_others,
        summary="End all sessions but the one that asks",
        answers={200: Answer(detail="How many have ended", model=Ended)},
    ),
)
