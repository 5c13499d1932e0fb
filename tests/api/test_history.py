from __future__ import annotations

import asyncio

from tests.support.providers.script import End, Text
from tests.support.service import Ground, Running, gated, running


async def test_an_answer_being_made_is_left_out_unless_asked_for(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated([Text("Good ")], gate, [Text("day"), End()])) as here:
        browser = here.browser
        reading = asyncio.create_task(browser.send(browser.body(), begun=begun))
        await begun.wait()
        assert [message["role"] for message in await browser.history()] == ["user"]
        live = (await browser.http.get(f"/api/chat/{browser.chat}?live=1")).json()["messages"]
        assert [message["role"] for message in live] == ["user", "assistant"]
        gate.set()
        assert (await reading).done
        assert [message["role"] for message in await browser.history()] == ["user", "assistant"]


async def test_a_chat_is_called_by_its_first_words(here: Running) -> None:
    await here.browser.say("Tents for two? " * 10)
    await here.browser.say("And mats?")
    told = (await here.browser.http.get(f"/api/chat/{here.browser.chat}")).json()
    assert (told["id"], told["title"]) == (here.browser.chat, ("Tents for two? " * 10)[:80])
    assert [message["role"] for message in told["messages"]] == ["user", "assistant"] * 2
