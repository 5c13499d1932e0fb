"""The application: endpoints, error shapes, the page and its files."""

from __future__ import annotations

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import assets, openapi, page, problems
from api.routes import ENDPOINTS
from api.service import Service
from storage.database import CONNECTION_LOST
from storage.errors import CartwrightError

VERSION = "0.1.0"


def create(service: Service) -> Starlette:
    """The application in front of a running service."""
    document = openapi.document(ENDPOINTS, VERSION)

    async def described(_: Request) -> Response:
        return JSONResponse(document)

    made = Starlette(
        routes=[
            *(endpoint.route() for endpoint in ENDPOINTS),
            Route("/openapi.json", described),
            Route("/", page.index),
            Route("/plain.css", page.stylesheet),
            assets.route(),
        ],
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
