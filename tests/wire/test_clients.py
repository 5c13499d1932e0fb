from __future__ import annotations

import asyncio
import json

import pytest

from api.settings import ApiSettings
from tests.clients.node import ChatClient, ChatClients, ChatState, Part, UIMessage, Version, validate
from tests.support.providers import openai
from tests.support.providers.loopback import Reply
from tests.support.providers.script import Arguments, Call, Cut, End, Reasoning, Script, Text
from tests.support.service import HELLO, PATIENT, Running, client, gated, running
from tests.wire.conftest import Shop

pytestmark = pytest.mark.usefixtures("npm_clients")
BOTH = pytest.mark.parametrize("version", [7, 6])

THOUGHTFUL: Script = (Reasoning("They want "), Reasoning("light shoes."), Text("Take these."), End(reasoning=3))
UNICODE: Script = (
    Text("Größe 42 — 日本語 "),
    Text("👟\u2028\u2029\ufeff"),
    Text('"<\\>"\n\t\x7f'),
    Text("\u0301e"),
    End(),
)


def calling(name: str, **arguments: object) -> Script:
    text = json.dumps(arguments)
    return (
        Text("Let me look. "),
        Call(0, "call_1", name),
        Arguments(0, text[:5]),
        Arguments(0, text[5:]),
        End(finish="tool_calls"),
    )


async def history(here: Running, client: ChatClient) -> list[UIMessage]:
    """What the endpoint answers the client itself, whose cookie it needs."""
    state = await client.state()
    loaded = await client.load_history(f"{here.url}/api/chat/{state.id}")
    assert loaded.rejected is None, loaded.rejected
    return loaded.messages


async def read_by(client: ChatClient, here: Running, version: Version) -> ChatState:
    """Ask, then compare what was read from the stream with what the history says."""
    await client.send("Which shoes are light?")
    state = await client.idle()
    assert_same(state.messages, await history(here, client), version)
    return state


def assert_same(read: list[UIMessage], stored: list[UIMessage], version: Version) -> None:
    assert [one.model_dump() for one in read] == [as_built(one, version).model_dump() for one in stored]


def as_built(stored: UIMessage, version: Version) -> UIMessage:
    """One thing differs by design: ai 6 keeps a refused input as raw."""
    if version == 7:
        return stored
    return stored.model_copy(update={"parts": [raw(part) if refused(part) else part for part in stored.parts]})


def raw(part: Part) -> Part:
    return {"rawInput" if key == "input" else key: value for key, value in part.items()}


def refused(part: Part) -> bool:
    """A call whose input never became one: it has the text as it came."""
    return part.get("state") == "output-error" and isinstance(part.get("input"), str)


def kinds(parts: list[Part]) -> list[object]:
    return [part["type"] for part in parts]


@BOTH
@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (HELLO, [{"type": "text", "text": "Good day 😀", "state": "done"}]),
        (UNICODE, [{"type": "text", "text": "".join(i.text for i in UNICODE if isinstance(i, Text)), "state": "done"}]),
        (
            THOUGHTFUL,
            [
                {"type": "reasoning", "id": "0", "text": "They want light shoes.", "state": "done"},
                {"type": "text", "text": "Take these.", "state": "done"},
            ],
        ),
    ],
    ids=["simple", "unicode", "reasoning"],
)
async def test_an_answer_reads_as_it_is_stored(
    chat_client: ChatClients, shop: Shop, version: Version, script: Script, expected: list[Part]
) -> None:
    async with running(shop, script) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        state = await read_by(client, here, version)
    assert (state.status, state.error) == ("ready", None)
    assert state.answer.parts == [{"type": "step-start"}, *expected]


@BOTH
async def test_steps_cards_and_sources_read_as_they_are_stored(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    call = calling("get_product", product_id=str(shop.product.id))
    async with running(shop, call, HELLO) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        state = await read_by(client, here, version)
    assert (state.status, state.error) == ("ready", None)
    seen = kinds(state.answer.parts)
    assert seen[:3] == ["step-start", "text", "tool-get_product"]
    assert seen[-2:] == ["step-start", "text"]
    assert {"source-url", "data-products"} <= set(seen)
    assert state.answer.parts[2]["state"] == "output-available"


@BOTH
@pytest.mark.parametrize(
    "call",
    [
        calling("get_product", product_id="00000000-0000-7000-8000-000000000000"),
        calling("get_product", colour="red"),
        calling("no_such_tool"),
        (Call(0, "call_1", "view_cart"), Arguments(0, '{"all": tr'), End(finish="tool_calls")),
    ],
    ids=["not found", "bad arguments", "unknown tool", "bad json"],
)
async def test_a_tool_that_fails_reads_as_it_is_stored(
    chat_client: ChatClients, shop: Shop, version: Version, call: Script
) -> None:
    async with running(shop, call, HELLO) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        state = await read_by(client, here, version)
    assert (state.status, state.error) == ("ready", None)
    assert "output-error" in [part.get("state") for part in state.answer.parts]


@BOTH
@pytest.mark.parametrize(
    "reply",
    [openai.error(401, "bad key"), openai.reply((Text("Half an"), Cut()))],
    ids=["before the first word", "in the middle"],
)
async def test_an_error_reads_as_it_is_stored(
    chat_client: ChatClients, shop: Shop, version: Version, reply: Reply
) -> None:
    async with running(shop, reply) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        state = await read_by(client, here, version)
    assert state.status == "error"
    assert state.error is not None
    assert "sk-" not in state.error.message
    assert [call["isError"] for call in state.called("onFinish")] == [True]


@BOTH
async def test_edit_and_regenerate_read_as_they_are_stored(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    replies = tuple((Text(word), End()) for word in ("One", "Two", "Three", "Four"))
    async with running(shop, *replies) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        first = await client.send("a")
        await client.send("b")
        regenerated = await client.regenerate()
        assert regenerated.answer.parts[-1]["text"] == "Three"
        assert len(regenerated.messages) == 4
        edited = await client.edit(first.messages[0].id, "c")
        assert [message.role for message in edited.messages] == ["user", "assistant"]
        assert edited.answer.parts[-1]["text"] == "Four"
        assert_same(edited.messages, await history(here, client), version)


@BOTH
async def test_a_client_that_comes_back_gets_the_whole_message(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    gate = asyncio.Event()
    replies = (calling("view_cart"), gated((Text("Good "),), gate, (Text("day"), End())))
    async with running(shop, *replies) as here, chat_client(f"{here.url}/api/chat", version=version) as client:
        await client.send("hi", wait=False)
        await client.text(len("Let me look. Good "))
        await client.cut()
        assert (await client.idle()).status == "error"
        await client.resume(wait=False)
        await client.fetched(2)
        gate.set()
        state = await client.idle()
        assert state.status == "ready"
        assert [message.role for message in state.messages] == ["user", "assistant"]
        # The replay does not make the page run its tools again.
        assert len(state.called("onToolCall")) == 1
        assert_same(state.messages, await history(here, client), version)


@BOTH
async def test_a_client_that_was_cut_and_comes_after_the_end_gets_the_whole_message(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    gate, short = asyncio.Event(), ApiSettings(stream_life=0.2)
    reply = gated((Text("Good "),), gate, (Text("day"), End()))
    async with (
        running(shop, reply, settings=short) as here,
        chat_client(f"{here.url}/api/chat", version=version) as client,
    ):
        assert (await client.send("hi")).status == "error"
        gate.set()
        await over(here)
        state = await client.resume()
        assert (state.status, state.answer.parts[-1]["text"]) == ("ready", "Good day")
        again = await client.resume()
        assert again.messages == state.messages
        assert [call["status"] for call in again.called("fetch")] == [200, 200, 204]
        assert_same(again.messages, await history(here, client), version)


async def over(here: Running) -> None:
    """No answer is being made any more."""
    async with asyncio.timeout(PATIENT):
        while here.service.runner.running:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("version", "ends"),
    [
        (7, "before it reads on"),
        (6, "before it reads on"),
        ("7.0.20", "before the page comes"),
        ("7.0.20", "before it reads on"),
        ("7.0.20", "while it reads on"),
    ],
)
async def test_a_page_that_is_opened_has_the_answer_once(
    chat_client: ChatClients, shop: Shop, version: Version, ends: str
) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    reply = gated((Text("Good "),), gate, (Text("day"), End()))
    async with running(shop, HELLO, reply) as here:
        browser = here.browser
        await browser.say()
        reading = asyncio.create_task(browser.send(browser.body(), begun=begun))
        await begun.wait()
        reading.cancel()
        api = f"{here.url}/api/chat"
        cookie = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
        async with chat_client(api, version=version, chat_id=browser.chat, headers={"cookie": cookie}) as page:
            if ends == "before the page comes":
                gate.set()
                await over(here)
            await page.load_history(f"{api}/{browser.chat}")
            if ends == "before it reads on":
                gate.set()
                await over(here)
            await page.resume(wait=False)
            if ends == "while it reads on":
                await page.text(5)
                gate.set()
            state = await page.idle()
        stored = await browser.history()
    assert (state.status, state.error) == ("ready", None)
    assert [message.role for message in state.messages] == ["user", "assistant"] * 2
    assert [message.model_dump() for message in state.messages] == stored


async def test_resuming_where_nothing_runs_is_quiet(chat_client: ChatClients, shop: Shop) -> None:
    async with running(shop, HELLO) as here, chat_client(f"{here.url}/api/chat", chat_id="nobody's") as client:
        state = await client.resume()
    assert (state.status, state.error, state.messages) == ("ready", None, [])


async def test_a_finished_run_with_tools_does_not_send_itself_again(chat_client: ChatClients, shop: Shop) -> None:
    call = calling("view_cart")
    async with (
        running(shop, call, HELLO) as here,
        chat_client(f"{here.url}/api/chat", automatic="tool-calls") as client,
    ):
        await client.send("hi")
        state = await client.idle()
    assert len(state.called("fetch")) == 1


async def test_every_event_passes_the_schemas(shop: Shop) -> None:
    call = calling("get_product", product_id=str(shop.product.id))
    replies = (call, THOUGHTFUL, calling("get_product"), UNICODE, openai.reply((Text("Half"), Cut())))
    async with running(shop, *replies) as here, client(here.url) as http:
        bodies = [(await http.post("/api/chat", json=here.browser.body())).content for _ in range(3)]
    verdict = await validate(b"".join(bodies))
    assert verdict.done
    assert verdict.refused == {}
    assert {"start", "text-delta", "reasoning-delta", "tool-input-available", "source-url", "error"} <= set(
        verdict.types
    )
