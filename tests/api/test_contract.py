"""schemathesis sends what /openapi.json allows, and what it does not, to the real service.

So many requests an endpoint, the same ones every time, with ids that exist among those that do not.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from api.endpoint import Endpoint
from api.routes import ENDPOINTS
from api.who import COOKIE
from storage import people
from storage.clock import utc_now
from tests.support.factory import make_picture
from tests.support.give_away import give_away
from tests.support.service import Ground, Running, running
from tests.support.shopfront import Shopfront, make_shopfront
from tools.registry import SHOP_TOOLS

_DELETES_CHAT = ("DELETE", "/v1/chats/{chat}")
EXAMPLES: Mapping[GenerationMode, int] = {GenerationMode.POSITIVE: 30, GenerationMode.NEGATIVE: 20}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Target:
    """A service with something of everything, the schema it hands out, and a shopper's token."""

    url: str
    schema: OpenApiSchema
    token: str
    spare: str
    known: Mapping[str, Sequence[str]]
    """Values that exist, by the beginning of a path or by the name of a parameter."""

    def values(self, path: str, name: str) -> Sequence[str]:
        if name != "id":
            return self.known.get(name, ())
        return next((values for place, values in self.known.items() if path.startswith(place)), ())


async def known(here: Running, ground: Ground, shop: Shopfront) -> dict[str, Sequence[str]]:
    """A chat with an answer, a cart, a suggested one and two actions, all of this shopper's."""
    http, kettle = here.browser.http, str(shop.kettle.id)
    await here.browser.say()
    answer = (await here.browser.history())[-1]["id"]

    async def called(tool: str, arguments: object) -> Any:
        response = await http.post(f"/v1/tools/{tool}", json=arguments, headers={"Idempotency-Key": str(uuid4())})
        assert response.status_code in (200, 202), response.text
        return response.json()

    item = {"product_id": kettle, "quantity": 1}
    await called("update_cart", item)
    offer = {"title": "Tea", "reason": "Hot water.", "score": 90, "items": [item]}
    suggested = await called("suggest_carts", {"carts": [offer]})
    actions = [(await called("give_away", {"product_id": kettle, "pieces": 1}))["id"] for _ in range(2)]
    carts = [cart["id"] for cart in (await http.get("/v1/carts")).json()["items"]]
    async with ground.database.connection() as conn:
        picture = await make_picture(conn, shop.kettle, b"<svg/>", "svg")
        document = await conn.fetchval("select id from documents limit 1")
    return {
        "chat": [here.browser.chat],
        "product_id": [kettle],
        "name": [tool.name for tool in SHOP_TOOLS],
        "/v1/messages": [answer],
        "/v1/carts": [*carts, suggested["output"]["suggestions"][0]["suggestion_id"]],
        "/v1/actions": actions,
        "/v1/products": [kettle],
        "/products": [kettle],
        "/images": [str(picture)],
        "/documents": [str(document)],
    }


@pytest.fixture(scope="module")
async def target(ground: Ground) -> AsyncIterator[Target]:
    shop = await make_shopfront(ground.database)
    async with running(ground, tools=(*SHOP_TOOLS, give_away)) as here:
        there = await known(here, ground, shop)
        async with ground.database.connection() as conn:
            spare = await people.new_guest(conn, utc_now(), timedelta(days=1))
        document = json.loads((await here.browser.http.get("/openapi.json")).content)
        yield Target(
            here.url, schemathesis.openapi.from_dict(document), here.browser.http.cookies[COOKIE], spare.token, there
        )


def probes() -> Iterator[Any]:
    """Each endpoint with what fits its description and, where it takes more than names in its path, what does not."""
    for endpoint in ENDPOINTS:
        name = f"{endpoint.method} {endpoint.path}"
        yield pytest.param(endpoint, GenerationMode.POSITIVE, id=name)
        if endpoint.takes or endpoint.query or endpoint.idempotency:
            yield pytest.param(endpoint, GenerationMode.NEGATIVE, id=f"{name} negative")


async def test_the_ids_that_are_mixed_in_exist(target: Target) -> None:
    # First, while none of them has been deleted by what is sent below.
    asked = 0
    async with httpx.AsyncClient(base_url=target.url, headers={"authorization": f"Bearer {target.token}"}) as http:
        for endpoint in ENDPOINTS:
            if endpoint.method == "GET" and endpoint.path.endswith("}"):
                [name] = [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]
                for value in target.values(endpoint.path, name):
                    assert (await http.get(endpoint.path.replace(f"{{{name}}}", value))).status_code == 200, (
                        endpoint.path
                    )
                    asked += 1
    assert asked >= 8


@pytest.mark.parametrize(("endpoint", "mode"), list(probes()))
async def test_no_answer_but_documented_ones(target: Target, endpoint: Endpoint, mode: GenerationMode) -> None:
    await asyncio.to_thread(probe, target, target.schema, endpoint, mode)


async def test_an_answer_that_is_not_documented_is_found(target: Target) -> None:
    [endpoint] = [each for each in ENDPOINTS if (each.method, each.path) == ("GET", "/v1/products/{id}")]
    document = json.loads(json.dumps(target.schema.raw_schema))
    del document["paths"][endpoint.path]["get"]["responses"]["404"]
    lesser = schemathesis.openapi.from_dict(document)
    with pytest.raises(FailureGroup, match="404"):
        await asyncio.to_thread(probe, target, lesser, endpoint, GenerationMode.POSITIVE)


def probe(target: Target, schema: OpenApiSchema, endpoint: Endpoint, mode: GenerationMode) -> None:
    """Send some requests; raises FailureGroup for an answer the schema does not know."""
    operation = schema[endpoint.path][endpoint.method]
    names = [parameter.name for parameter in operation.path_parameters]
    there = {name: st.sampled_from([None, *target.values(endpoint.path, name)]) for name in names}

    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.fixed_dictionaries(there))
    def sent(case: Case[Any], real: Mapping[str, str | None]) -> None:
        for name, value in real.items():
            if value is not None:
                case.path_parameters[name] = value
        # What signs out, or away, or deletes the chat is sent in somebody else's name.
        ends = endpoint.path.startswith("/v1/auth/") or (endpoint.method, endpoint.path) == _DELETES_CHAT
        token = target.spare if ends else target.token
        headers = {"authorization": f"Bearer {token}"}
        case.call_and_validate(base_url=target.url, headers=headers, checks=CHECKS, timeout=10)

    sent()
