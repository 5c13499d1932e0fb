"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncpg
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint import Answer, Endpoint
from api.problems import problem
from api.service import service
from storage.errors import Busy


class Health(BaseModel):
    """`ok`, and which model answers; `offline` says that it is the built-in rules, not a language model."""

    status: str
    model: str
    offline: bool


async def live(request: Request) -> Response:
    """The process answers."""
    return JSONResponse(_health(request).model_dump())


async def ready(request: Request) -> Response:
    """The database answers too, and the server is not about to stop."""
    if service(request).draining.is_set():
        return problem(503, "draining", "This server is about to stop.", retry=True)
    try:
        async with service(request).database.transaction():
            pass
    except (OSError, Busy, asyncpg.PostgresError, asyncpg.InterfaceError):
        return problem(503, "not-ready", "The database does not answer.", retry=True)
    return JSONResponse(_health(request).model_dump())


def _health(request: Request) -> Health:
    model = service(request).agent_settings.model
    return Health(status="ok", model=model, offline=model.startswith("offline/"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/healthz",
        right="anyone",
        scope="open",
        handler=live,
        summary="Whether the process lives",
        answers={200: Answer(detail="It does", model=Health)},
    ),
    Endpoint(
        method="GET",
        path="/readyz",
        right="anyone",
        scope="open",
        handler=ready,
        summary="Whether it can serve",
        answers={200: Answer(detail="It can", model=Health)},
        faults=(503,),
    ),
)
