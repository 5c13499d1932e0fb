from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.providers import openai
from tests.support.providers.script import End, Stall, Text
from tests.support.service import Browser, Ground, read, running

ONE, TWO = openai.reply([Text("One."), End()]), openai.reply([Text("Two."), End()])
_ROUTES = [("GET", "options"), ("GET", "siblings"), ("POST", "show"), ("POST", "rerun")]


async def rerun(browser: Browser, message: str, **body: Any) -> Any:
    async with browser.http.stream("POST", f"/v1/messages/{message}/rerun", json=body) as response:
        return await read(response)


async def test_an_answer_is_made_again_with_other_options_beside_the_first(ground: Ground) -> None:
    async with running(ground, ONE, TWO) as here:
        first = (await here.browser.say()).message["id"]
        again = await rerun(here.browser, first, ai_options={"temperature": 0.5, "seed": 7})
        second = again.message["id"]
        assert again.message["parts"][-1]["text"] == "Two."
        listed = (await here.browser.http.get(f"/v1/messages/{first}/siblings")).json()["siblings"]
        assert [(one["id"], one["state"], one["shown"]) for one in listed] == [
            (first, "finished", False),
            (second, "finished", True),
        ]
        used = (await here.browser.http.get(f"/v1/messages/{second}/options")).json()
        assert (used["temperature"], used["seed"], used["top_p"]) == (0.5, 7, None)
        asked = here.provider.asked[-1].body
        assert (asked["temperature"], asked["seed"]) == (0.5, 7)
        assert [message["role"] for message in asked["messages"]] == ["system", "user"]
        assert [message["id"] for message in await here.browser.history()][1:] == [second]


async def test_an_older_branch_is_shown_again(ground: Ground) -> None:
    async with running(ground, ONE, TWO) as here:
        first = (await here.browser.say()).message["id"]
        await rerun(here.browser, first)
        assert (await here.browser.http.post(f"/v1/messages/{first}/show")).status_code == 204
        assert [message["id"] for message in await here.browser.history()][1:] == [first]
        listed = (await here.browser.http.get(f"/v1/messages/{first}/siblings")).json()["siblings"]
        assert [one["shown"] for one in listed] == [True, False]


async def test_a_message_is_told_on_and_off_the_branch_shown(ground: Ground) -> None:
    async with running(ground, ONE, TWO) as here:
        first = (await here.browser.say()).message["id"]
        alone = (await here.browser.http.get(f"/api/chat/{here.browser.chat}")).json()
        assert alone["branches"] == {}
        second = (await rerun(here.browser, first)).message["id"]
        told = (await here.browser.http.get(f"/api/chat/{here.browser.chat}")).json()
        assert told["branches"] == {second: [first, second]}
        hidden = (await here.browser.http.get(f"/v1/messages/{first}")).json()
        assert hidden == alone["messages"][1]
        async with here.stranger() as other:
            assert (await other.http.get(f"/v1/messages/{first}")).status_code == 404


async def test_an_edited_message_is_beside_what_it_was_and_goes_back(ground: Ground) -> None:
    async with running(ground, ONE, TWO, ONE) as here:
        await here.browser.say("Tea?")
        [asked, first] = await here.browser.history()
        edited = {"id": asked["id"], "role": "user", "parts": [{"type": "text", "text": "Coffee?"}]}
        await here.browser.send(here.browser.body(messages=[edited]))
        listed = (await here.browser.http.get(f"/v1/messages/{asked['id']}/siblings")).json()["siblings"]
        [before, now] = listed
        assert (now["id"], before["shown"], now["shown"]) == (asked["id"], False, True)
        again = (await here.browser.http.get(f"/v1/messages/{before['id']}/siblings")).json()["siblings"]
        assert again == listed
        assert (await here.browser.http.post(f"/v1/messages/{before['id']}/show")).status_code == 204
        assert [message["id"] for message in await here.browser.history()] == [before["id"], first["id"]]
        other = await rerun(here.browser, before["id"])
        assert [message["id"] for message in await here.browser.history()] == [before["id"], other.message["id"]]


async def test_while_the_chat_is_answered_it_is_refused_or_takes_the_place(ground: Ground) -> None:
    async with running(ground, ONE, openai.reply([Text("Half"), Stall()]), TWO) as here:
        first = (await here.browser.say()).message["id"]
        begun = asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        refused = await here.browser.http.post(f"/v1/messages/{first}/rerun", json={})
        assert refused.status_code == 409
        again = await rerun(here.browser, first, whenBusy="interrupt")
        assert (await reading).types[-1] == "abort"
        assert again.message["parts"][-1]["text"] == "Two."


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "options"), ("GET", "siblings"), ("POST", "show"), ("POST", "rerun")]
)
async def test_what_is_not_ones_own_is_not_there(ground: Ground, method: str, path: str) -> None:
    async with running(ground, ONE) as here, here.stranger() as stranger:
        mine = (await here.browser.say()).message["id"]
        stranger.chat = "another"
        await stranger.say()
        for browser, name in ((stranger, mine), (here.browser, "nothing"), (here.browser, mine[:-1] + "f" * 2)):
            body: dict[str, object] | None = {} if method == "POST" else None
            response = await browser.http.request(method, f"/v1/messages/{name}/{path}", json=body)
            assert response.status_code == 404, response.text


async def test_a_shoppers_message_has_no_options(ground: Ground) -> None:
    async with running(ground, ONE) as here:
        await here.browser.say()
        sent = (await here.browser.history())[0]["id"]
        assert (await here.browser.http.get(f"/v1/messages/{sent}/options")).status_code == 404
