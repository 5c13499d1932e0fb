"""The audit log, for administrators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import paging, query
from api.endpoint import Answer, Endpoint
from api.paging import Page, PageQuery
from api.service import service
from storage import audit_trail
from storage.audit import State
from storage.audit_trail import Filter, Logged, Place

Value = str | int | float | bool | None

HIDDEN = "(hidden)"
"""What stands for where somebody lives: that is shown to themselves, in their export."""


class AuditQuery(PageQuery):
    """Which entries; what is left out does not matter."""

    user_id: UUID | None = Field(default=None, description="Who did it.")
    api_key_id: UUID | None = Field(default=None, description="The API key it was done with.")
    entity_type: str | None = Field(default=None, max_length=50, description="What was changed, such as order.")
    entity_id: UUID | None = Field(default=None, description="Which one was changed.")
    action: str | None = Field(default=None, max_length=50, description="What was done, such as set_quantity.")
    since: datetime | None = Field(default=None, description="From this time on.")
    until: datetime | None = Field(default=None, description="Before this time.")


class AuditEntry(BaseModel):
    """One change. `part_id` is the tool part, `message_action_id` the confirmed action it came through."""

    id: UUID
    created_at: datetime
    user_id: UUID | None
    api_key_id: UUID | None
    entity_type: str
    entity_id: UUID | None
    action: str
    before: dict[str, Value]
    after: dict[str, Value]
    part_id: UUID | None
    message_action_id: UUID | None
    ip: str | None
    user_agent: str | None


class AuditPage(Page[AuditEntry]):
    """The newest first."""


async def every(request: Request) -> Response:
    """The entries, newest first."""
    asked = query.read(request, AuditQuery)
    after = paging.after(asked, Place)
    wanted = Filter(
        user_id=asked.user_id,
        api_key_id=asked.api_key_id,
        entity_type=asked.entity_type,
        entity_id=asked.entity_id,
        action=asked.action,
        since=asked.since,
        until=asked.until,
    )
    async with service(request).database.connection() as conn:
        found = await audit_trail.entries(conn, wanted, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda entry: Place(entry.created_at, entry.id))
    told = AuditPage(items=[_details(entry) for entry in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


def _details(entry: Logged) -> AuditEntry:
    return AuditEntry(
        id=entry.id,
        created_at=entry.created_at,
        user_id=entry.user_id,
        api_key_id=entry.api_key_id,
        entity_type=entry.entity_type,
        entity_id=entry.entity_id,
        action=entry.action,
        before=_shown(entry, entry.before),
        after=_shown(entry, entry.after),
        part_id=entry.part_id,
        message_action_id=entry.message_action_id,
        ip=entry.ip,
        user_agent=entry.user_agent,
    )


def _shown(entry: Logged, state: State) -> dict[str, Value]:
    if entry.entity_type != "address":
        return dict(state)
    return {name: HIDDEN if isinstance(value, str) and value else value for name, value in state.items()}


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/audit-log",
        right="admin",
        scope="admin",
        handler=every,
        summary="Who changed what, through what",
        query=AuditQuery,
        answers={200: Answer(detail="A page of entries", model=AuditPage)},
        faults=(503,),
    ),
)
