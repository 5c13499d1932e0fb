from __future__ import annotations

from typing import Any

import pytest

from api import openapi
from api.endpoint import Endpoint
from api.problems import Problem
from api.routes import ENDPOINTS
from tests.support.service import Running


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(ENDPOINTS, "1.2.3")


async def test_the_document_is_served(here: Running) -> None:
    document = (await here.browser.http.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"].keys() == openapi.document(ENDPOINTS, "")["paths"].keys()


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_endpoint_is_described(document: dict[str, Any], endpoint: Endpoint) -> None:
    shape = document["paths"][endpoint.path][endpoint.method.lower()]
    assert shape["summary"]
    assert {int(status) for status in shape["responses"]} == {*endpoint.answers, *endpoint.faults, 500}
    assert [parameter["name"] for parameter in shape["parameters"]] == [
        piece[1:-1] for piece in endpoint.path.split("/") if piece.startswith("{")
    ]
    assert ("requestBody" in shape) == (endpoint.takes is not None)
    for fault in endpoint.faults:
        [media_type] = shape["responses"][str(fault)]["content"]
        assert media_type == "application/problem+json"


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
