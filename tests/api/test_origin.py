from __future__ import annotations

import httpx
import pytest

from api.settings import ApiSettings
from tests.support.problems import problem
from tests.support.service import Ground, Running, running

FRIEND = "https://friend.example"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"origin": "HERE"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://127.0.0.1"}, False),
        ({"origin": "http://127.0.0.1:1"}, False),
        ({"origin": "http://10.0.0.7:8000"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "HERE"}, False),
        ({"sec-fetch-site": "cross-site", "authorization": "Bearer x"}, False),
        ({"sec-fetch-site": "cross-site", "origin": FRIEND}, True),
        ({"origin": FRIEND}, True),
        ({"origin": FRIEND + ".evil.example"}, False),
        ({"origin": "https://shop.example"}, True),
    ],
)
async def test_only_our_pages_and_friends_change_anything(
    ground: Ground, headers: dict[str, str], allowed: bool
) -> None:
    settings = ApiSettings(cors_origins=(FRIEND,), public_url="https://shop.example")
    async with running(ground, settings=settings) as here:
        sent = {name: here.url if value == "HERE" else value for name, value in headers.items()}
        for method, path in (("POST", "/v1/events"), ("DELETE", "/v1/wishlist/x"), ("POST", "/mcp")):
            response = await here.browser.http.request(method, path, headers=sent)
            if allowed:
                assert response.status_code in (404, 415)
            else:
                problem(response, 403, "cross-site")
                assert "set-cookie" not in response.headers
        assert (await here.browser.http.get("/v1/stores", headers=sent)).status_code == 200


async def test_a_browser_of_a_friend_is_told_that_it_may(ground: Ground) -> None:
    async with running(ground, settings=ApiSettings(cors_origins=(FRIEND,))) as here:
        asks = {
            "origin": FRIEND,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,idempotency-key,last-event-id,authorization",
        }
        allowed = await here.browser.http.options("/api/chat", headers=asks)
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == FRIEND
        assert allowed.headers["access-control-allow-credentials"] == "true"
        other = await here.browser.http.options("/api/chat", headers=asks | {"origin": "https://evil.example"})
        assert other.status_code == 400
        assert "access-control-allow-origin" not in other.headers
        async with here.browser.http.stream(
            "POST", "/api/chat", json=here.browser.body(), headers={"origin": FRIEND}
        ) as response:
            assert response.headers["access-control-allow-origin"] == FRIEND
            assert "ETag" in response.headers["access-control-expose-headers"]
            arrived = [chunk async for chunk in response.aiter_bytes()]
        assert len(arrived) > 1
        assert b"[DONE]" in arrived[-1]


async def test_without_the_setting_nobody_is_told_anything(here: Running) -> None:
    response = await here.browser.http.get("/v1/stores", headers={"origin": FRIEND})
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("origin", ["*", "friend.example", "https://friend.example/", "https://a.example/b"])
def test_a_setting_that_is_no_origin_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("CARTWRIGHT_CORS_ORIGINS", f"https://shop.example, {origin}")
    with pytest.raises(ValueError, match="is no origin"):
        ApiSettings()


def test_origins_are_read_from_their_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTWRIGHT_CORS_ORIGINS", "https://shop.example, http://localhost:5173")
    assert ApiSettings().cors_origins == ("https://shop.example", "http://localhost:5173")


async def test_every_answer_has_the_headers(here: Running) -> None:
    """Pages, data, streams, refusals and what nobody serves."""
    http = here.browser.http
    streamed = (await here.browser.say()).headers
    answers: dict[str, httpx.Headers] = {"stream": streamed}
    for path in ("/", "/plain.css", "/v1/stores", "/openapi.json", "/v1/audit-log", "/nowhere", "/v1/carts/x"):
        answers[path] = (await http.get(path)).headers
    for path, headers in answers.items():
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "same-origin", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "strict-transport-security" not in headers
        is_page = path == "/"
        assert ("script-src 'self'" in headers["content-security-policy"]) is is_page, path
        for loose in ("unsafe", "http:", "https:", "*"):
            assert loose not in headers["content-security-policy"], path


async def test_behind_https_browsers_are_told_to_stay_there(ground: Ground) -> None:
    async with running(ground, settings=ApiSettings(secure_cookie=True)) as here:
        assert "strict-transport-security" in (await here.browser.http.get("/v1/stores")).headers
