"""A message in, an answer out: what the stream and the rows hold."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.answers import same_as_history
from tests.support.providers import openai
from tests.support.providers.script import End, Reasoning, Stall, Text
from tests.support.service import Ground, Running, gated, running

UNICODE = "Größe 42 — 日本語 👟\u2028\"<\\>'\n\U0001f1e9\U0001f1ea e\u0301"


async def test_a_simple_answer(here: Running) -> None:
    streamed = await here.browser.say("Hello")
    assert streamed.types[:3] == ["start", "start-step", "text-start"]
    assert streamed.types[-3:] == ["text-end", "finish-step", "finish"]
    message = await same_as_history(here, streamed)
    assert message["parts"] == [{"type": "step-start"}, {"type": "text", "text": "Good day 😀", "state": "done"}]
    user, _ = await here.browser.history()
    assert (user["role"], user["parts"]) == ("user", [{"type": "text", "text": "Hello"}])


async def test_the_headers_of_a_stream(here: Running) -> None:
    headers = (await here.browser.say()).headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert headers["x-accel-buffering"] == "no"
    assert "no-cache" in headers["cache-control"]
    assert "content-encoding" not in headers


async def test_unicode_goes_through_unharmed(ground: Ground) -> None:
    async with running(ground, [*(Text(piece) for piece in UNICODE), End()]) as here:
        message = await same_as_history(here, await here.browser.say(UNICODE))
        assert message["parts"][1]["text"] == UNICODE
        assert (await here.browser.history())[0]["parts"][0]["text"] == UNICODE
        assert here.provider.asked[0].body["messages"][-1] == {"role": "user", "content": UNICODE}


async def test_reasoning_comes_before_the_answer(ground: Ground) -> None:
    async with running(ground, [Reasoning("cheap "), Reasoning("shoes"), Text("Here."), End(reasoning=3)]) as here:
        message = await same_as_history(here, await here.browser.say())
    assert [(part["type"], part.get("text")) for part in message["parts"][1:]] == [
        ("reasoning", "cheap shoes"),
        ("text", "Here."),
    ]
    assert message["metadata"]["usage"]["reasoningTokens"] == 3


@pytest.mark.parametrize(("finish", "told"), [("length", "length"), ("stop", "stop")])
async def test_why_the_model_ended(ground: Ground, finish: str, told: str) -> None:
    async with running(ground, [Text("And so on"), End(finish)]) as here:
        streamed = await here.browser.say()
        message = await same_as_history(here, streamed)
    assert streamed.client.finished == told
    assert message["metadata"]["finishReason"] == told


async def test_a_message_to_a_chat_that_is_answered_is_refused_with_the_runs_name(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated([Text("Good ")], gate, [Text("day"), End()])) as here:
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        [run] = here.service.runner.running
        refused = await here.browser.post(here.browser.body("And?"))
        gate.set()
        assert (await reading).done
        assert len(await here.browser.history()) == 2
    assert (refused.status_code, refused.json()["code"]) == (409, "run-in-progress")
    assert str(run) in refused.json()["detail"]


# litellm makes its coroutine in a thread; a stop in that moment leaves it behind.
@pytest.mark.filterwarnings("ignore:coroutine 'OpenAIChatCompletion.async_streaming' was never awaited")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object OpenAIChatCompletion.async_streaming")
async def test_messages_that_interrupt_each_other_are_all_taken(ground: Ground) -> None:
    async with running(ground, *[openai.reply([Text("Good"), Stall()])] * 7) as here:
        begun = asyncio.Event()
        first = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        # Each is answered, or interrupted by another one before its turn came; none is told that the chat is busy.
        later = [here.browser.send(here.browser.body(str(n), whenBusy="interrupt")) for n in range(6)]
        reading = [asyncio.create_task(one) for one in later]
        while sum(one.done() for one in reading) < 5:
            await asyncio.wait([one for one in reading if not one.done()], return_when=asyncio.FIRST_COMPLETED)
        while not all(one.done() for one in reading):
            await here.browser.http.post(f"/api/chat/{here.browser.chat}/stop")
        came = await asyncio.gather(first, *reading)
    assert [(one.status, one.types[-1:]) for one in came] == [(200, ["abort"])] * 7


async def test_an_edit_and_a_regenerate_show_the_new_branch(here: Running) -> None:
    browser = here.browser
    body = browser.body("Tents?")
    first = (await browser.send(body)).message
    await browser.say("And mats?")
    question = body["messages"]
    assert isinstance(question, list)
    edited = {**question[0], "parts": [{"type": "text", "text": "Tarps?"}]}
    second = (await browser.send({**body, "messageId": edited["id"], "messages": [edited]})).message
    assert [(one["id"], one["parts"][-1]["text"]) for one in await browser.history()] == [
        (edited["id"], "Tarps?"),
        (second["id"], "Good day 😀"),
    ]
    again = {"id": browser.chat, "trigger": "regenerate-message", "messageId": second["id"], "messages": [edited]}
    third = (await browser.send(again)).message
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert [one["id"] for one in await browser.history()] == [edited["id"], third["id"]]
