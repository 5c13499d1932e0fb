from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from api.settings import ApiSettings
from tests.support.problems import counted, problem
from tests.support.service import Ground, Running, running

JSON = "application/json"
LIMIT = 2048


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"id": "a",}',
        b"[1, 2",
        b'{"id": NaN}',
        b'{"id": -Infinity}',
        b'{"id": "a\nb"}',
        b'{"id": "\x00"}',
        b'{"id": "\xff"}',
        b'{"id": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        '{"id": "a"}'.encode("utf-16"),
        b'{"seed": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a": ' * 900 + b'"\\u0000"' + b"}" * 900,
    ],
    ids=lambda raw: raw[:16].decode("latin-1").encode("unicode_escape").decode(),
)
async def test_a_body_that_is_not_json_in_utf8(here: Running, raw: bytes) -> None:
    before = await counted(here.service.database)
    response = await here.browser.http.post("/api/chat", content=raw, headers={"content-type": JSON})
    problem(response, 400, "bad-request")
    assert await counted(here.service.database) == before


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"x"', b"1", b"true"])
async def test_json_that_is_no_object(here: Running, raw: bytes) -> None:
    response = await here.browser.http.post("/api/chat", content=raw, headers={"content-type": JSON})
    problem(response, 422, "bad-fields")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_a_body_of_another_type(here: Running, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    response = await here.browser.http.post("/api/chat", content=json.dumps(here.browser.body()), headers=headers)
    problem(response, 415, "not-json")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"])
async def test_json_by_other_spellings(here: Running, media_type: str) -> None:
    body = json.dumps(here.browser.body())
    response = await here.browser.http.post("/api/chat", content=body, headers={"content-type": media_type})
    assert response.status_code == 200


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("over", [0, 1])
async def test_a_body_may_have_so_many_bytes(ground: Ground, announced: bool, over: int) -> None:
    async with running(ground, settings=ApiSettings(max_body=LIMIT)) as here:
        raw = json.dumps(here.browser.body()).encode()
        raw += b" " * (LIMIT + over - len(raw))
        before = await counted(ground.database)
        content = raw if announced else _pieces(raw)
        response = await here.browser.http.post("/api/chat", content=content, headers={"content-type": JSON})
        assert ("content-length" in response.request.headers) == announced
        if over:
            problem(response, 413, "too-large")
            assert await counted(ground.database) == before
        else:
            assert response.status_code == 200


async def _pieces(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 500):
        yield raw[start : start + 500]


async def test_nul_and_lone_surrogates_are_dropped(here: Running) -> None:
    raw = json.dumps(here.browser.body("a\0b\ud800c \ud83d\ude00")).encode("ascii")
    response = await here.browser.http.post("/api/chat", content=raw, headers={"content-type": JSON})
    assert response.status_code == 200
    assert (await here.browser.history())[0]["parts"][0]["text"] == "abc 😀"
    assert here.provider.asked[0].body["messages"][-1]["content"] == "abc 😀"


async def test_a_message_of_nothing_but_nul_is_empty(here: Running) -> None:
    raw = json.dumps(here.browser.body("\0\ud800 "))
    response = await here.browser.http.post("/api/chat", content=raw, headers={"content-type": JSON})
    problem(response, 422, "bad-fields")
