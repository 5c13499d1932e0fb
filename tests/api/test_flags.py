from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from tests.support.factory import unique
from tests.support.problems import problem
from tests.support.service import Running
from tests.support.shopper import shopper


async def test_a_moderator_reads_what_was_flagged_and_settles_it(here: Running) -> None:
    async with shopper(here) as one, shopper(here, "moderator") as moderator:
        browser = replace(here.browser, http=one.http, chat=unique("chat"))
        await browser.say("Hello")
        flag = f"/v1/chats/{browser.chat}/flag"
        for reason in ("It was rude.", " It was very rude. "):
            assert (await one.http.put(flag, json={"reason": reason})).status_code == 204
        waiting = (await moderator.http.get("/v1/flagged-chats", params={"limit": "100"})).json()["items"]
        [flagged] = [each for each in waiting if each["reason"] == "It was very rude."]
        path = f"/v1/flagged-chats/{flagged['id']}"
        seen = (await moderator.http.get(path)).json()
        assert seen["messages"] == await browser.history()
        settled = await moderator.http.post(f"{path}/settle", json={"note": "Told the shop."})
        assert (settled.status_code, settled.json()["note"]) == (200, "Told the shop.")
        again = await moderator.http.post(f"{path}/settle", json={})
        assert again.json() == settled.json()
        done = (await moderator.http.get("/v1/flagged-chats?settled=true&limit=100")).json()["items"]
        assert settled.json() in done
        waiting = (await moderator.http.get("/v1/flagged-chats", params={"limit": "100"})).json()["items"]
        assert flagged["id"] not in [each["id"] for each in waiting]


async def test_one_flags_ones_own_chats_and_reads_nobody_elses(here: Running) -> None:
    async with shopper(here) as one, shopper(here) as other, shopper(here, "moderator") as moderator:
        browser = replace(here.browser, http=one.http, chat=unique("chat"))
        await browser.say("Hello")
        flag = f"/v1/chats/{browser.chat}/flag"
        problem(await other.http.put(flag, json={"reason": "Not mine."}), 404, "not-found")
        problem(await one.http.put(flag, json={"reason": " "}), 422, "bad-fields")
        problem(await one.http.get("/v1/flagged-chats"), 403, "forbidden")
        problem(await moderator.http.get(f"/v1/flagged-chats/{uuid4()}"), 404, "not-found")
        problem(await moderator.http.post(f"/v1/flagged-chats/{uuid4()}/settle", json={}), 404, "not-found")
