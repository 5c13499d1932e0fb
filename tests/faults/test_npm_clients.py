"""Row 2 with the clients people have: `Chat` of @ai-sdk/react 7 and 6 against two servers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest

from tests.clients.node import ChatClient, ChatState, chat_client, missing
from tests.faults.conftest import Ground
from tests.faults.shopper import Answer, Shopper


@pytest.fixture(autouse=True)
def npm_clients() -> None:
    reason = missing()
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(f"CI must run the npm clients, but {reason}")
    if reason is not None:
        pytest.skip(f"npm clients: {reason}")


@asynccontextmanager
async def _page(pair: Ground, shopper: Shopper, server: int, version: Literal[6, 7] = 7) -> AsyncIterator[ChatClient]:
    """A page of the shopper's, opened on one of the servers, with the history it loads."""
    assert shopper.cookie is not None
    api = f"{pair.urls[server]}/api/chat"
    async with chat_client(api, version=version, chat_id=shopper.chat, headers={"cookie": shopper.cookie}) as client:
        yield client


async def _begun(pair: Ground, text: str = "talk 60") -> tuple[Shopper, asyncio.Task[None], Answer]:
    """An answer under way on the first server."""
    pair.brain.pace = 0.03
    shopper = await pair.shopper(pair.urls[0])
    await shopper.ask("talk 1")
    answer = Answer()
    response = await shopper.post(shopper.body(text))
    return shopper, asyncio.create_task(shopper.read(response, answer)), answer


async def _history(shopper: Shopper) -> list[tuple[str, Any]]:
    return [(message["role"], message["parts"]) for message in await shopper.history()]


def _shown(state: ChatState) -> list[tuple[str, Any]]:
    """What a replayed call leaves beside its input in the client is not shown."""
    return [
        (
            message.role,
            [
                {name: value for name, value in part.items() if name != "rawInput" or "input" not in part}
                for part in message.parts
            ],
        )
        for message in state.messages
    ]


@pytest.mark.parametrize("version", [7, 6])
async def test_a_page_opened_meanwhile_on_the_other_server(pair: Ground, version: Literal[6, 7]) -> None:
    shopper, reading, _ = await _begun(pair, f"cart {pair.product.id} 8")
    await asyncio.sleep(0.5)
    async with _page(pair, shopper, 1, version) as page:
        before = await page.load_history(f"{pair.urls[1]}/api/chat/{shopper.chat}")
        assert [message.role for message in before.messages] == ["user", "assistant", "user"]
        state = await page.resume()
        await reading
        assert (state.status, state.error) == ("ready", None)
        assert _shown(state) == await _history(shopper)


async def test_a_mount_that_happens_twice(pair: Ground) -> None:
    """React's StrictMode: the first GET is broken off, the second one reads on."""
    shopper, reading, _ = await _begun(pair)
    async with _page(pair, shopper, 1) as page:
        await page.load_history(f"{pair.urls[1]}/api/chat/{shopper.chat}")
        await page.do("resumeStream", wait=False)
        await page.text(20)
        await page.stop()
        state = await page.resume()
        await reading
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)


async def test_two_tabs_see_the_same(pair: Ground) -> None:
    shopper, reading, _ = await _begun(pair)
    async with _page(pair, shopper, 0) as one, _page(pair, shopper, 1) as other:
        for tab, server in ((one, 0), (other, 1)):
            await tab.load_history(f"{pair.urls[server]}/api/chat/{shopper.chat}")
        states = await asyncio.gather(one.resume(), other.resume())
        await reading
        history = await _history(shopper)
        assert [_shown(state) for state in states] == [history, history]


async def test_a_cut_is_resumed(pair: Ground) -> None:
    pair.brain.pace = 0.03
    shopper = await pair.shopper(pair.urls[1])
    async with _page(pair, shopper, 1) as page:
        await page.send("talk 60", wait=False)
        await page.text(60)
        await page.cut()
        await page.idle()
        state = await page.resume()
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)


async def test_one_who_comes_too_late_finds_it_in_the_history(pair: Ground) -> None:
    shopper = await pair.shopper(pair.urls[0])
    await shopper.ask("talk 3")
    async with _page(pair, shopper, 1) as page:
        await page.load_history(f"{pair.urls[1]}/api/chat/{shopper.chat}")
        state = await page.resume()
        assert (state.status, state.error) == ("ready", None)
        assert state.called("fetch")[-1]["status"] == 204
        assert _shown(state) == await _history(shopper)


async def test_a_stop_elsewhere_leaves_nothing_open_on_the_page(pair: Ground) -> None:
    shopper, reading, _ = await _begun(pair, "talk 400")
    async with _page(pair, shopper, 1) as page:
        await page.load_history(f"{pair.urls[1]}/api/chat/{shopper.chat}")
        await page.do("resumeStream", wait=False)
        await page.text(40)
        await shopper.stop(pair.urls[1])
        state = await page.idle()
        await reading
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)
        after = await page.send("talk 2")
        assert (after.status, after.answer.parts[-1]["text"]) == ("ready", "word0 word1 ")
