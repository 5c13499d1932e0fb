from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from storage.clock import utc_now
from tests.support.letterbox import Letterbox
from tests.support.problems import problem
from tests.support.service import Ground, Running, client, running
from tests.support.signing_in import PASSWORD, address, open_account, sign_in, who_am_i

ANOTHER = "another password"


@pytest.fixture(scope="module")
async def box() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="module")
async def here(ground: Ground, box: Letterbox) -> AsyncIterator[Running]:
    async with running(ground, mailer=box) as made:
        yield made


@asynccontextmanager
async def browser(here: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with client(here.url) as http:
        yield http


async def test_a_change_of_password_ends_all_other_sessions(here: Running, box: Letterbox) -> None:
    email = address()
    async with browser(here) as http, browser(here) as other:
        await open_account(http, box, email)
        await sign_in(other, email)
        before = (await who_am_i(http))["session"]["id"]
        response = await http.post("/v1/auth/password", json={"password": PASSWORD, "new_password": ANOTHER})
        assert response.status_code == 200
        assert response.json()["merged"] is None
        assert (await who_am_i(http))["session"]["id"] not in (before, None)
        assert await who_am_i(other) is None
        problem(await sign_in(other, email), 401, "wrong-password")
        assert (await sign_in(other, email, ANOTHER)).status_code == 200
    assert "was changed" in (await box.to(email)).content


async def test_a_password_is_changed_by_who_knows_it(here: Running, box: Letterbox) -> None:
    email = address()
    async with browser(here) as http, browser(here) as guest:
        await open_account(http, box, email)
        wrong = await http.post("/v1/auth/password", json={"password": "wrong", "new_password": ANOTHER})
        problem(wrong, 401, "wrong-password")
        problem(await http.post("/v1/auth/password", json={"new_password": ANOTHER}), 403, "sign-in-again")
        short = await http.post("/v1/auth/password", json={"password": PASSWORD, "new_password": "short"})
        assert problem(short, 422, "bad-password").errors[0].field == "new_password"
        assert (await sign_in(http, email)).status_code == 200
        problem(await guest.post("/v1/auth/password", json={"new_password": ANOTHER}), 401, "sign-in-needed")


async def test_a_forgotten_password_is_reset_by_mail(here: Running, box: Letterbox) -> None:
    email = address()
    async with browser(here) as http, browser(here) as other:
        told = await open_account(http, box, email)
        response = await other.post("/v1/auth/password/reset", json={"email": email.upper()})
        assert response.status_code == 202
        code = await box.code(email)
        said = {"email": email, "code": code, "password": ANOTHER}
        signed = await other.post("/v1/auth/password/reset/confirm", json=said)
        assert signed.json()["person"]["id"] == told["person"]["id"]
        assert await who_am_i(http) is None
        assert (await sign_in(http, email, ANOTHER)).status_code == 200
        problem(await other.post("/v1/auth/password/reset/confirm", json=said), 422, "wrong-code")


async def test_a_reset_of_nobodys_address_looks_the_same(here: Running, box: Letterbox, ground: Ground) -> None:
    known, unknown = address(), address()
    async with browser(here) as http:
        await open_account(http, box, known)
        answers = [await http.post("/v1/auth/password/reset", json={"email": each}) for each in (known, unknown)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].content == answers[1].content
        for email in (known, unknown):
            said = {"email": email, "code": "0000-0000", "password": ANOTHER}
            problem(await http.post("/v1/auth/password/reset/confirm", json=said), 422, "wrong-code")
        await box.code(known)
    assert [mail for mail in box.mails if mail.recipient == unknown] == []
    async with ground.database.connection() as conn:
        waiting = await conn.fetchval("select count(*) from mails where recipient is not null")
    assert waiting == 0


async def test_a_code_that_is_too_old_does_nothing(ground: Ground, box: Letterbox) -> None:
    email, late = address(), utc_now() + timedelta(minutes=31)
    async with running(ground, mailer=box) as here:
        await open_account(here.browser.http, box, email)
        await here.browser.http.post("/v1/auth/password/reset", json={"email": email})
        code = await box.code(email)
    async with running(ground, clock=lambda: late) as later:
        said = {"email": email, "code": code, "password": ANOTHER}
        problem(await later.browser.http.post("/v1/auth/password/reset/confirm", json=said), 422, "wrong-code")


async def test_mails_to_one_address_are_few(here: Running) -> None:
    email = address()
    async with browser(here) as http:
        for _ in range(3):
            assert (await http.post("/v1/auth/password/reset", json={"email": email})).status_code == 202
        response = await http.post("/v1/auth/password/reset", json={"email": email})
        problem(response, 429, "too-often")
        assert 1 <= int(response.headers["retry-after"]) <= 600


async def test_another_address_is_proved_by_a_code(here: Running, box: Letterbox) -> None:
    before, after = address(), address()
    async with browser(here) as http, browser(here) as other:
        await open_account(http, box, before)
        problem(await http.post("/v1/auth/email", json={"email": after}), 403, "sign-in-again")
        asked = await http.post("/v1/auth/email", json={"email": after, "password": PASSWORD})
        assert asked.status_code == 202
        code = await box.code(after)
        problem(await other.post("/v1/auth/email/confirm", json={"code": code}), 401, "sign-in-needed")
        assert (await who_am_i(http))["email"] == before
        assert (await http.post("/v1/auth/email/confirm", json={"code": code})).status_code == 204
        assert (await who_am_i(http))["email"] == after
        assert "no longer" in (await box.to(before)).content
        problem(await sign_in(other, before), 401, "wrong-password")
        assert (await sign_in(other, after)).status_code == 200


async def test_an_address_that_is_somebodys_is_not_told_and_not_taken(here: Running, box: Letterbox) -> None:
    mine, theirs = address(), address()
    async with browser(here) as http, browser(here) as other:
        await open_account(http, box, mine)
        await open_account(other, box, theirs)
        asked = await http.post("/v1/auth/email", json={"email": theirs, "password": PASSWORD})
        assert asked.status_code == 202
        assert "account already" in (await box.to(theirs)).subject
        problem(await http.post("/v1/auth/email/confirm", json={"code": "0000-0000"}), 422, "wrong-code")
