from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from starlette.routing import Mount, Route

from api.endpoint import Answer, Endpoint
from api.products import get
from api.rights import Right, has
from api.rights_table import table
from api.routes import ENDPOINTS
from storage.people import Person, Role
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper
from tests.test_docs import section

# What the application serves beside the endpoints, for anyone.
OTHERS = {"/", "/assets/{name}", "/plain.css", "/openapi.json"}


def test_the_document_has_the_table() -> None:
    """`python -m api.rights_table` prints the table as it should be."""
    assert section("docs/rights.md", "Who may call what").strip() == table(ENDPOINTS)


async def test_nothing_is_served_that_declares_no_right(here: Running) -> None:
    routes = [route for route in here.app.routes if isinstance(route, Route | Mount)]
    assert len(routes) == len(here.app.routes)
    assert {route.path for route in routes} - {endpoint.path for endpoint in ENDPOINTS} == OTHERS


@pytest.mark.parametrize("missing", ["right", "scope"])
def test_an_endpoint_without_rights_is_none(missing: str) -> None:
    declared: dict[str, Any] = {
        "method": "GET", "path": "/v1/things", "right": "admin", "scope": "admin", "handler": get, "summary": "Things",
        "answers": {200: Answer(detail="Things")},
    }  # fmt: skip
    assert Endpoint(**declared)
    del declared[missing]
    with pytest.raises(TypeError, match=missing):
        Endpoint(**declared)


@pytest.mark.parametrize(
    ("role", "right", "passes"),
    [
        ("user", "anyone", True),
        ("user", "person", True),
        ("user", "account", True),
        ("user", "moderator", False),
        ("moderator", "moderator", True),
        ("moderator", "admin", False),
        ("admin", "moderator", True),
        ("admin", "admin", True),
    ],
)
def test_a_role_includes_those_below_it(role: Role, right: Right, passes: bool) -> None:
    assert has(Person(user_id=uuid4(), session_id=None, is_anonymous=False, role=role), right) is passes


def test_a_guest_has_no_account() -> None:
    guest = Person(user_id=uuid4(), session_id=uuid4(), is_anonymous=True, role="user")
    assert has(guest, "person")
    assert not has(guest, "account")


RESTRICTED = [endpoint for endpoint in ENDPOINTS if endpoint.right != "anyone"]


async def test_nobody_and_the_wrong_role_come_to_no_handler(here: Running) -> None:
    """Every endpoint with a right: 401 for nobody, 403 one role below, something else for those who have it."""
    below = {"account": "guest", "moderator": "user", "admin": "moderator"}
    async with (
        here.stranger() as nobody,
        shopper(here, "guest") as guest,
        shopper(here, "user") as user,
        shopper(here, "moderator") as moderator,
        shopper(here, "admin") as admin,
    ):
        having = {"guest": guest, "user": user, "moderator": moderator, "admin": admin}
        for endpoint in RESTRICTED:
            path = endpoint.path.replace("{id}", str(uuid4()))
            response = await nobody.http.request(endpoint.method, path)
            problem(response, 401, "sign-in-needed")
            assert response.headers["www-authenticate"] == "Bearer"
            lower = below.get(endpoint.right)
            if lower is not None:
                problem(await having[lower].http.request(endpoint.method, path), 403, "forbidden")
                right = endpoint.right.replace("account", "user")
                assert (await having[right].http.request(endpoint.method, path)).status_code not in (401, 403)
