"""Actions: what waits for the shopper's yes, what became of it, and the yes or no itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent import deciding as decisions
from agent.deciding import Decided, Said
from api import body, deciding, idempotency, key, paging, problems, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Asked, Done, Reply
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.problems import ActionExpired, ActionFailed
from api.service import service
from storage import actions
from storage.actions import Action, ActionState
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person
from tools.confirmation import content

_MISSING = "There is no such action."
_LOCALE = "en_US"


class ActionsQuery(PageQuery):
    """Which actions."""

    pending: bool = Field(default=False, description="Only those that wait.")


class Rejection(BaseModel):
    """Why not, if the shopper says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str | None = Field(default=None, max_length=1000)


class FactChanged(BaseModel):
    """A fact on which an action rested: its dotted path, what it was and what it is."""

    fact: str
    before: Any
    after: Any


class Amount(BaseModel):
    """Minor units of a currency, and as a person reads it."""

    amount: int
    currency: str
    text: str


class Refusal(BaseModel):
    """Why the shop refused what was confirmed."""

    code: str
    detail: str


class ActionDetails(BaseModel):
    """One action. `arguments` are what the tool is called with, `output` is what it gave; `card` is the tool's own.

    `changes` says why nothing has happened and another action asks.
    `message` is the answer that asked, if one did. `replaces` is the action in whose place this one asks.
    """

    id: UUID
    tool: str
    state: ActionState
    summary: str
    total: Amount | None
    card: dict[str, Any]
    arguments: dict[str, Any]
    message: UUID | None
    replaces: UUID | None
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    rejected_at: datetime | None
    executed_at: datetime | None
    reason: str | None
    output: dict[str, Any] | None
    error: Refusal | None
    changes: list[FactChanged]


def details(action: Action, now: datetime) -> ActionDetails:
    """What REST and MCP tell of an action."""
    result = action.result or {}
    return ActionDetails.model_validate(
        {
            **content(action, now, _LOCALE),
            "arguments": action.payload,
            "message": action.message_id,
            "created_at": action.created_at,
            "confirmed_at": action.confirmed_at,
            "rejected_at": action.rejected_at,
            "executed_at": action.executed_at,
            "reason": action.reason,
            "output": result.get("output"),
            "error": result.get("error"),
            "changes": result.get("changes", []),
        }
    )


async def every(request: Request) -> Response:
    """The asking person's actions, the latest first."""
    asked = query.read(request, ActionsQuery)
    before = paging.after(asked, tuple[datetime, UUID])
    now = service(request).clock()
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        found = (
            await actions.listed(
                conn,
                person.user_id,
                now,
                asked.limit + 1,
                pending=asked.pending,
                before=before,
                stores=key.stores_of(request),
            )
            if person is not None
            else []
        )
    shown, following = paging.cut(found, asked.limit, lambda action: (action.created_at, action.id))
    page = Page[ActionDetails](items=[details(action, now) for action in shown], next=following)
    return JSONResponse(page.model_dump(mode="json"))


async def get(request: Request) -> Response:
    """One action."""
    action_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound(_MISSING)
        action = await actions.get(conn, action_id, person.user_id)
    return JSONResponse(details(action, service(request).clock()).model_dump(mode="json"))


async def confirm(request: Request) -> Response:
    """Confirm an action: it happens now, once, if all that was shown still holds; else another one asks."""
    return await _decided(request, None, Said(action_id=uuid_in(request, _MISSING), approved=True))


async def reject(request: Request) -> Response:
    """Decline an action."""
    said = await body.read(request, Rejection, service(request).settings.max_body)
    return await _decided(request, said, Said(action_id=uuid_in(request, _MISSING), approved=False, reason=said.reason))


async def _decided(request: Request, given: BaseModel | None, said: Said) -> Response:
    asked = idempotency.asked_by(request, given, required=True)
    return idempotency.response(request, await decide(request, asked, said))


async def decide(request: Request, asked: Asked, said: Said) -> Done:
    """Take a decision, by whichever door it comes; an answer that waited for it goes on."""
    here = service(request)
    made: list[Decided] = []

    async def effect(conn: Connection, person: Person) -> Reply:
        made[:] = [await decisions.decide(conn, person, said, deciding.desk(request))]
        return reply(made[0], approved=said.approved, now=here.clock())

    done = await deciding.patiently(here, lambda: idempotency.do(request, asked, effect))
    deciding.go_on(here, made)
    return done


def reply(decided: Decided, *, approved: bool, now: datetime) -> Reply:
    """How a decision is answered: 200 done, 202 another action asks, 409 the shop refused, 410 too late.

    Raises AlreadyDecided. A refusal is a reply, not an error, for it has been written down.
    """
    action = decided.action
    if action.outcome == "expired":
        return _problem(410, ActionExpired().code, ActionExpired().detail)
    decisions.same_way(decided, approved)
    if decided.again is not None:
        # Why it asks again stands with the action it replaces.
        changes = details(action, now).changes
        return Reply(202, details(decided.again, now).model_copy(update={"changes": changes}))
    if action.outcome == "failed":
        refusal = details(action, now).error
        failed = ActionFailed(refusal.detail if refusal else None)
        return _problem(409, failed.code, failed.detail)
    return Reply(200, details(action, now))


def _problem(status: int, code: str, detail: str) -> Reply:
    return Reply(status, problems.document(status, code, detail), {"content-type": problems.MEDIA_TYPE})


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/v1/actions",
        right="anyone",
        scope="orders:read",
        handler=every,
        summary="What waits for your yes, and what became of what did",
        query=ActionsQuery,
        answers={200: Answer(detail="Your actions, the latest first", model=Page[ActionDetails])},
        faults=(503,),
    ),
    Endpoint(
        method="GET",
        path="/v1/actions/{id}",
        right="anyone",
        scope="orders:read",
        handler=get,
        summary="One action",
        answers={200: Answer(detail="The action", model=ActionDetails)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/actions/{id}/confirm",
        right="anyone",
        scope="orders:write",
        handler=confirm,
        summary="Confirm an action: it happens now, once",
        answers={
            200: Answer(detail="It has happened", model=ActionDetails),
            202: Answer(detail="What was shown has changed, nothing has happened: this one asks", model=ActionDetails),
        },
        idempotency="required",
        faults=(404, 409, 410, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/actions/{id}/reject",
        right="anyone",
        scope="orders:write",
        handler=reject,
        summary="Decline an action",
        takes=Rejection,
        answers={200: Answer(detail="It will not happen", model=ActionDetails)},
        idempotency="required",
        faults=(404, 409, 410, 503),
    ),
)
