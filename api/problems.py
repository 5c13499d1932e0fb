"""Errors on the wire: one shape, the problem document of RFC 9457, for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from math import ceil

import asyncpg
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from agent.reader import Cut
from storage.accounts import WrongPassword
from storage.errors import Busy, CartwrightError, Conflict, Forbidden, Invalid, NotFound, StaleCart, TooMany
from storage.sessions import SessionReplaced

_log = logging.getLogger(__name__)


class Fault(BaseModel):
    """One field that is wrong, and what would do."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="Where in the body or query, as a dotted path.")
    detail: str


class Problem(BaseModel):
    """RFC 9457. `code` is stable, `detail` a sentence for a person, `retry` whether the same again may work."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    code: str
    detail: str
    retry: bool = False
    errors: tuple[Fault, ...] = ()


class BadRequest(CartwrightError):
    """The request cannot be read."""

    actor = "user"


class SignInNeeded(CartwrightError):
    """Sign in first, or send an API key."""

    actor = "user"


class BadKey(CartwrightError):
    """This API key is unknown, expired or revoked; make a new one."""

    actor = "user"


class ScopeMissing(Forbidden):
    """The API key was not given the scope that this takes."""


class TooLarge(CartwrightError):
    """The request body is too large."""

    actor = "user"


class NotJson(CartwrightError):
    """Send a JSON body with `Content-Type: application/json`."""

    actor = "user"


class Draining(Busy):
    """This server is about to stop; ask again and another one answers."""


class ActionExpired(CartwrightError):
    """Nobody confirmed this in time, so it will not happen; ask for it again."""

    actor = "user"


class ActionFailed(Conflict):
    """The shop refused what was confirmed; nothing has happened."""


class BadFields(Invalid):
    """Some fields of the request are wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.detail}" for fault in faults), field=faults[0].field)
        self.faults = tuple(faults)


_STATUS: tuple[tuple[type[CartwrightError], int], ...] = (
    (BadRequest, 400),
    (SignInNeeded, 401),
    (SessionReplaced, 401),
    (WrongPassword, 401),
    (BadKey, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (ActionExpired, 410),
    (StaleCart, 412),
    (Conflict, 409),
    (TooLarge, 413),
    (NotJson, 415),
    (Invalid, 422),
    (TooMany, 429),
    (Busy, 503),
)

MEDIA_TYPE = "application/problem+json"
_TITLES: Mapping[int, str] = {
    400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
    409: "Conflict", 410: "Gone", 412: "Changed meanwhile", 413: "Too large", 415: "Unsupported media type",
    422: "Invalid", 429: "Too many requests", 500: "Internal error", 503: "Busy",
}  # fmt: skip


def document(status: int, code: str, detail: str, *, retry: bool = False, faults: Sequence[Fault] = ()) -> Problem:
    """A problem document."""
    return Problem(
        type=f"https://cartwright.invalid/problems/{code}",
        title=_TITLES.get(status, "Error"),
        status=status,
        code=code,
        detail=detail,
        retry=retry,
        errors=tuple(faults),
    )


def problem(status: int, code: str, detail: str, *, retry: bool = False, faults: Sequence[Fault] = ()) -> Response:
    """The same as a response."""
    made = document(status, code, detail, retry=retry, faults=faults)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status)
    return JSONResponse(made.model_dump(mode="json"), status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def on_cartwright_error(request: Request, error: Exception) -> Response:
    """What the service refuses; an operator's trouble is logged and not told."""
    if not isinstance(error, CartwrightError):
        return await on_exception(request, error)
    for kind, status in _STATUS:
        if isinstance(error, kind):
            refused = problem(status, error.code, error.detail, retry=error.retry, faults=_faults(error))
            if isinstance(error, TooMany):
                refused.headers["Retry-After"] = str(max(ceil(error.wait.total_seconds()), 1))
            return refused
    return await on_exception(request, error)


def _faults(error: CartwrightError) -> Sequence[Fault]:
    if isinstance(error, BadFields):
        return error.faults
    return (Fault(field=error.field, detail=error.detail),) if error.field else ()


async def on_foreign_key(request: Request, error: Exception) -> Response:
    """A guest who signed in meanwhile, in another tab, is no more; anything else is our fault."""
    name = error.constraint_name if isinstance(error, asyncpg.ForeignKeyViolationError) else None
    if name is not None and name.endswith("_user_id_fkey"):
        return await on_cartwright_error(request, SessionReplaced())
    return await on_exception(request, error)


async def on_connection_lost(request: Request, error: Exception) -> Response:
    """The database went away in the middle; what was under way may or may not have happened."""
    _log.warning("%s %s: the database is out of reach: %s", request.method, request.url.path, error)
    return problem(503, "busy", "The shop is busy; try again in a moment.", retry=True)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What Starlette refuses: unknown paths and methods. `Allow` names what every route of the path serves."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "Something went wrong on our side."
    code = _TITLES.get(status, "error").lower().replace(" ", "-")
    response = problem(status, code, f"{detail}.")
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(_served(request)))
    return response


def _served(request: Request) -> set[str]:
    routes = (route for route in request.app.routes if isinstance(route, Route))
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in route.methods or ()}


async def on_exception(request: Request, error: Exception) -> Response:
    """Anything else is our fault; the log has it, the wire does not."""
    # A reader that is let go has its response broken off; there is no other way to say so.
    if not isinstance(error, Cut):
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "internal", "Something went wrong on our side.", retry=True)
