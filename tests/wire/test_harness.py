from __future__ import annotations

from typing import Literal

import pytest

from tests.clients.node import ChatClients, validate
from tests.wire.golden import GOLDENS, Chunk
from tests.wire.scripted import Script, sse
from tests.wire.serving import serving

pytestmark = pytest.mark.usefixtures("npm_clients")
HELLO = next(golden for golden in GOLDENS if golden.name == "simple")


BAD: tuple[Chunk, ...] = (
    {"type": "text-start", "id": 1},
    {"type": "text-start", "id": "t", "providerMetadata": None},
    {"type": "tool-output-available", "toolCallId": "c"},
    {"type": "finish", "finishReason": "done"},
    {"type": "done"},
)
EXTRA_KEY: Chunk = {"type": "text-start", "id": "t", "colour": "red"}


async def test_every_schema_takes_the_golden_chunks_all_versions_know() -> None:
    chunks = tuple(chunk for golden in GOLDENS if golden.since <= 6 for chunk in golden.chunks)
    verdict = await validate(sse(chunks))
    assert verdict.done
    assert verdict.types == [chunk["type"] for chunk in chunks]
    assert verdict.refused == {}
    assert sorted(version.split(".")[0] for version in verdict.versions) == ["6", "7", "7"]


async def test_chunks_new_in_7_are_refused_by_6_only() -> None:
    chunks = tuple(chunk for golden in GOLDENS if golden.since > 6 for chunk in golden.chunks)
    verdict = await validate(sse(chunks))
    newest, six = (next(v for name, v in verdict.versions.items() if name.startswith(major)) for major in ("7.", "6."))
    assert newest.refused == []
    assert {chunks[refusal.index]["type"] for refusal in six.refused} == {
        "reset-step",
        "custom",
        "reasoning-file",
        "tool-approval-response",
    }


async def test_bad_chunks_are_refused_with_their_place_and_value() -> None:
    verdict = await validate(sse((EXTRA_KEY, *BAD)))
    for version, refusals in verdict.refused.items():
        expected = [(0, EXTRA_KEY)] if version == "7.0.20" else []
        expected += list(enumerate(BAD, start=1))
        assert [(refusal.index, refusal.value) for refusal in refusals] == expected, version
    assert len(verdict.refused) == 3


@pytest.mark.parametrize("version", [7, 6])
async def test_clients_build_the_golden_messages(chat_client: ChatClients, version: Literal[6, 7]) -> None:
    script = Script()
    async with serving(script.app()) as url, chat_client(f"{url}/api/chat", version=version) as client:
        for golden in (golden for golden in GOLDENS if golden.since <= version):
            script.chunks = golden.chunks
            await client.set_messages([])
            state = await client.send("hi")
            assert state.answer.parts == golden.parts_in(version), golden.name
            assert state.answer.id == "m-1"
            assert (state.answer.model_extra or {}).get("metadata") == golden.metadata, golden.name
            assert (state.error.message if state.error else None) == golden.error, golden.name
            assert state.status == ("error" if golden.error else "ready"), golden.name


async def test_what_the_client_posts(chat_client: ChatClients) -> None:
    script = Script(HELLO.chunks)
    async with serving(script.app()) as url, chat_client(f"{url}/api/chat", chat_id="x", body={"a": 1}) as client:
        sent = await client.send("hi", body={"b": 2})
        await client.edit(sent.messages[0].id, "ho")
        await client.regenerate()
    assert [(body["id"], body["trigger"], body.get("messageId")) for body in script.bodies] == [
        ("x", "submit-message", None),
        ("x", "submit-message", sent.messages[0].id),
        ("x", "regenerate-message", None),
    ]
    assert (script.bodies[0]["a"], script.bodies[0]["b"]) == (1, 2)
    assert script.cookies == [None, "guest=g-1", "guest=g-1"]


async def test_the_history_endpoint_fills_the_client(chat_client: ChatClients) -> None:
    async with serving(Script().app()) as url, chat_client(f"{url}/api/chat") as client:
        state = await client.load_history(f"{url}/api/chat/x")
    assert [message.id for message in state.messages] == ["u-1"]
    assert state.called("fetch") == [{"hook": "fetch", "method": "GET", "path": "/api/chat/x", "status": 200}]


async def test_an_http_error_reaches_the_page_as_its_text(chat_client: ChatClients) -> None:
    async with serving(Script(status=404).app()) as url, chat_client(f"{url}/api/chat") as client:
        state = await client.send("hi")
    assert state.status == "error"
    assert state.error is not None
    assert (state.error.message, state.error.statusCode) == ("no such chat", 404)


async def test_stop_leaves_the_parts_open(chat_client: ChatClients) -> None:
    script = Script(HELLO.chunks, hold=4)
    async with serving(script.app()) as url, chat_client(f"{url}/api/chat") as client:
        await client.send("hi", wait=False)
        await client.text(5)
        await client.stop()
        state = await client.idle()
        script.release.set()
    assert state.status == "ready"
    assert state.answer.parts[-1] == {"type": "text", "text": "Good ", "state": "streaming"}
    assert [call["isAbort"] for call in state.called("onFinish")] == [True]


async def test_a_cut_connection_is_resumed_into_the_whole_message(chat_client: ChatClients) -> None:
    script = Script(HELLO.chunks, hold=4)
    async with serving(script.app()) as url, chat_client(f"{url}/api/chat") as client:
        await client.send("hi", wait=False)
        await client.text(5)
        await client.cut()
        broken = await client.idle()
        script.resumed, script.hold = True, None
        script.release.set()
        state = await client.resume()
    assert (broken.status, broken.called("onFinish")[0]["isDisconnect"]) == ("error", True)
    assert state.status == "ready"
    assert [message.role for message in state.messages] == ["user", "assistant"]
    assert state.answer.parts == list(HELLO.parts)


async def test_resuming_an_idle_chat_changes_nothing(chat_client: ChatClients) -> None:
    async with serving(Script().app()) as url, chat_client(f"{url}/api/chat") as client:
        state = await client.resume()
    assert (state.status, state.messages) == ("ready", [])
