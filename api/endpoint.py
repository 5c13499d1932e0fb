"""An endpoint: a handler with what it takes and gives, from which both the route and its OpenAPI entry are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One documented answer: what it says, and in which shape (a model, or None for a stream, a file or nothing)."""

    detail: str
    model: type[BaseModel] | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`path` in Starlette's form; `faults` are the problem statuses besides 500 it may answer with."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    answers: dict[int, Answer]
    takes: type[BaseModel] | None = None
    faults: tuple[int, ...] = ()

    def route(self) -> Route:
        """The route Starlette serves."""
        return Route(self.path, self.handler, methods=[self.method], name=self.handler.__name__)
