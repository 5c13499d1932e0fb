"""An endpoint: a handler with what it takes and gives, from which both the route and its OpenAPI entry are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api import limits, rights
from api.rights import KeyRight, Right

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One documented answer: what it says, and in which shape (a model, or None for a stream, a file or nothing)."""

    detail: str
    model: type[BaseModel] | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`path` in Starlette's form; `faults` are the problem statuses it may answer with besides those of what it takes.

    `right` says who may call it, `scope` what an API key needs for it; both are looked at before the handler runs.
    `takes` is the JSON body, `query` the query parameters. `idempotency` says whether an `Idempotency-Key` is needed or
    heeded (api/idempotency.py), `if_match` whether an `If-Match` is. `personal`: it is about what belongs to a person
    and to no store, so no API key for some stores opens it.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    right: Right
    scope: KeyRight
    handler: Handler
    summary: str
    answers: dict[int, Answer]
    takes: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    idempotency: Literal["required", "accepted"] | None = None
    if_match: bool = False
    personal: bool = False
    faults: tuple[int, ...] = ()

    @property
    def problems(self) -> tuple[int, ...]:
        """Every problem status it may answer with, in order."""
        statuses = {*self.faults, 401, 500}
        if self.right != "anyone":
            statuses |= {403, 503}
        if self.limited:
            statuses |= {403, 404, 429, 503}
        if self.takes is not None:
            statuses |= {400, 413, 415, 422}
        if self.query is not None:
            statuses |= {422}
        if self.idempotency is not None:
            statuses |= {400, 409, 422}
        if self.if_match:
            statuses |= {412}
        return tuple(sorted(statuses))

    @property
    def limited(self) -> bool:
        """Whether requests count; those of health and of pictures and pages do not."""
        return self.scope != "open"

    @property
    def streams(self) -> bool:
        """Whether it answers with a stream."""
        return any(answer.media_type == "text/event-stream" for answer in self.answers.values())

    def route(self) -> Route:
        """The route Starlette serves."""
        return Route(self.path, Admitted(self), methods=[self.method], name=self.handler.__name__)


@dataclass(frozen=True, slots=True)
class Admitted:
    """An endpoint as an ASGI application: nobody reaches the handler without the right, or beyond the limits."""

    endpoint: Endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive, send)
        if self.endpoint.limited:
            await limits.admit(request)
        await rights.admit(request, self.endpoint.right, self.endpoint.scope, personal=self.endpoint.personal)
        async with limits.streaming(request) if self.endpoint.streams else nullcontext():
            response = await self.endpoint.handler(request)
            await response(scope, receive, send)
