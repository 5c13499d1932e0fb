"""Whatever changes a row of somebody's, or of the shop's, is in the audit log: each endpoint that changes something."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from api.endpoint import Endpoint
from api.routes import ENDPOINTS
from evals.attacks.world import Rows, state
from storage.database import Database
from tests.support.belongings import Ids, belongings, send
from tests.support.service import Running
from tests.support.shopfront import ADDRESS, make_shopfront
from tests.support.shopper import shopper

# A chat's messages and runs are what happened themselves; sessions and mails are told by `tests/api/test_auth*.py`.
BESIDE = ("/api/", "/mcp", "/v1/auth/", "/v1/events", "/v1/tools/", "/v1/messages/{id}/rerun", "/v1/messages/{id}/show")
BODIES: Mapping[str, Mapping[str, object]] = {
    "/v1/carts": {"store": "STORE"},
    "/v1/payment-methods": {"kind": "paypal", "reference": "another"},
    "/v1/addresses": ADDRESS | {"line1": "Torstr. 3"},
    "/v1/addresses/{id}": ADDRESS | {"line1": "Torstr. 5"},
    "/v1/api-keys": {"name": "till", "scopes": ["tools"]},
    "/v1/staff/gift-cards": {"user_id": "USER", "amount": 100, "currency": "EUR"},
    "/v1/staff/stores": {"slug": "new-store", "name": "New", "currency": "EUR"},
    "/v1/staff/categories": {"slug": "new-category", "name": "New"},
    "/v1/staff/products": {"store": "STORE", "sku": "new", "name": "New", "price": 1},
    "/v1/staff/stores/{id}": {"name": "Renamed"},
    "/v1/staff/categories/{id}": {"name": "Renamed"},
    "/v1/staff/products/{id}": {"stock": 7},
    "/v1/staff/users/{id}": {"role": "moderator"},
}

# What an order leaves in the log is told by `tests/storage/test_order_placing.py`.
CHANGING = [
    each
    for each in ENDPOINTS
    if each.method != "GET" and not each.path.startswith(BESIDE) and each.path != "/v1/orders"
]


async def entries(database: Database) -> int:
    async with database.connection() as conn:
        count: int = await conn.fetchval("select count(*) from audit_log")
        return count


async def rows(database: Database) -> Rows:
    async with database.connection() as conn:
        return await state(conn)


async def test_no_change_goes_by_the_audit_log(here: Running) -> None:
    database = here.service.database
    shop = await make_shopfront(database)
    silent, idle = [], []
    async with shopper(here, "user") as owner, shopper(here, "admin") as admin:
        ids = await belongings(here, owner, shop)
        named = {"STORE": shop.store.slug, "USER": str(owner.person.user_id)}
        turn = {"PUT": 0, "DELETE": 2}
        order = sorted(CHANGING, key=lambda each: (turn.get(each.method, 1), "staff" in each.path, -len(each.path)))
        for endpoint in order:
            http = owner.http if endpoint.right in ("anyone", "person", "account") else admin.http
            before, logged = await rows(database), await entries(database)
            response = await called(http, endpoint, ids, named)
            changed = before != await rows(database)
            if changed and logged == await entries(database):
                silent.append(f"{endpoint.method} {endpoint.path}")
            if not changed:
                idle.append(f"{endpoint.method} {endpoint.path} {response.status_code}")
    assert " ".join(silent) == ""
    assert len(CHANGING) - len(idle) >= 24, idle


async def called(http: httpx.AsyncClient, endpoint: Endpoint, ids: Ids, named: dict[str, str]) -> httpx.Response:
    said = BODIES.get(endpoint.path) if endpoint.takes is not None else None
    if said is None:
        return await send(http, endpoint, ids)
    told = {name: named.get(value, value) if isinstance(value, str) else value for name, value in said.items()}
    return await send(http, endpoint, ids, told)
