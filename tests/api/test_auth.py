from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import bcrypt
import httpx
import pytest

from api.settings import ApiSettings
from api.who import COOKIE
from tests.support.factory import unique
from tests.support.letterbox import Letterbox
from tests.support.problems import problem
from tests.support.providers.script import End, Text
from tests.support.service import Ground, Running, client, gated, running
from tests.support.signing_in import PASSWORD, address, open_account, sign_in, who_am_i


@dataclass(frozen=True, slots=True)
class Place:
    """A service and where its mails arrive."""

    here: Running
    box: Letterbox

    def client(self) -> httpx.AsyncClient:
        """Another browser."""
        return client(self.here.url)


@pytest.fixture(scope="module")
async def open_place(ground: Ground) -> AsyncIterator[Place]:
    box = Letterbox()
    async with running(ground, mailer=box) as here:
        yield Place(here, box)


@pytest.fixture
async def place(open_place: Place) -> AsyncIterator[Place]:
    """The service of all tests here, with a browser of the test's own."""
    async with open_place.here.stranger() as browser:
        browser.chat = unique("chat")
        yield Place(replace(open_place.here, browser=browser), open_place.box)


async def test_nobody_is_nobody_and_asking_makes_no_guest(place: Place) -> None:
    async with place.client() as http:
        response = await http.get("/v1/auth/me")
        assert response.json() == {"person": None, "google": False}
        assert "set-cookie" not in response.headers


async def test_a_guest_signs_up_and_is_the_same_person_with_all_they_had(place: Place) -> None:
    http, email = place.here.browser.http, address()
    await place.here.browser.say()
    guest, token = await who_am_i(http), http.cookies[COOKIE]
    assert (guest["is_guest"], guest["email"], guest["has_password"]) == (True, None, False)
    told = await open_account(http, place.box, email)
    person = told["person"]
    assert (person["id"], person["is_guest"], person["email"], person["role"]) == (guest["id"], False, email, "user")
    assert person["has_password"]
    assert (told["token"], told["merged"]["chats"]) == (None, 1)
    assert http.cookies[COOKIE] != token
    assert len(await place.here.browser.history()) == 2
    assert (await who_am_i(http))["id"] == person["id"]


async def test_an_account_signs_in_and_out_whatever_the_case_of_its_address(place: Place) -> None:
    email = address()
    async with place.client() as http, place.client() as elsewhere:
        told = await open_account(http, place.box, email)
        response = await sign_in(elsewhere, email.upper())
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-store"
        assert response.json()["person"]["id"] == told["person"]["id"]
        cookie = response.headers["set-cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        out = await elsewhere.post("/v1/auth/sign-out")
        assert out.status_code == 204
        assert COOKIE not in elsewhere.cookies
        assert await who_am_i(elsewhere) is None
        assert (await who_am_i(http))["email"] == email
        assert (await elsewhere.post("/v1/auth/sign-out")).status_code == 204


async def test_a_bearer_gets_the_token_and_no_cookie(place: Place) -> None:
    email = address()
    async with place.client() as http, place.client() as other:
        await open_account(http, place.box, email)
        said = {"email": email, "password": PASSWORD, "bearer": True}
        response = await other.post("/v1/auth/sign-in", json=said)
        assert "set-cookie" not in response.headers
        token = response.json()["token"]
        assert len(token) == 43  # 256 bits
        me = await other.get("/v1/auth/me", headers={"authorization": f"Bearer {token}"})
        assert me.json()["person"]["email"] == email


async def test_nobody_learns_whether_an_address_has_an_account(place: Place) -> None:
    known, unknown = address(), address()
    async with place.client() as http, place.client() as other:
        await open_account(http, place.box, known)
        refused = [await sign_in(other, email, "wrong password") for email in (known, unknown)]
        for response in refused:
            problem(response, 401, "wrong-password")
        assert refused[0].content == refused[1].content
        answers = [
            await other.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD})
            for email in (known.upper(), unknown)
        ]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].content == answers[1].content
        told = await place.box.to(known.upper())
        assert "account already" in told.subject
        assert "    " not in told.content
        for code in ("0000-0000", "ABCD-EFGH"):
            problem(await other.post("/v1/auth/sign-up/confirm", json={"code": code}), 422, "wrong-code")


async def test_a_refused_sign_in_costs_as_much_for_an_unknown_address(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """bcrypt is nearly all of its time; `python -m bench.sign_in` measures that."""
    box, email, asked = Letterbox(), address(), list[bytes]()
    check = bcrypt.checkpw

    def counted(given: bytes, hashed: bytes) -> bool:
        asked.append(hashed[:7])
        return check(given, hashed)

    async with running(ground, mailer=box, settings=ApiSettings(password_cost=5)) as here:
        await open_account(here.browser.http, box, email)
        monkeypatch.setattr(bcrypt, "checkpw", counted)
        for who in (email, address()):
            problem(await sign_in(here.browser.http, who, "wrong password"), 401, "wrong-password")
    assert asked == [b"$2b$05$"] * 2


async def test_the_code_is_needed_and_good_once_and_for_the_guest_who_asked(place: Place) -> None:
    email = address()
    async with place.client() as http, place.client() as thief:
        await http.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD, "name": "Ada"})
        code = await place.box.code(email)
        await thief.post("/v1/auth/sign-up", json={"email": address(), "password": PASSWORD})
        problem(await thief.post("/v1/auth/sign-up/confirm", json={"code": code}), 422, "wrong-code")
        problem(await sign_in(http, email), 401, "wrong-password")
        typed = code.lower().replace("-", " ")
        response = await http.post("/v1/auth/sign-up/confirm", json={"code": typed})
        assert response.json()["person"]["name"] == "Ada"
        problem(await http.post("/v1/auth/sign-up/confirm", json={"code": code}), 422, "wrong-code")
        problem(await http.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD}), 409, "has-account")


async def test_a_code_cannot_be_guessed_for_ever(place: Place) -> None:
    email = address()
    async with place.client() as http:
        await http.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD})
        code = await place.box.code(email)
        for _ in range(5):
            problem(await http.post("/v1/auth/sign-up/confirm", json={"code": "0000-0000"}), 422, "wrong-code")
        problem(await http.post("/v1/auth/sign-up/confirm", json={"code": code}), 422, "wrong-code")


async def test_two_guests_cannot_open_one_account(place: Place) -> None:
    email = address()
    async with place.client() as one, place.client() as other:
        codes = []
        for http in (one, other):
            await http.post("/v1/auth/sign-up", json={"email": email, "password": PASSWORD})
            codes.append(await place.box.code(email))
        assert (await one.post("/v1/auth/sign-up/confirm", json={"code": codes[0]})).status_code == 200
        problem(await other.post("/v1/auth/sign-up/confirm", json={"code": codes[1]}), 409, "email-taken")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"email": "nobody", "password": PASSWORD}, "email"),
        ({"email": "a@b.example", "password": "x" * 1001}, "password"),
        ({"email": "a@b.example", "password": PASSWORD, "role": "admin"}, "role"),
    ],
)
async def test_what_cannot_sign_up_is_told(place: Place, said: dict[str, str], field: str) -> None:
    response = await place.here.browser.http.post("/v1/auth/sign-up", json=said)
    assert problem(response, 422, "bad-fields").errors[0].field == field


@pytest.mark.parametrize("password", ["short", "someone", "SOMEONE@example.org", "é" * 37])
async def test_passwords_that_are_refused(place: Place, password: str) -> None:
    said = {"email": "someone@example.org", "password": password}
    problem(await place.here.browser.http.post("/v1/auth/sign-up", json=said), 422, "bad-password")


async def test_sign_ins_that_fail_too_often_wait_and_others_do_not(place: Place) -> None:
    email, other = address(), address()
    async with place.client() as http:
        await open_account(http, place.box, email)
        await http.post("/v1/auth/sign-out")
        for _ in range(10):
            problem(await sign_in(http, email, "wrong password"), 401, "wrong-password")
        # Waiting, not even the right one gets in; and an address nobody has is treated the same.
        response = await sign_in(http, email)
        problem(response, 429, "too-often")
        assert 1 <= int(response.headers["retry-after"]) <= 30
        problem(await sign_in(http, other), 401, "wrong-password")


async def test_a_password_kept_at_another_cost_is_kept_anew(place: Place, ground: Ground) -> None:
    email = address()
    await open_account(place.here.browser.http, place.box, email)
    async with running(ground, settings=ApiSettings(password_cost=5)) as dearer:
        assert (await sign_in(dearer.browser.http, email)).status_code == 200
        assert (await sign_in(dearer.browser.http, email)).status_code == 200
    async with ground.database.connection() as conn:
        kept = await conn.fetchval("select password_hash from users where lower(email) = lower($1)", email)
    assert kept.startswith("$2b$05$")


async def test_sessions_are_listed_and_ended(place: Place) -> None:
    email = address()
    phone = {"user-agent": "Mozilla/5.0 (iPhone) Mobi", "x-cartwright-visit": "referrer=news&utm_campaign=summer"}
    async with place.client() as http, place.client() as mobile, place.client() as third:
        await open_account(http, place.box, email)
        said = {"email": email, "password": PASSWORD}
        await mobile.post("/v1/auth/sign-in", json=said, headers=phone)
        await sign_in(third, email)
        listed = (await http.get("/v1/auth/sessions")).json()["sessions"]
        assert [session["current"] for session in listed].count(True) == 1
        (found,) = [session for session in listed if session["context"].get("device") == "mobile"]
        assert found["context"] == {"referrer": "news", "utm_campaign": "summer", "device": "mobile"}
        assert (await http.delete(f"/v1/auth/sessions/{found['id']}")).status_code == 204
        assert await who_am_i(mobile) is None
        assert (await http.delete("/v1/auth/sessions")).json() == {"ended": 1}
        assert await who_am_i(third) is None
        assert (await who_am_i(http))["email"] == email
        problem(await http.delete(f"/v1/auth/sessions/{found['id']}"), 404, "not-found")


async def test_a_session_of_somebody_else_is_none(place: Place) -> None:
    async with place.client() as http, place.client() as other:
        await open_account(http, place.box, address())
        await open_account(other, place.box, address())
        theirs = (await who_am_i(other))["session"]["id"]
        problem(await http.delete(f"/v1/auth/sessions/{theirs}"), 404, "not-found")
        assert await who_am_i(other) is not None


async def test_what_happened_is_in_the_audit_log_and_nothing_secret_is(place: Place, ground: Ground) -> None:
    email = address()
    async with place.client() as http:
        told = await open_account(http, place.box, email)
        user = UUID(told["person"]["id"])
        await http.post("/v1/auth/sign-out")
        await sign_in(http, email, "wrong password")
        await sign_in(http, email)
        token = http.cookies[COOKIE]
    async with ground.database.connection() as conn:
        rows = await conn.fetch("select action, l::text as text from audit_log l where user_id = $1 order by id", user)
        (refused,) = await conn.fetch(
            "select s::text as text from system_audit s where payload ->> 'user_id' = $1", str(user)
        )
    assert [row["action"] for row in rows] == ["sign_up_asked", "sign_up_code", "sign_out", "sign_in_password"]
    said = "\n".join([*(row["text"] for row in rows), refused["text"]])
    assert [secret for secret in (PASSWORD, token, "$2b$") if secret in said] == []


async def test_a_request_with_the_session_from_before_is_told_to_come_again(place: Place) -> None:
    """Another tab asked before it had the new cookie: a guest's cookie must not take its place."""
    email = address()
    async with place.client() as http:
        await open_account(http, place.box, email)
        await http.post("/v1/auth/sign-out")
        guest = (await http.post("/v1/auth/sign-up", json={"email": address(), "password": PASSWORD})).cookies[COOKIE]
        await sign_in(http, email)
        late = await http.post(
            "/api/chat", json=place.here.browser.body(), headers={"authorization": f"Bearer {guest}"}
        )
        assert problem(late, 401, "session-replaced").retry
        assert "set-cookie" not in late.headers


async def test_a_session_that_ends_cuts_its_streams(place: Place, ground: Ground) -> None:
    begun = asyncio.Event()
    email = address()
    async with place.client() as http:
        await open_account(http, place.box, email)
        await sign_in(place.here.browser.http, email)

    async def reading() -> None:
        gate = asyncio.Event()
        async with running(
            ground, gated((Text("Good "),), gate, (Text("day"), End())), cookies=place.here.browser.http.cookies
        ) as elsewhere:
            with pytest.raises(httpx.RemoteProtocolError):
                await elsewhere.browser.send(elsewhere.browser.body(), begun=begun)
            gate.set()

    reader = asyncio.create_task(reading())
    await begun.wait()
    # Ended by way of another process than the one that serves the stream.
    assert (await place.here.browser.http.post("/v1/auth/sign-out")).status_code == 204
    async with asyncio.timeout(5):
        await reader
