from __future__ import annotations

import json
import logging
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent.turn import RunInProgress
from api import problems
from api.problems import BadFields, BadRequest, Draining, Fault, NotJson, TooLarge
from storage.errors import Busy, CartwrightError, Conflict, Forbidden, Invalid, NotFound, OutOfStock, ServerFailed
from tests.support.problems import problem
from tests.support.service import Running


async def answered(error: Exception) -> httpx.Response:
    """What an application with our handlers says when a handler raises `error`."""

    async def fails(_: Request) -> Response:
        raise error

    app = Starlette(
        routes=[Route("/", fails)],
        exception_handlers={
            CartwrightError: problems.on_cartwright_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_exception,
        },
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        return await http.get("/")


@pytest.mark.parametrize(
    ("error", "status", "code", "retry"),
    [
        (BadRequest(), 400, "bad-request", False),
        (Forbidden(), 403, "forbidden", False),
        (NotFound(), 404, "not-found", False),
        (Conflict(), 409, "conflict", False),
        (OutOfStock(), 409, "out-of-stock", False),
        (RunInProgress(UUID(int=1)), 409, "run-in-progress", False),
        (TooLarge(), 413, "too-large", False),
        (NotJson(), 415, "not-json", False),
        (Invalid(), 422, "invalid", False),
        (Busy(), 503, "busy", True),
        (Draining(), 503, "draining", True),
    ],
)
async def test_what_the_service_refuses(error: CartwrightError, status: int, code: str, retry: bool) -> None:
    response = await answered(error)
    found = problem(response, status, code)
    assert (found.detail, found.retry, found.errors) == (error.detail, retry, ())
    assert ("retry-after" in response.headers) == (status == 503)


@pytest.mark.parametrize("error", [ServerFailed("/var/lib/secret"), RuntimeError("secret")])
async def test_our_own_faults_are_logged_and_not_told(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = await answered(error)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text


async def test_fields_are_named_one_by_one() -> None:
    faults = [Fault(field="a.b", detail="too big"), Fault(field="c", detail="missing")]
    found = problem(await answered(BadFields(faults)), 422, "bad-fields")
    assert found.errors == tuple(faults)
    assert problem(await answered(Invalid("no", field="d")), 422, "invalid").errors == (Fault(field="d", detail="no"),)


@pytest.mark.parametrize("path", ["/nothing", "/api", "/api/chat/a/b", "/assets/nothing.js", "/api/chat/"])
async def test_an_unknown_path(here: Running, path: str) -> None:
    problem(await here.browser.http.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/chat", "POST"),
        ("DELETE", "/api/chat/a", "GET, HEAD"),
        ("PUT", "/healthz", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("PATCH", "/v1/carts", "GET, HEAD, POST"),
    ],
)
async def test_a_method_nobody_serves(here: Running, method: str, path: str, allow: str) -> None:
    response = await here.browser.http.request(method, path)
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == allow


async def test_a_problem_is_ascii_json(here: Running) -> None:
    response = await here.browser.post(here.browser.body(ai_options={"größe": 1}))
    assert json.loads(response.content)["errors"][0]["field"] == "ai_options.größe"
