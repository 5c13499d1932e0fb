"""What happened in the service itself, for administrators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import paging, query
from api.audit_log import Value
from api.endpoint import Answer, Endpoint
from api.paging import Page, PageQuery
from api.service import service
from storage import system_audit
from storage.audit_trail import Place
from storage.system_audit import Severity, Wanted


class SystemAuditQuery(PageQuery):
    """Which events; what is left out does not matter."""

    component: str | None = Field(default=None, max_length=100, description="A module, or a floor with all of it.")
    severity: Severity = Field(default="debug", description="This one or worse.")
    since: datetime | None = Field(default=None, description="From this time on.")
    until: datetime | None = Field(default=None, description="Before this time.")


class SystemEvent(BaseModel):
    """One event; `payload` has the `process` that says so, and of an error its `trace`."""

    id: UUID
    created_at: datetime
    component: str
    severity: Severity
    message: str
    payload: dict[str, Value]


class SystemAuditPage(Page[SystemEvent]):
    """The newest first."""


async def every(request: Request) -> Response:
    """The events, newest first."""
    asked = query.read(request, SystemAuditQuery)
    after = paging.after(asked, Place)
    wanted = Wanted(component=asked.component, least=asked.severity, since=asked.since, until=asked.until)
    async with service(request).database.connection() as conn:
        found = await system_audit.entries(conn, wanted, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda written: written.place)
    told = SystemAuditPage(
        items=[
            SystemEvent(
                id=written.id,
                created_at=written.event.at,
                component=written.event.component,
                severity=written.event.severity,
                message=written.event.message,
                payload=dict(written.event.payload),
            )
            for written in shown
        ],
        next=following,
    )
    return JSONResponse(told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/system-audit",
        right="admin",
        scope="admin",
        handler=every,
        summary="What happened in the service",
        query=SystemAuditQuery,
        answers={200: Answer(detail="A page of events", model=SystemAuditPage)},
        faults=(503,),
    ),
)
