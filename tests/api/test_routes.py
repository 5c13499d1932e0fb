from __future__ import annotations

import re

import pytest

from api.endpoint import Endpoint
from api.routes import ENDPOINTS
from tests.support.problems import problem
from tests.support.service import Running


def test_a_path_is_served_once() -> None:
    served = [(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
    assert len(served) == len(set(served))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
async def test_every_endpoint_answers_strangers_as_it_says(here: Running, endpoint: Endpoint) -> None:
    """With made-up names, an empty body and no headers: a status it is documented with, in the documented shape."""
    path = re.sub(r"\{\w+\}", "nothing", endpoint.path)
    content = "{}" if endpoint.takes else None
    headers = {"content-type": "application/json"} if endpoint.takes else {}
    response = await here.browser.http.request(endpoint.method, path, content=content, headers=headers)
    if response.status_code in endpoint.answers:
        return
    assert response.status_code in endpoint.problems
    assert response.status_code != 500
    problem(response, response.status_code, response.json()["code"])
