from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api import openapi
from api.endpoint import Answer, Endpoint
from api.paging import PageQuery
from api.problems import Problem
from api.routes import ENDPOINTS
from tests.support.service import Running


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(ENDPOINTS, "1.2.3")


def named(shape: dict[str, Any], place: str) -> list[str]:
    return [parameter["name"] for parameter in shape["parameters"] if parameter["in"] == place]


class Wanted(PageQuery):
    """A query with all that a query can have."""

    q: str = Field(max_length=10, description="What is wanted.")
    sort: Literal["price", "name"] | None = None
    brand: list[str] = Field(default_factory=list)


class Told(BaseModel):
    """An answer."""

    ok: bool


def test_what_an_endpoint_takes_is_told() -> None:
    endpoint = Endpoint(
        method="PUT",
        path="/v1/things/{id}",
        right="anyone",
        scope="open",
        handler=_handler,
        summary="Put a thing",
        answers={200: Answer(detail="The thing", model=Told)},
        takes=Told,
        query=Wanted,
        idempotency="required",
        if_match=True,
    )
    shape = openapi.document([endpoint], "1")["paths"]["/v1/things/{id}"]["put"]
    told = {parameter["name"]: parameter for parameter in shape["parameters"]}
    assert list(told) == ["id", "limit", "cursor", "q", "sort", "brand", "Idempotency-Key", "If-Match"]
    assert {name for name, parameter in told.items() if parameter["required"]} == {"id", "q", "Idempotency-Key"}
    assert told["q"]["schema"] == {"type": "string", "maxLength": 10, "title": "Q", "description": "What is wanted."}
    assert told["sort"]["schema"] == {"enum": ["price", "name"], "type": "string", "title": "Sort"}
    assert told["brand"]["schema"]["type"] == "array"
    assert told["limit"]["schema"]["default"] == 20
    assert set(shape["responses"]) == {"200", "400", "401", "409", "412", "413", "415", "422", "500"}
    assert shape["responses"]["200"]["headers"] == {"Idempotent-Replayed": {"schema": {"const": "true"}}}


async def _handler(request: Request) -> Response:
    return Response()


async def test_the_document_is_served(here: Running) -> None:
    document = (await here.browser.http.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"].keys() == openapi.document(ENDPOINTS, "")["paths"].keys()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_endpoint_is_described(document: dict[str, Any], endpoint: Endpoint) -> None:
    shape = document["paths"][endpoint.path][endpoint.method.lower()]
    assert shape["summary"]
    assert {int(status) for status in shape["responses"]} == {*endpoint.answers, *endpoint.problems}
    assert named(shape, "path") == [piece[1:-1] for piece in endpoint.path.split("/") if piece.startswith("{")]
    assert named(shape, "query") == ([] if endpoint.query is None else list(endpoint.query.model_fields))
    assert ("Idempotency-Key" in named(shape, "header")) == (endpoint.idempotency is not None)
    assert ("If-Match" in named(shape, "header")) == endpoint.if_match
    assert ("requestBody" in shape) == (endpoint.takes is not None)
    for fault in endpoint.problems:
        assert "application/problem+json" in shape["responses"][str(fault)]["content"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(_references(document))
    assert named <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert f"#/components/schemas/{Problem.__name__}" in named


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [shape["operationId"] for path in document["paths"].values() for shape in path.values()]
    assert len(names) == len(set(names)) == len(ENDPOINTS)


def _references(value: object) -> list[str]:
    match value:
        case dict():
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for item in value.values() for found in _references(item)]
        case list():
            return [found for item in value for found in _references(item)]
        case _:
            return []
