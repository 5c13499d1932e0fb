from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from agent.runner import Limits
from storage import ai_options
from storage.ai_options import AiOptions
from storage.database import Database
from tests.support.factory import make_product, make_store
from tests.support.providers import openai
from tests.support.providers.loopback import Reply
from tests.support.providers.script import Arguments, Call, Cut, End, Raw, Reasoning, Script, Stall, Text
from tests.support.service import OTHER_MODEL, Ground, Running, Streamed, gated, running
from tests.support.turns import MODEL

CALLS = End("tool_calls")
VIEW_CART: Script = (Call(0, "c0", "view_cart"), Arguments(0, "{}"), CALLS)
UNICODE = "Größe 42 — 日本語 👟\u2028\"<\\>'\n\U0001f1e9\U0001f1ea e\u0301"


async def run_row(database: Database, message_id: str) -> asyncpg.Record:
    async with database.connection() as conn:
        row = await conn.fetchrow("select * from runs where message_id = $1", UUID(message_id))
    assert row is not None
    return row


async def steps_of(database: Database, message_id: str) -> Sequence[asyncpg.Record]:
    async with database.connection() as conn:
        return await conn.fetch(
            "select s.* from run_steps s join runs r on r.id = s.run_id where r.message_id = $1 order by step",
            UUID(message_id),
        )


async def same_as_history(here: Running, streamed: Streamed) -> Mapping[str, Any]:
    """What the stream built is what the history tells, and what the same message sent again replays."""
    assert streamed.done
    message = streamed.message
    assert (await here.browser.history())[-1] == message
    replay = await here.browser.send(here.browser.sent)
    assert _unraw(replay.message) == message
    return message


def _unraw(message: dict[str, Any]) -> dict[str, Any]:
    # A replayed call that failed keeps its raw input in the client.
    for part in message["parts"]:
        if "input" in part:
            part.pop("rawInput", None)
    return message


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


async def test_parallel_calls_and_what_comes_of_them(ground: Ground) -> None:
    async with ground.database.connection() as conn:
        store = await make_store(conn)
        tent = await make_product(conn, store, name="Kestrel tent", embedder=ground.embedder)
    script: Script = (
        Text("Let me look."),
        Call(0, "c0", "get_product"),
        Call(1, "c1", "view_cart"),
        Arguments(0, f'{{"product_id": "{tent.id}"'),
        Arguments(1, "{}"),
        Arguments(0, "}"),
        End("tool_calls", input=20, output=9),
    )
    async with running(ground, script, [Text("A tent."), End()]) as here:
        streamed = await here.browser.say("Show me the tent", store=store.slug)
        message = await same_as_history(here, streamed)
        first, second = here.provider.asked
    kinds = [part["type"] for part in message["parts"]]
    assert kinds[:4] == ["step-start", "text", "tool-get_product", "tool-view_cart"]
    assert kinds[-2:] == ["step-start", "text"]
    assert {"data-products", "source-url"} <= set(kinds[4:-2])
    calls = [part for part in message["parts"] if part["type"].startswith("tool-")]
    assert [call["state"] for call in calls] == ["output-available"] * 2
    assert calls[0]["output"]["name"] == "Kestrel tent"
    assert {tool["function"]["name"] for tool in first.body["tools"]} >= {"get_product", "view_cart"}
    returned = [one["tool_call_id"] for one in second.body["messages"] if one["role"] == "tool"]
    assert returned == ["c0", "c1"]
    rows = await steps_of(ground.database, message["id"])
    columns = ("step", "input_tokens", "output_tokens", "model", "finish_reason")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        (0, 20, 9, MODEL, "tool_call"),
        (1, 12, 7, MODEL, "stop"),
    ]
    run = await run_row(ground.database, message["id"])
    assert (run["state"], run["finish_reason"], run["input_tokens"], run["output_tokens"]) == (
        "finished",
        "stop",
        32,
        16,
    )
    assert run["cost_micros"] == sum(row["cost_micros"] for row in rows) > 0
    assert message["metadata"]["usage"]["inputTokens"] == 32


async def test_the_next_question_brings_the_earlier_calls_along(ground: Ground) -> None:
    async with running(ground, VIEW_CART, [Text("It is empty."), End()]) as here:
        await here.browser.say("My cart?")
        await here.browser.say("Really?")
        told = here.provider.asked[-1].body["messages"]
    assert [one["role"] for one in told] == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert told[-2]["content"] == "It is empty."


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ('{"product_id": "nonsense"}', "get_product"),
        ("{}", "buy_everything"),
        ('{"a', "view_cart"),
        ("[1]", "view_cart"),
    ],
    ids=["bad arguments", "unknown tool", "no json", "no object"],
)
async def test_a_call_that_fails_is_told_to_the_model_which_goes_on(ground: Ground, arguments: str, name: str) -> None:
    script: Script = (Call(0, "c0", name), Arguments(0, arguments), CALLS)
    async with running(ground, script, [Text("Sorry."), End()]) as here:
        message = await same_as_history(here, await here.browser.say())
        told = here.provider.asked[-1].body["messages"][-1]
    assert (told["role"], told["tool_call_id"]) == ("tool", "c0")
    call = message["parts"][1]
    assert (call["type"], call["state"]) == (f"tool-{name}", "output-error")
    assert call["errorText"]
    assert message["parts"][-1]["text"] == "Sorry."
    assert message["metadata"]["finishReason"] == "stop"


async def test_the_answer_streams_on_after_a_call_nobody_could_run(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    unknown: Script = (Call(0, "c0", "buy_everything"), Arguments(0, "{}"), CALLS)
    async with running(ground, unknown, unknown, gated([Text("Sorry")], gate, [Text("."), End()])) as here:
        reading = asyncio.create_task(here.browser.send(here.browser.body(), begun=begun))
        await begun.wait()
        gate.set()
        message = await same_as_history(here, await reading)
    assert [part.get("state") for part in message["parts"]] == [
        None,
        "output-error",
        None,
        "output-error",
        None,
        "done",
    ]


FAULTS: dict[str, tuple[Reply, str, list[str] | None]] = {
    "before": (openai.error(500, "sk-secret exploded"), "provider-down", []),
    "refused": (openai.error(401, "bad key sk-secret"), "auth-failed", []),
    "cut": (openai.reply([Text("Half an ans"), Cut()]), "stream-cut", ["Half an ans"]),
    "no end": (openai.reply([Text("Half an ans"), End(None)]), "stream-cut", ["Half an ans"]),
    "mid-stream": (
        openai.reply([Text("Half"), Raw(b'data: {"error": {"message": "x"}}\n\n')]),
        "provider-down",
        None,
    ),
    "no json": (openai.reply([Text("Half"), Raw(b"data: {\n\n")]), "stream-cut", None),
    "empty": (openai.reply([End()]), "empty-answer", []),
    "filtered": (openai.reply([Text("Half"), End("content_filter")]), "content-refused", ["Half"]),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_model_that_fails_leaves_a_part_one_can_act_on(ground: Ground, fault: str) -> None:
    reply, code, said = FAULTS[fault]
    async with running(ground, reply) as here:
        streamed = await here.browser.say()
        message = await same_as_history(here, streamed)
    # Words that come in one piece with the error are not told.
    if said is not None:
        assert [part["text"] for part in message["parts"] if part["type"] == "text"] == said
    assert all(part.get("state", "done") == "done" for part in message["parts"])
    told = message["parts"][-1]
    assert (told["type"], told["data"]["code"]) == ("data-error", code)
    assert streamed.client.error == told["data"]["message"]
    assert streamed.types[-3:] == ["error", "finish-step", "finish"]
    assert "sk-secret" not in str(streamed.chunks)
    run = await run_row(ground.database, message["id"])
    assert (run["state"], run["error_code"], run["error_retry"]) == ("failed", code, told["data"]["retry"])


async def test_a_failed_answer_can_be_made_again(ground: Ground) -> None:
    async with running(ground, openai.error(500, "oh"), [Text("Now."), End()]) as here:
        failed = await here.browser.say()
        again = await here.browser.send({"id": here.browser.chat, "trigger": "regenerate-message", "messages": []})
        history = await here.browser.history()
    assert failed.message["id"] != again.message["id"]
    assert [message["id"] for message in history][1:] == [again.message["id"]]
    assert again.message["parts"][-1]["text"] == "Now."


async def test_usage_of_an_answer_cut_short_is_estimated(ground: Ground) -> None:
    async with running(ground, [Text("x" * 40), Cut()]) as here:
        run = await run_row(ground.database, (await here.browser.say()).message["id"])
    assert (run["output_tokens"], run["usage_estimated"]) == (10, True)


@pytest.mark.parametrize(("finish", "told"), [("length", "length"), ("stop", "stop")])
async def test_why_the_model_ended(ground: Ground, finish: str, told: str) -> None:
    async with running(ground, [Text("And so on"), End(finish)]) as here:
        streamed = await here.browser.say()
        message = await same_as_history(here, streamed)
    assert streamed.client.finished == told
    assert message["metadata"]["finishReason"] == told


async def test_a_model_that_calls_tools_for_ever_is_ended_with_words(ground: Ground) -> None:
    async with running(ground, VIEW_CART, limits=Limits(requests=3)) as here:
        message = await same_as_history(here, await here.browser.say())
        assert len(here.provider.asked) == 3
    assert message["parts"][-1]["data"]["code"] == "too-many-steps"


async def test_an_answer_that_takes_too_long_is_ended(ground: Ground) -> None:
    async with running(ground, [Text("Well"), Stall()], limits=Limits(seconds=0.2)) as here:
        message = await same_as_history(here, await here.browser.say())
    assert message["parts"][-1]["data"] == {
        "code": "run-timeout",
        "message": "The answer took too long. Please try again.",
        "retry": True,
    }


async def test_a_reader_that_leaves_does_not_stop_the_answer(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated([Text("Good ")], gate, [Text("day"), End()])) as here:
        browser, body = here.browser, here.browser.body()
        async with browser.http.stream("POST", "/api/chat", json=body) as response:
            async for line in response.aiter_lines():
                if "text-delta" in line:
                    break
        browser.sent = body
        assert [message["role"] for message in await browser.history()] == ["user"]
        resumed = asyncio.create_task(browser.resume(begun=begun))
        await begun.wait()
        gate.set()
        message = await same_as_history(here, await resumed)
        assert (await browser.resume()).status == 204
    assert message["parts"][-1]["text"] == "Good day"
    assert (await run_row(ground.database, message["id"]))["state"] == "finished"


async def test_every_reader_gets_the_same_message_in_any_process(ground: Ground) -> None:
    gate, begun = asyncio.Event(), [asyncio.Event() for _ in range(4)]
    async with running(ground, gated([Reasoning("hm"), Text("Good ")], gate, [Text("day 😀"), End()])) as here:
        browser = here.browser
        body = browser.body()
        readers = [asyncio.create_task(browser.send(body, begun=begun[0]))]
        await begun[0].wait()
        async with running(ground, chat=browser.chat, cookies=browser.http.cookies) as there:
            readers += [
                asyncio.create_task(browser.send(body, begun=begun[1])),
                asyncio.create_task(browser.resume(begun=begun[2])),
                asyncio.create_task(there.browser.resume(begun=begun[3])),
            ]
            await asyncio.gather(*(event.wait() for event in begun))
            gate.set()
            streams = await asyncio.gather(*readers)
            assert there.provider.asked == []
        stored = (await browser.history())[-1]
    assert [streamed.message for streamed in streams] == [stored] * 4
    assert all(streamed.done for streamed in streams)


@pytest.mark.parametrize("known", [True, False])
async def test_there_is_nothing_to_resume(here: Running, known: bool) -> None:
    assert (await here.browser.resume()).status == 204
    if known:
        await here.browser.say()
        assert (await here.browser.resume()).status == 204


async def test_a_stream_goes_on_where_its_cursor_stands(here: Running) -> None:
    whole = await here.browser.say()
    left = []
    for cursor in whole.ids:
        rest = await here.browser.resume(cursor)
        assert rest.done
        left.append("".join(chunk.get("delta", "") for chunk in rest.chunks))
        assert rest.types[-1] == "finish"
    assert (left[0], left[-1]) == ("Good day 😀", "")
    assert all(earlier.endswith(later) for earlier, later in pairwise(left))
    assert (await here.browser.resume("nonsense")).status == 422


OPTIONS: dict[str, Any] = {
    "prompt": "other",
    "model": OTHER_MODEL,
    "max_tokens": 300,
    "temperature": 0.3,
    "top_p": 0.9,
    "frequency_penalty": -0.5,
    "presence_penalty": 1.25,
    "seed": 42,
}


async def test_options_are_used_and_stored_as_used(ground: Ground) -> None:
    async with ground.database.connection() as conn:
        store = await make_store(conn, name="Fernweg", currency="CHF")
    async with running(ground) as here:
        message = (await here.browser.say(ai_options=OPTIONS, store=store.slug)).message
        [asked] = here.provider.asked
    async with ground.database.connection() as conn:
        stored = await ai_options.of_message(conn, UUID(message["id"]))
    prompt = asked.body["messages"][0]["content"]
    assert "Fernweg" in prompt
    assert "CHF" in prompt
    assert "{{" not in prompt
    assert stored == AiOptions(
        prompt=prompt,
        prompt_name="other",
        prompt_version="7",
        model=OTHER_MODEL,
        max_tokens=300,
        temperature=Decimal("0.3"),
        top_p=Decimal("0.9"),
        frequency_penalty=Decimal("-0.5"),
        presence_penalty=Decimal("1.25"),
        seed=42,
    )
    sent = {name: value for name, value in OPTIONS.items() if name not in {"prompt", "model"}}
    assert {name: asked.body.get(name) for name in sent} == sent
    assert asked.body["model"] == OTHER_MODEL.removeprefix("openai/")


async def test_without_options_the_provider_chooses(here: Running) -> None:
    message = (await here.browser.say()).message
    async with here.service.database.connection() as conn:
        stored = await ai_options.of_message(conn, UUID(message["id"]))
    assert stored is not None
    prompt = here.provider.asked[0].body["messages"][0]["content"]
    version = str(here.service.prompts["shopper"].version)
    assert stored == AiOptions(prompt=prompt, prompt_name="shopper", prompt_version=version, model=MODEL)
    assert not {"temperature", "top_p", "max_tokens", "seed"} & set(here.provider.asked[0].body)


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
