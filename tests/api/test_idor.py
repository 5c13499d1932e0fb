"""Every route x every kind of id in it x everybody whose it is not: it does not exist for them, and nothing changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from uuid import uuid4

import httpx
import pytest

from api.endpoint import Endpoint
from api.routes import ENDPOINTS
from api.who import COOKIE
from storage.people import Role
from storage.tokens import digest
from tests.support.belongings import OF_NO_STORE, PUBLIC, Ids, belongings, kinds, send
from tests.support.integrator import integrator, new_key
from tests.support.problems import problem
from tests.support.service import Ground, Running, client, running
from tests.support.shopfront import ADDRESS, make_shopfront
from tests.support.shopper import Shopper, shopper

STAFF: tuple[Role, ...] = ("moderator", "admin")
# A client that asks at every page load is told that there is nothing to tell.
NOTHING_TO_TELL = "/api/chat/{chat}/stream"

NAMED = [endpoint for endpoint in ENDPOINTS if "{" in endpoint.path]
OWNED = [endpoint for endpoint in NAMED if not set(kinds(endpoint)) <= PUBLIC]
PERSONS = ("nobody", "other", "expired", "revoked")


@dataclass(frozen=True, slots=True)
class World:
    """An owner with one of everything, and clients of everybody else."""

    here: Running
    owner: Shopper
    ids: Ids
    away: Ids
    others: Mapping[str, httpx.AsyncClient]
    staff: Mapping[Role, httpx.AsyncClient]
    elsewhere: httpx.AsyncClient


@pytest.fixture(scope="module")
async def world(ground: Ground) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(running(ground))
        shop, other = await make_shopfront(ground.database), await make_shopfront(ground.database)
        owner = await stack.enter_async_context(shopper(here, "user"))
        ids = await belongings(here, owner, shop)
        others = {"nobody": await stack.enter_async_context(client(here.url))}
        for name in ("other", "expired", "revoked"):
            made = await stack.enter_async_context(shopper(here, "user"))
            token = made.http.cookies[COOKIE]
            others[name] = await stack.enter_async_context(integrator(here, token))
            if name != "other":
                # It was the owner's own session, and is no longer anybody's.
                async with ground.database.connection() as conn:
                    await conn.execute(
                        "update sessions set user_id = $2, ended_at = case when $3 then now() end, "
                        "started_at = now() - interval '2 days', "
                        "expires_at = now() + case when $3 then interval '1 day' else interval '-1 day' end "
                        "where token_hash = $1",
                        digest(token),
                        owner.person.user_id,
                        name == "revoked",
                    )
        # A guest's session that is handed out on the way is not kept: nobody stays nobody.
        others["nobody"].cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        staff: dict[Role, httpx.AsyncClient] = {
            role: (await stack.enter_async_context(shopper(here, role))).http for role in STAFF
        }
        every = sorted({endpoint.scope for endpoint in ENDPOINTS} - {"open", "closed", "admin", "moderation"})
        key = await new_key(owner, *every, stores=[other.store.slug])
        elsewhere = await stack.enter_async_context(integrator(here, key))
        away = await belongings(here, owner, other)
        yield World(here, owner, ids, away, others, staff, elsewhere)


def named(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def test_the_matrix_knows_the_kind_of_every_id_in_every_path() -> None:
    """A route with an id that tests/support/belongings.py does not know is not in the matrix: say its kind there."""
    assert all(kinds(endpoint) for endpoint in NAMED)
    assert len(OWNED) >= 30


@pytest.mark.parametrize("asker", PERSONS)
@pytest.mark.parametrize("endpoint", OWNED, ids=named)
async def test_what_is_anothers_does_not_exist(world: World, endpoint: Endpoint, asker: str) -> None:
    http = world.others[asker]
    response = await send(http, endpoint, world.ids)
    made_up = await send(http, endpoint, _made_up(world.ids))
    if endpoint.right in STAFF or (endpoint.right != "anyone" and asker != "other"):
        expected = (403, "forbidden") if asker == "other" else (401, "sign-in-needed")
        problem(response, *expected)
    elif endpoint.path == NOTHING_TO_TELL:
        assert response.status_code == 204
    else:
        problem(response, 404, response.json()["code"])
    assert (response.status_code, response.content) == (made_up.status_code, made_up.content)


@pytest.mark.parametrize("endpoint", [each for each in OWNED if each.right not in STAFF], ids=named)
@pytest.mark.parametrize("role", STAFF)
async def test_a_role_opens_nobodys_things_by_the_way(world: World, endpoint: Endpoint, role: Role) -> None:
    response = await send(world.staff[role], endpoint, world.ids)
    assert response.status_code == (204 if endpoint.path == NOTHING_TO_TELL else 404)


OF_A_STORE = [each for each in NAMED if each.scope != "open" and not set(kinds(each)) <= OF_NO_STORE]


@pytest.mark.parametrize("endpoint", OF_A_STORE, ids=named)
async def test_a_key_of_another_store_finds_nothing(world: World, endpoint: Endpoint) -> None:
    response = await send(world.elsewhere, endpoint, world.ids)
    if endpoint.scope in ("closed", "admin", "moderation"):
        problem(response, 404 if response.status_code == 404 else 403, response.json()["code"])
    else:
        problem(response, 404, "not-found")


async def test_a_key_without_the_scope_opens_nothing(world: World) -> None:
    """Every endpoint that looks at keys, with a key that has every other scope."""
    scopes = {endpoint.scope for endpoint in ENDPOINTS} - {"open", "closed"}
    async with shopper(world.here, "admin") as admin:
        for scope in sorted(scopes | {"closed"}):
            lacking = {scope, scope.replace(":read", ":write")}
            async with integrator(world.here, await new_key(admin, *(scopes - lacking))) as key:
                for endpoint in ENDPOINTS:
                    if endpoint.scope == scope:
                        response = await send(key, endpoint, world.ids) if "{" in endpoint.path else None
                        response = response or await key.request(endpoint.method, endpoint.path)
                        problem(response, 403, "scope-missing")


async def test_lists_of_a_key_leave_out_other_stores(world: World) -> None:
    """Every list without an id in its path: nothing of the store that the key is not for, and something at all."""
    told = ""
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET" and "{" not in endpoint.path and endpoint.scope not in ("open", "closed", "admin"):
            asked = {"q": "mug"} if "search" in endpoint.path else {}
            response = await world.elsewhere.get(endpoint.path, params=asked)
            told += response.text
            for kind, name in world.ids.items():
                assert kind in OF_NO_STORE or name not in response.text, endpoint.path
    for kind in ("chat", "product", "cart", "order", "action"):
        assert world.away[kind] in told, kind


@pytest.mark.parametrize("asker", PERSONS)
async def test_names_in_bodies_and_queries_are_no_way_around(world: World, asker: str) -> None:
    http, ids = world.others[asker], world.ids
    said = {"id": ids["chat"], "trigger": "submit-message"} | {
        "messages": [{"id": "u", "role": "user", "parts": [{"type": "text", "text": "Hello"}]}]
    }
    problem(await http.post("/api/chat", json=said), 404, "not-found")
    assert (await http.get("/v1/carts", params={"suggested_by": ids["answer"]})).json()["items"] == []
    order = {"cart_id": ids["cart"], "version": 1, "expected_total": 900, "shipping_address": ADDRESS}
    response = await http.post("/v1/orders", json=order, headers={"idempotency-key": str(uuid4())})
    problem(response, 404, "not-found")


async def test_for_the_owner_they_are_all_there_and_nothing_of_it_has_changed(world: World) -> None:
    """Last, for what it calls does what it says: were an id made up, the tests before would have proved nothing."""
    http, ids = world.owner.http, world.ids
    assert (await http.get(f"/v1/orders/{ids['order']}")).json()["status"] == "pending"
    assert (await http.get(f"/v1/actions/{ids['action']}")).json()["state"] == "pending"
    assert [item["id"] for item in (await http.get(f"/v1/carts/{ids['cart']}")).json()["items"]] == [ids["cart item"]]
    assert (await http.get(f"/v1/carts/{ids['suggestion']}")).json()["suggestion"]["outcome"] is None
    turn = {"PUT": 0, "DELETE": 2}
    for endpoint in sorted(
        OWNED, key=lambda each: (turn.get(each.method, 1), "sessions" in each.path, -len(each.path))
    ):
        if endpoint.right not in STAFF:
            assert (await send(http, endpoint, ids)).status_code != 404, named(endpoint)


def _made_up(ids: Ids) -> Ids:
    return {kind: name if kind in PUBLIC else str(uuid4()) for kind, name in ids.items()}
