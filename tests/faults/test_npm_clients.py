"""Row 2 with the clients people have: `Chat` of @ai-sdk/react 7 and 6 against two servers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import pytest

from tests.clients.node import ChatClient, ChatState, chat_clients, missing
from tests.faults.conftest import Ground
from tests.faults.shopper import Answer, Shopper
from tests.support.sse_client import Broken


@pytest.fixture(autouse=True)
def npm_clients() -> None:
    reason = missing()
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(f"CI must run the npm clients, but {reason}")
    if reason is not None:
        pytest.skip(f"npm clients: {reason}")


@asynccontextmanager
async def _page(url: str, shopper: Shopper, version: Literal[6, 7] = 7, **headers: str) -> AsyncIterator[ChatClient]:
    """A page of the shopper's on this server."""
    assert shopper.cookie is not None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"cookie": shopper.cookie, **named}
    async with (
        chat_clients() as made,
        made(f"{url}/api/chat", version=version, chat_id=shopper.chat, headers=given) as client,
    ):
        yield client


async def _begun(
    pair: Ground, text: str = "hold 20 20", url: str | None = None
) -> tuple[Shopper, asyncio.Task[None], Answer]:
    """An answer under way, the second of its chat, on the first server or this one; it stays so until `go`."""
    shopper = await pair.shopper(url or pair.urls[0])
    await shopper.ask("talk 1")
    answer, reading = await shopper.begin(text)
    return shopper, reading, answer


async def _resumed(page: ChatClient, url: str, shopper: Shopper, least: int = 60) -> ChatState:
    """The page loads the history and reads on; returns once it shows so many characters of the answer under way."""
    before = await page.load_history(f"{url}/api/chat/{shopper.chat}")
    assert [message.role for message in before.messages] == ["user", "assistant", "user"]
    await page.resume(wait=False)
    return await page.text(least)


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
    shopper, reading, _ = await _begun(pair, f"cart {pair.product.id} 4 hold 2")
    async with _page(pair.urls[1], shopper, version) as page:
        seen = await _resumed(page, pair.urls[1], shopper)
        called = len(seen.called("onToolCall"))
        pair.brain.go.set()
        state = await page.idle()
        await reading
        assert (state.status, state.error) == ("ready", None)
        assert _shown(state) == await _history(shopper)
        # What was over already was replayed, and no tool of the page's own may run for it again.
        assert (called, len(state.called("onToolCall"))) == (0, 2)


async def test_a_mount_that_happens_twice(pair: Ground) -> None:
    """React's StrictMode: the first GET is broken off, the second one reads on."""
    shopper, reading, _ = await _begun(pair)
    async with _page(pair.urls[1], shopper) as page:
        await _resumed(page, pair.urls[1], shopper)
        await page.stop()
        await page.resume(wait=False)
        await page.text(60)
        pair.brain.go.set()
        state = await page.idle()
        await reading
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)


async def test_two_tabs_see_the_same(pair: Ground) -> None:
    shopper, reading, _ = await _begun(pair)
    async with _page(pair.urls[0], shopper) as one, _page(pair.urls[1], shopper, 6) as other:
        await asyncio.gather(_resumed(one, pair.urls[0], shopper), _resumed(other, pair.urls[1], shopper))
        pair.brain.go.set()
        states = await asyncio.gather(one.idle(), other.idle())
        await reading
        history = await _history(shopper)
        assert [_shown(state) for state in states] == [history, history]


@pytest.mark.parametrize("version", [7, 6])
async def test_a_cut_is_resumed(pair: Ground, version: Literal[6, 7]) -> None:
    shopper = await pair.shopper(pair.urls[1])
    async with _page(pair.urls[1], shopper, version) as page:
        await page.send("hold 20 20", wait=False)
        await page.text(60)
        await page.cut()
        assert (await page.idle()).status == "error"
        await page.resume(wait=False)
        await page.text(60)
        pair.brain.go.set()
        state = await page.idle()
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)


@pytest.mark.parametrize(("version", "resets"), [(7, True), (7, False), (6, False)])
async def test_a_page_whose_answer_moves_to_another_server(pair: Ground, version: Literal[6, 7], resets: bool) -> None:
    """The owner dies in the middle of a call, whose step the page has had half of; the page is on the other server."""
    headers = {"x_cartwright_reset_step": "1"} if resets else {}
    async with pair.running() as owner:
        shopper, reading, _ = await _begun(pair, f"cart {pair.product.id} 3 hold 1", owner.url)
        async with _page(pair.urls[1], shopper, version, **headers) as page:
            half = "Step 0 begins. One moment. Step 1 begins. One moment. "
            seen = await _resumed(page, pair.urls[1], shopper, len(half))
            await owner.kill()
            pair.brain.go.set()
            with suppress(Broken):
                await reading
            state = await page.idle()
            assert state.status == ("ready" if resets else "error")
            if not resets:
                state = await page.resume()
            assert state.status == "ready"
            shopper.urls = [pair.urls[1]]
            assert _shown(state) == await _history(shopper)
            assert _ended(seen) == [part for part in _ended(state) if part in _ended(seen)]


def _ended(state: ChatState) -> list[dict[str, Any]]:
    """What the page was told has ended."""
    return [part for part in state.answer.parts if part.get("state") in ("done", "output-available")]


async def test_one_who_comes_too_late_finds_it_in_the_history(pair: Ground) -> None:
    shopper = await pair.shopper(pair.urls[0])
    await shopper.ask("talk 3")
    async with _page(pair.urls[1], shopper) as page:
        await page.load_history(f"{pair.urls[1]}/api/chat/{shopper.chat}")
        state = await page.resume()
        assert (state.status, state.error) == ("ready", None)
        assert state.called("fetch")[-1]["status"] == 204
        assert _shown(state) == await _history(shopper)


async def test_a_stop_elsewhere_leaves_nothing_open_on_the_page(pair: Ground) -> None:
    shopper, reading, _ = await _begun(pair, "stall 20")
    async with _page(pair.urls[1], shopper) as page:
        await _resumed(page, pair.urls[1], shopper)
        await shopper.stop(pair.urls[1])
        state = await page.idle()
        await reading
        assert state.status == "ready"
        assert _shown(state) == await _history(shopper)
        after = await page.send("talk 2")
        assert (after.status, after.answer.parts[-1]["text"]) == ("ready", "word0 word1 ")
