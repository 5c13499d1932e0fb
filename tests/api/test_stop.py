from __future__ import annotations

import asyncio

from tests.support.providers import openai
from tests.support.providers.script import Arguments, Call, Stall, Text
from tests.support.service import HELLO, Ground, running

STALLED = openai.reply([Text("Good "), Stall()])
CUT_CALL = openai.reply([Text("I look."), Call(0, "c", "search_products"), Arguments(0, '{"que'), Stall()])


async def test_a_stop_ends_the_answer_for_its_readers_and_leaves_the_provider(ground: Ground) -> None:
    async with running(ground, STALLED, HELLO) as here:
        begun = asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        told = (await here.browser.http.post(f"/api/chat/{here.browser.chat}/stop")).json()
        streamed = await reading
        assert (told["state"], streamed.types[-1], streamed.done) == ("stopped", "abort", True)
        assert streamed.types[-4:-1] == ["text-end", "finish-step", "message-metadata"]
        await here.provider.gone.wait()
        [_, answer] = await here.browser.history()
        assert answer["metadata"]["state"] == "stopped"
        assert answer["metadata"]["usage"]["estimated"]
        assert (await here.browser.say()).message["parts"][-1]["text"] == "Good day 😀"


async def test_stopped_in_a_call_the_chat_goes_on_and_no_model_sees_half_a_call(ground: Ground) -> None:
    async with running(ground, CUT_CALL, HELLO) as here:
        begun = asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        await here.browser.http.post(f"/api/chat/{here.browser.chat}/stop")
        streamed = await reading
        assert streamed.message["parts"][-1]["state"] in ("output-error", "done")
        await here.browser.say()
        messages = here.provider.asked[-1].body["messages"]
        calls = [call["id"] for message in messages for call in message.get("tool_calls") or ()]
        assert calls == [message["tool_call_id"] for message in messages if message["role"] == "tool"]


async def test_an_idle_chat_stays_idle(ground: Ground) -> None:
    async with running(ground) as here:
        await here.browser.say()
        told = (await here.browser.http.post(f"/api/chat/{here.browser.chat}/stop")).json()
    assert told == {"run": None, "state": "idle"}


async def test_an_answer_made_by_another_service_is_stopped_too(ground: Ground) -> None:
    async with running(ground, STALLED) as here:
        begun = asyncio.Event()
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        cookies, chat = here.browser.http.cookies, here.browser.chat
        async with running(ground, cookies=cookies, chat=chat) as there:
            told = (await there.browser.http.post(f"/api/chat/{chat}/stop")).json()
        assert (told["state"], (await reading).types[-1]) == ("stopped", "abort")
        assert here.service.runner.running == []
