from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from api.settings import ApiSettings
from storage.clock import utc_now
from tests.support.integrator import integrator, new_key
from tests.support.problems import problem
from tests.support.providers import openai
from tests.support.providers.script import End, Text
from tests.support.service import HELLO, QUICK, Ground, client, gated, running
from tests.support.shopper import shopper


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


def limited(**limits: int) -> ApiSettings:
    return QUICK.model_copy(update=limits)


async def test_requests_beyond_those_of_a_minute_wait_in_whichever_process(ground: Ground) -> None:
    clock, settings = Hands(), limited(limit_requests=40)
    async with (
        running(ground, settings=settings, clock=clock) as here,
        running(ground, settings=settings, clock=clock) as there,
        shopper(here) as one,
        client(there.url, cookies=one.http.cookies) as elsewhere,
    ):
        statuses = [(await http.get("/v1/carts")).status_code for _ in range(20) for http in (one.http, elsewhere)]
        assert statuses == [200] * 40
        refused = await one.http.get("/v1/carts")
        problem(refused, 429, "too-many-requests")
        assert (refused.json()["retry"], refused.headers["retry-after"]) == (True, "2")
        problem(await elsewhere.get("/v1/orders"), 429, "too-many-requests")
        assert (await one.http.get("/healthz")).status_code == 200
        async with shopper(here) as other:
            assert (await other.http.get("/v1/carts")).status_code == 200
        clock.now += timedelta(seconds=2)
        assert (await one.http.get("/v1/carts")).status_code == 200
        problem(await one.http.get("/v1/carts"), 429, "too-many-requests")


async def test_who_names_nobody_is_counted_by_address(ground: Ground) -> None:
    async with running(ground, settings=limited(limit_guests=3), clock=Hands()) as here:
        async with client(here.url) as nobody:
            asked = [await nobody.get("/v1/products") for _ in range(4)]
            assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
            # A made-up token is nobody's either.
            problem(await nobody.get("/v1/products", headers={"authorization": "Bearer x"}), 429, "too-many-requests")
        async with shopper(here) as one:
            assert (await one.http.get("/v1/products")).status_code == 200


async def test_an_api_key_is_counted_for_itself(ground: Ground) -> None:
    async with running(ground, settings=limited(limit_requests=2), clock=Hands()) as here, shopper(here) as owner:
        key = await new_key(owner, "carts:read")
        async with integrator(here, key) as till:
            asked = [(await till.get("/v1/carts")).status_code for _ in range(3)]
            assert asked == [200, 200, 429]
        assert (await owner.http.get("/v1/carts")).status_code == 200
        problem(await owner.http.get("/v1/carts"), 429, "too-many-requests")


async def test_no_more_answers_are_read_at_once_than_may_be(ground: Ground) -> None:
    gate, begun = asyncio.Event(), [asyncio.Event() for _ in range(2)]
    reply = gated([Text("Well")], gate, [End()])
    async with running(ground, reply, settings=limited(limit_streams=2)) as here, shopper(here) as one:

        async def listen(place: int) -> int:
            browser = replace(here.browser, http=one.http, chat=f"{here.browser.chat}-{place}")
            return (await browser.send(browser.body(), begun=begun[place])).status

        tasks = [asyncio.create_task(listen(place)) for place in range(2)]
        await asyncio.gather(*(each.wait() for each in begun))
        third = replace(here.browser, http=one.http, chat=f"{here.browser.chat}-3")
        refused = await third.post(third.body())
        problem(refused, 429, "too-many-streams")
        assert refused.headers["retry-after"] == "5"
        gate.set()
        assert await asyncio.gather(*tasks) == [200, 200]
        assert (await third.say()).done


async def test_a_spent_budget_refuses_before_anything_is_kept(ground: Ground) -> None:
    settings = limited(limit_day_tokens=1_000, reserve_tokens=600)
    async with running(ground, openai.reply(HELLO), settings=settings) as here, shopper(here) as one:
        browser = replace(here.browser, http=one.http)
        assert (await browser.say("Hello")).done
        async with ground.database.connection() as conn:
            await conn.execute("update usage_days set tokens = 500 where user_id = $1", one.person.user_id)
        refused = await browser.post(browser.body("Again"))
        problem(refused, 429, "budget-spent")
        assert int(refused.headers["retry-after"]) <= 86_400
        assert len(await browser.history()) == 2
        reserved = "select reserved_tokens from usage_days where user_id = $1"
        async with ground.database.connection() as conn:
            assert await conn.fetchval(reserved, one.person.user_id) == 0
