"""Sign-in with Google, against a real provider on loopback (tests/support/oidc.py)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from api.settings import ApiSettings
from api.who import COOKIE
from tests.support.factory import unique
from tests.support.letterbox import Letterbox
from tests.support.oidc import CLIENT, SECRET, Issuer, Subject, issuer, new_key
from tests.support.problems import problem
from tests.support.service import Ground, Running, client, running
from tests.support.signing_in import PASSWORD, address, open_account, sign_in, who_am_i


@dataclass(frozen=True, slots=True)
class Place:
    """A service that signs in with the provider, and where its mails arrive."""

    here: Running
    google: Issuer
    box: Letterbox


@pytest.fixture(scope="module")
async def open_place(ground: Ground) -> AsyncIterator[Place]:
    box = Letterbox()
    async with issuer() as google:
        settings = ApiSettings(
            password_cost=4,
            google_client_id=CLIENT,
            google_client_secret=SecretStr(SECRET),
            google_issuer=google.url,
        )
        async with running(ground, settings=settings, mailer=box) as here:
            yield Place(here, google, box)


@pytest.fixture
async def place(open_place: Place) -> AsyncIterator[Place]:
    """The service and the provider of all tests here, with a browser and a person of the test's own."""
    google = open_place.google
    google.subject, google.denies, google.lies, google.signs_with = Subject(), False, {}, None
    google.asked.clear()
    async with open_place.here.stranger() as browser:
        browser.chat = unique("chat")
        yield Place(replace(open_place.here, browser=browser), google, open_place.box)


@asynccontextmanager
async def browser(here: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with client(here.url) as http:
        yield http


async def there_and_back(http: httpx.AsyncClient) -> str:
    """Go to Google and come back; how it came out, as the page is told."""
    to_google = await http.get("/v1/auth/google")
    assert to_google.status_code == 303, to_google.text
    async with client() as elsewhere:
        back = await elsewhere.get(to_google.headers["location"])
    return await come_back(http, back.headers["location"])


async def come_back(http: httpx.AsyncClient, location: str) -> str:
    response = await http.get(location)
    assert response.status_code == 303, response.text
    target = urlsplit(response.headers["location"])
    assert target.path == "/"
    (outcome,) = parse_qs(target.query)["sign-in"]
    return outcome


async def test_a_guest_becomes_an_account_and_comes_back_to_it(place: Place) -> None:
    http = place.here.browser.http
    assert (await http.get("/v1/auth/me")).json()["google"] is True
    await place.here.browser.say()
    guest, token = await who_am_i(http), http.cookies[COOKIE]
    assert await there_and_back(http) == "ok"
    person = await who_am_i(http)
    assert (person["id"], person["is_guest"]) == (guest["id"], False)
    assert (person["email"], person["name"]) == (place.google.subject.email, "Ada Lovelace")
    assert (person["provider"], person["has_password"]) == ("google", False)
    assert http.cookies[COOKIE] != token
    assert len(await place.here.browser.history()) == 2
    # The address there may change; the subject says who it is.
    place.google.subject.email = address()
    async with browser(place.here) as other:
        assert await there_and_back(other) == "ok"
        assert (await who_am_i(other))["id"] == person["id"]


async def test_what_goes_over_the_wire(place: Place) -> None:
    async with browser(place.here) as http:
        assert await there_and_back(http) == "ok"
    (said,) = place.google.asked
    assert said["redirect_uri"] == f"{place.here.url}/v1/auth/google/callback"
    assert said["code_challenge_method"] == "S256"
    assert min(len(said[name]) for name in ("state", "nonce", "code_challenge")) == 43
    assert set(said["scope"].split()) == {"openid", "email", "profile"}
    assert SECRET not in str(said)


async def test_an_account_of_the_same_verified_address_is_linked(place: Place) -> None:
    email = address()
    place.google.subject = Subject(email=email.upper())
    async with browser(place.here) as http, browser(place.here) as other:
        told = await open_account(http, place.box, email)
        assert await there_and_back(other) == "ok"
        person = await who_am_i(other)
        assert (person["id"], person["email"], person["provider"]) == (told["person"]["id"], email, "google")
        assert await who_am_i(http) is not None
        assert (await sign_in(http, email)).status_code == 200


async def test_an_account_whose_address_nobody_proved_is_taken_back_from_whoever_made_it(
    place: Place, ground: Ground
) -> None:
    email = address()
    place.google.subject = Subject(email=email)
    async with browser(place.here) as thief, browser(place.here) as owner:
        await open_account(thief, place.box, email)
        async with ground.database.connection() as conn:
            await conn.execute("update users set email_verified = false where lower(email) = lower($1)", email)
        assert await there_and_back(owner) == "ok"
        assert (await who_am_i(owner))["has_password"] is False
        assert await who_am_i(thief) is None
        problem(await sign_in(thief, email, PASSWORD), 401, "wrong-password")


async def test_an_address_that_google_has_not_verified_opens_nothing(place: Place) -> None:
    email = address()
    place.google.subject = Subject(email=email, email_verified=False)
    async with browser(place.here) as http, browser(place.here) as other:
        assert await there_and_back(other) == "email-not-verified"
        await open_account(http, place.box, email)
        assert await there_and_back(other) == "email-not-verified"
        assert (await who_am_i(other))["is_guest"]


async def test_who_is_signed_in_links_and_nobody_links_two(place: Place) -> None:
    email = address()
    first, second = Subject(), Subject()
    async with browser(place.here) as http, browser(place.here) as other:
        told = await open_account(http, place.box, email)
        place.google.subject = first
        assert await there_and_back(http) == "ok"
        person = await who_am_i(http)
        assert (person["id"], person["email"]) == (told["person"]["id"], email)
        place.google.subject = second
        assert await there_and_back(http) == "other-google-account"
        assert await there_and_back(other) == "ok"
        assert await there_and_back(http) == "other-google-account"
        assert (await who_am_i(http))["id"] == person["id"]


async def test_a_guest_who_has_an_account_is_merged(place: Place) -> None:
    async with browser(place.here) as http:
        assert await there_and_back(http) == "ok"
        account = (await who_am_i(http))["id"]
    await place.here.browser.say()
    assert await there_and_back(place.here.browser.http) == "ok"
    assert (await who_am_i(place.here.browser.http))["id"] == account
    assert len(await place.here.browser.history()) == 2


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": int(time.time()) - 120},
        {"sub": None},
        {"nonce": None},
    ],
    ids=lambda lies: next(iter(lies)),
)
async def test_a_token_that_says_the_wrong_thing_is_not_taken(place: Place, lies: dict[str, Any]) -> None:
    place.google.lies = lies
    async with browser(place.here) as http:
        assert await there_and_back(http) == "failed"
        assert (await who_am_i(http))["is_guest"]


async def test_a_token_that_somebody_else_signed_is_not_taken(place: Place) -> None:
    place.google.signs_with = new_key()
    async with browser(place.here) as http:
        assert await there_and_back(http) == "failed"


async def test_a_new_key_is_found(place: Place) -> None:
    async with browser(place.here) as http, browser(place.here) as other:
        assert await there_and_back(http) == "ok"
        place.google.rotate()
        assert await there_and_back(other) == "ok"


async def test_a_state_is_good_once_and_for_the_browser_that_has_it(place: Place) -> None:
    async with browser(place.here) as http, browser(place.here) as other, client() as elsewhere:
        to_google = await http.get("/v1/auth/google")
        back = (await elsewhere.get(to_google.headers["location"])).headers["location"]
        assert await come_back(other, back) == "failed"
        assert await come_back(http, back) == "failed"
        to_google = await http.get("/v1/auth/google")
        back = (await elsewhere.get(to_google.headers["location"])).headers["location"]
        assert await come_back(http, back) == "ok"
        assert await come_back(http, back) == "failed"
        assert await come_back(http, f"/v1/auth/google/callback?state=made-up&code={'x' * 40}") == "failed"


async def test_who_says_no_at_google_stays_a_guest(place: Place) -> None:
    place.google.denies = True
    async with browser(place.here) as http:
        assert await there_and_back(http) == "denied"
        assert (await who_am_i(http))["is_guest"]


async def test_a_provider_that_is_away_is_told_to_the_page(ground: Ground) -> None:
    settings = ApiSettings(
        google_client_id=CLIENT, google_client_secret=SecretStr("x"), google_issuer="http://127.0.0.1:9"
    )
    async with running(ground, settings=settings) as here:
        response = await here.browser.http.get("/v1/auth/google")
        assert response.headers["location"] == f"{here.url}/?sign-in=failed"


async def test_without_a_client_there_is_no_google(here: Running) -> None:
    for path in ("/v1/auth/google", "/v1/auth/google/callback?state=x&code=y"):
        problem(await here.browser.http.get(path), 404, "not-found")
