"""Answers that call tools."""

from __future__ import annotations

import asyncio

import pytest

from agent.runner import Limits
from tests.support.answers import run_row, same_as_history, steps_of
from tests.support.factory import make_product, make_store
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import Ground, gated, running
from tests.support.turns import MODEL

CALLS = End("tool_calls")
VIEW_CART: Script = (Call(0, "c0", "view_cart"), Arguments(0, "{}"), CALLS)


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


async def test_a_model_that_calls_tools_for_ever_is_ended_with_words(ground: Ground) -> None:
    async with running(ground, VIEW_CART, limits=Limits(requests=3)) as here:
        message = await same_as_history(here, await here.browser.say())
        assert len(here.provider.asked) == 3
    assert message["parts"][-1]["data"]["code"] == "too-many-steps"
