from __future__ import annotations

from datetime import timedelta

import pytest

from api.settings import ApiSettings
from api.who import COOKIE
from storage import people
from storage.clock import utc_now
from tests.support.problems import counted, problem
from tests.support.service import Ground, Running, client, running


async def test_whoever_comes_first_becomes_a_guest_and_stays_one(here: Running) -> None:
    first = await here.browser.say()
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    before = await counted(here.service.database)
    assert "set-cookie" not in (await here.browser.say()).headers
    after = await counted(here.service.database)
    assert (after["users"], after["sessions"], after["chats"]) == (before["users"], before["sessions"], before["chats"])


async def test_behind_https_the_cookie_is_secure(ground: Ground) -> None:
    async with running(ground, settings=ApiSettings(secure_cookie=True, session_days=1)) as here:
        cookie = (await here.browser.say()).headers["set-cookie"]
    assert {"Secure", "Max-Age=86400"} <= set(cookie.split("; "))


async def test_a_session_works_as_a_bearer_too(here: Running) -> None:
    await here.browser.say()
    token = here.browser.http.cookies[COOKIE]
    path = f"/api/chat/{here.browser.chat}"
    async with client(here.url) as http:
        for scheme in ("Bearer", "bearer"):
            assert (await http.get(path, headers={"authorization": f"{scheme} {token}"})).status_code == 200
        for wrong in (f"Basic {token}", "Bearer", "Bearer x", token):
            problem(await http.get(path, headers={"authorization": wrong}), 404, "not-found")


@pytest.mark.parametrize("token", ["nonsense", "", "ü", "x" * 5000])
async def test_a_token_nobody_has_makes_a_new_guest(here: Running, token: str) -> None:
    cookie = f"{COOKIE}={token}".encode()
    response = await here.browser.http.post("/api/chat", json=here.browser.body(), headers=[(b"cookie", cookie)])
    assert response.status_code == 200
    assert "set-cookie" in response.headers


async def test_an_expired_session_is_nobodys(here: Running) -> None:
    async with here.service.database.connection() as conn:
        guest = await people.new_guest(conn, utc_now(), timedelta(days=1))
        await conn.execute(
            "update sessions set started_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
            "where id = $1",
            guest.person.session_id,
        )
    here.browser.http.cookies.set(COOKIE, guest.token)
    assert "set-cookie" in (await here.browser.say()).headers
