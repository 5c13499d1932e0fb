"""Confirmations with the clients people have: `Chat` of @ai-sdk/react 7 and 6."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import pytest

from tests.clients.node import ChatClient, ChatClients, ChatState, Part, UIMessage, validate
from tests.support.asking import DONE, Giving, asking
from tests.support.factory import change_product, unique
from tests.support.providers.script import End, Text
from tests.support.service import gated
from tests.wire.conftest import Shop

pytestmark = pytest.mark.usefixtures("npm_clients")
Version = Literal[6, 7]
BOTH = pytest.mark.parametrize("version", [7, 6])


def asks(message: UIMessage) -> list[Any]:
    """The approvals of the calls that wait."""
    return [part["approval"] for part in message.parts if part.get("state") == "approval-requested"]


def states(message: UIMessage) -> list[object]:
    return [part["state"] for part in message.parts if part["type"] == "tool-give_away"]


async def answered(client: ChatClient, approval: Any, approved: bool, **more: object) -> ChatState:
    await client.do("addToolApprovalResponse", {"id": approval["id"], "approved": approved, **more})
    return await client.idle()


async def history(shop: Giving, client: ChatClient) -> list[UIMessage]:
    state = await client.state()
    loaded = await client.load_history(f"{shop.here.url}/api/chat/{state.id}")
    assert loaded.rejected is None, loaded.rejected
    return loaded.messages


def shown(messages: list[UIMessage]) -> list[dict[str, Any]]:
    """Without what differs by design: the text of an input beside the input, and words of a refusal before the new."""
    return [
        {**message.model_dump(exclude={"parts", "metadata"}), "parts": [_part(part) for part in message.parts]}
        for message in messages
    ]


def _part(part: Part) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name != "rawInput" or "input" not in part}


@BOTH
@pytest.mark.parametrize("approved", [True, False])
async def test_a_decision_goes_on_by_itself_in_the_same_message(
    chat_client: ChatClients, shop: Shop, version: Version, approved: bool
) -> None:
    async with (
        asking(shop, 3) as giving,
        chat_client(f"{giving.here.url}/api/chat", version=version, automatic="approvals") as client,
    ):
        asked = await client.send("Give it away")
        [approval] = asks(asked.answer)
        more = {} if approved else {"reason": "No."}
        state = await answered(client, approval, approved, **more)
        assert (state.status, state.error) == ("ready", None)
        assert [message.role for message in state.messages] == ["user", "assistant"]
        assert state.answer.id == asked.answer.id
        assert states(state.answer) == ["output-available" if approved else "output-denied"]
        assert state.answer.parts[-1]["text"] == "So be it."
        assert len(state.called("fetch")) == 2
        assert shown(state.messages) == shown(await history(giving, client))
        assert await giving.stock() == (7 if approved else 10)


@BOTH
async def test_after_a_reload_the_page_asks_and_the_decision_counts(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    chat = unique("chat")
    async with asking(shop, 3) as giving:
        giving.here.browser.chat = chat
        await giving.asked()
        cookie = "; ".join(f"{name}={value}" for name, value in giving.browser.http.cookies.items())
        api = f"{giving.here.url}/api/chat"
        async with chat_client(
            api, version=version, automatic="approvals", chat_id=chat, headers={"cookie": cookie}
        ) as client:
            await client.load_history(f"{api}/{chat}")
            assert (await client.resume()).status == "ready"
            [approval] = asks((await client.state()).answer)
            state = await answered(client, approval, True)
            assert (state.status, state.error) == ("ready", None)
            assert states(state.answer) == ["output-available"]
            assert shown(state.messages) == shown(await history(giving, client))
        assert await giving.stock() == 7


@BOTH
async def test_two_decisions_go_on_once_both_are_made(chat_client: ChatClients, shop: Shop, version: Version) -> None:
    async with (
        asking(shop, 3, 2, others=("view_cart",)) as giving,
        chat_client(f"{giving.here.url}/api/chat", version=version, automatic="approvals") as client,
    ):
        first, second = asks((await client.send("Give it away")).answer)
        half = await answered(client, first, True)
        assert len(half.called("fetch")) == 1
        state = await answered(client, second, False)
        assert (state.status, len(state.called("fetch"))) == ("ready", 2)
        assert states(state.answer) == ["output-available", "output-denied"]
        assert shown(state.messages) == shown(await history(giving, client))
        assert await giving.stock() == 7


@BOTH
async def test_what_changed_is_asked_again_without_a_loop(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    async with (
        asking(shop, 3) as giving,
        chat_client(f"{giving.here.url}/api/chat", version=version, automatic="approvals") as client,
    ):
        [approval] = asks((await client.send("Give it away")).answer)
        async with shop.database.connection() as conn:
            await change_product(conn, giving.product, price=600)
        again = await answered(client, approval, True)
        assert (again.status, len(again.called("fetch"))) == ("ready", 2)
        [other] = asks(again.answer)
        assert other["id"] != approval["id"]
        assert await giving.stock() == 10
        state = await answered(client, other, True)
        assert (state.status, len(state.called("fetch"))) == ("ready", 3)
        assert states(state.answer) == ["output-error", "output-available"]
        assert shown(state.messages) == shown(await history(giving, client))
        assert await giving.stock() == 7


@BOTH
async def test_a_message_instead_of_a_decision_is_answered(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    async with (
        asking(shop, 3, after=(DONE, (Text("Fine."), End()))) as giving,
        chat_client(f"{giving.here.url}/api/chat", version=version, automatic="approvals") as client,
    ):
        await client.send("Give it away")
        state = await client.send("Wait.")
        assert (state.status, state.error) == ("ready", None)
        assert state.answer.parts[-1]["text"] == "So be it."
        assert await giving.stock() == 10


@BOTH
async def test_a_page_that_comes_back_during_the_rest_of_the_answer_has_it_whole(
    chat_client: ChatClients, shop: Shop, version: Version
) -> None:
    gate = asyncio.Event()
    rest = gated((Text("So "),), gate, (Text("be it."), End()))
    async with (
        asking(shop, 3, after=(rest,)) as giving,
        chat_client(f"{giving.here.url}/api/chat", version=version, automatic="approvals") as client,
    ):
        [approval] = asks((await client.send("Give it away")).answer)
        await client.do("addToolApprovalResponse", {"id": approval["id"], "approved": True}, wait=False)
        await client.text(len("Shall I? So "))
        await client.cut()
        assert (await client.idle()).status == "error"
        await client.resume(wait=False)
        await client.text(len("Shall I? So "))
        gate.set()
        state = await client.idle()
        assert (state.status, states(state.answer)) == ("ready", ["output-available"])
        assert [part.get("text") for part in state.answer.parts] == [
            part.get("text") for part in (await history(giving, client))[-1].parts
        ]
        assert await giving.stock() == 7


async def test_every_event_passes_the_schemas(shop: Shop) -> None:
    async with asking(shop, 3, 2) as giving:
        bodies = [(await giving.browser.post(giving.browser.body())).content]
        for approved in (True, False):
            async with shop.database.connection() as conn:
                await change_product(conn, giving.product, price=500 if approved else 600)
            message = (await giving.browser.history())[-1]
            bodies.append((await giving.browser.post(giving.decision(message, approved))).content)
        bodies.append((await giving.browser.http.get(f"/api/chat/{giving.browser.chat}/stream")).content)
    verdict = await validate(b"".join(bodies))
    assert verdict.refused == {}
    assert {"tool-approval-request", "tool-output-available", "data-action"} <= set(verdict.types)
