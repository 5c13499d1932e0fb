"""The application: endpoints, error shapes, the page and its files."""

from __future__ import annotations

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import assets, idempotency, openapi, page, problems, sse
from api.headers import SecurityHeaders
from api.origin import SameOrigin
from api.routes import ENDPOINTS
from api.service import Service
from api.settings import ApiSettings
from storage.database import CONNECTION_LOST
from storage.errors import CartwrightError

VERSION = "0.1.0"
# Made once, as it takes a tenth of a second: no request and no second application waits for it.
_DOCUMENT = openapi.document(ENDPOINTS, VERSION)

_HEARD = ("Authorization", "Idempotency-Key", "If-Match", "Last-Event-ID", "Mcp-Protocol-Version", sse.RESET_HEADER)
_TOLD = ("ETag", "Retry-After", idempotency.REPLAYED, "x-vercel-ai-ui-message-stream")


def _middleware(settings: ApiSettings) -> list[Middleware]:
    """Pure ASGI, the outermost first: nothing here holds a chunk of a stream back."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=_HEARD,
        expose_headers=_TOLD,
        allow_credentials=True,
    )
    ours = (*settings.cors_origins, *([settings.public_url] if settings.public_url else []))
    return [
        *([cors] if settings.cors_origins else []),
        Middleware(SecurityHeaders, https=settings.secure_cookie),
        Middleware(SameOrigin, allowed=ours),
    ]


async def _described(_: Request) -> Response:
    return JSONResponse(_DOCUMENT)


def create(service: Service) -> Starlette:
    """The application in front of a running service."""
    made = Starlette(
        routes=[
            *(endpoint.route() for endpoint in ENDPOINTS),
            Route("/openapi.json", _described),
            Route("/", page.index),
            Route("/plain.css", page.stylesheet),
            assets.route(),
        ],
        middleware=_middleware(service.settings),
        exception_handlers={
            CartwrightError: problems.on_cartwright_error,
            HTTPException: problems.on_http_exception,
            asyncpg.ForeignKeyViolationError: problems.on_foreign_key,
            **dict.fromkeys(CONNECTION_LOST, problems.on_connection_lost),
            Exception: problems.on_exception,
        },
    )
    # A redirect would be the one answer that is neither a problem document nor what was asked for.
    made.router.redirect_slashes = False
    made.state.service = service
    return made
