from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pytest

from api.who import COOKIE
from tests.support.letterbox import Letterbox
from tests.support.problems import problem
from tests.support.providers.script import End, Text
from tests.support.service import Ground, Running, client, gated, running
from tests.support.signing_in import PASSWORD, address, open_account, sign_in, who_am_i


async def leave(http: httpx.AsyncClient, **said: str) -> httpx.Response:
    return await http.request("DELETE", "/v1/auth/me", json=said)


async def test_an_account_leaves_with_its_password(ground: Ground) -> None:
    box, email = Letterbox(), address()
    async with running(ground, mailer=box) as here:
        http = here.browser.http
        await here.browser.say("My shoe size is 44")
        user = UUID((await open_account(http, box, email))["person"]["id"])
        problem(await leave(http), 403, "sign-in-again")
        problem(await leave(http, password="wrong"), 401, "wrong-password")
        response = await leave(http, password=PASSWORD)
        assert response.status_code == 204
        assert COOKIE not in http.cookies
        assert await who_am_i(http) is None
        problem(await sign_in(http, email), 401, "wrong-password")
        async with ground.database.connection() as conn:
            assert await conn.fetchval("select count(*) from users where id = $1", user) == 0
            assert await conn.fetchval("select count(*) from parts where text_text like '%shoe size%'") == 0
            said = await conn.fetchval("select count(*) from system_audit where message = 'a person was deleted'")
        assert said == 1
        # The address is free again.
        await open_account(http, box, email)


async def test_a_guest_leaves_without_one(here: Running) -> None:
    await here.browser.say()
    assert (await leave(here.browser.http)).status_code == 204
    assert await who_am_i(here.browser.http) is None
    problem(await leave(here.browser.http), 401, "sign-in-needed")


async def test_who_leaves_in_the_middle_of_an_answer_is_cut_off_and_nothing_breaks(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated((Text("Good "),), gate, (Text("day"), End())), (Text("Hello"), End())) as here:
        reader = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        async with client(here.url, cookies=here.browser.http.cookies) as tab:
            assert (await leave(tab)).status_code == 204
        with pytest.raises(httpx.RemoteProtocolError):
            async with asyncio.timeout(5):
                await reader
        gate.set()
        async with here.stranger() as other:
            other.chat = "another"
            assert "Hello" in str((await other.say()).message)


async def test_an_export_is_one_document_and_not_given_too_often(ground: Ground) -> None:
    box = Letterbox()
    async with running(ground, mailer=box) as here:
        http = here.browser.http
        await here.browser.say("I like tea")
        await open_account(http, box, address())
        response = await http.get("/v1/auth/export")
        assert response.headers["content-disposition"].startswith("attachment")
        told = response.json()["tables"]
        assert "I like tea" in [part["text_text"] for part in told["parts"]]
        assert len(told["users"]) == 1
        assert [row["action"] for row in told["audit_log"]].count("export") == 1
        assert http.cookies[COOKIE] not in response.text
        for _ in range(2):
            assert (await http.get("/v1/auth/export")).status_code == 200
        problem(await http.get("/v1/auth/export"), 429, "too-often")
