"""Secrets stay where they belong: no token, key, code or password in a row, a log, an address or a part."""

from __future__ import annotations

import logging
import re

import pytest

from api.routes import ENDPOINTS
from api.who import COOKIE
from storage.database import Database
from tests.support.factory import unique
from tests.support.integrator import integrator, new_key
from tests.support.letterbox import Letterbox
from tests.support.service import KEY, Ground, running
from tests.support.shopper import shopper
from tests.support.signing_in import PASSWORD, address, open_account

_SECRET = re.compile(r"token|secret|password|key|session|cookie|auth", re.IGNORECASE)


async def rows(database: Database) -> str:
    """Every row of every table, as text."""
    async with database.connection() as conn:
        tables = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
        found = [await conn.fetch(f"select to_jsonb(t)::text as row from {table[0]} t") for table in tables]
    return "\n".join(record["row"] for table in found for record in table)


async def test_no_secret_is_in_a_row_a_log_or_an_answer(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)  # as the server logs
    box = Letterbox()
    async with running(ground, mailer=box) as here, shopper(here) as user:
        http, email = here.browser.http, address()
        first = await here.browser.say()
        guest = http.cookies[COOKIE]
        await open_account(http, box, email)
        said = {"email": email, "password": PASSWORD, "bearer": True}
        async with here.stranger() as elsewhere:
            keyed = {"idempotency-key": unique("key")}
            signed_in = await elsewhere.http.post("/v1/auth/sign-in", json=said, headers=keyed)
        key = await new_key(user, "carts:write", "tools")
        async with integrator(here, key) as till:
            assert (await till.get("/v1/carts")).status_code == 200
            assert (await till.post("/v1/tools/view_wishlist", json={})).status_code == 200
        async with integrator(here, key[:-1] + "x") as wrong:
            assert (await wrong.get("/v1/carts")).status_code == 401
        chat = str(first.chunks) + str(await here.browser.history())
        secrets = {
            "session of a guest": guest,
            "session of an account": http.cookies[COOKIE],
            "bearer": signed_in.json()["token"],
            "API key": key,
            "password": PASSWORD,
            "key of the provider": KEY,
            "session of another": user.http.cookies[COOKIE],
        }
        assert all(secrets.values())
        kept = await rows(ground.database)
    # httpx and httpcore are the clients of this test as well.
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    logged = "\n".join(record.getMessage() for record in ours) + str([record.exc_info for record in ours])
    assert email in kept
    for name, secret in secrets.items():
        for place, text in (("rows", kept), ("log", logged), ("chat", chat)):
            assert secret not in text, f"{name} is in the {place}"


def test_no_address_takes_a_secret() -> None:
    for endpoint in ENDPOINTS:
        named = re.findall(r"\{(\w+)\}", endpoint.path) + (list(endpoint.query.model_fields) if endpoint.query else [])
        assert [name for name in named if _SECRET.search(name)] in ([], ["api_key_id"]), endpoint.path
