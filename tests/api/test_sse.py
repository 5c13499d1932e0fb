from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import httpx
import pytest

from agent import chunks
from api import sse
from api.settings import ApiSettings
from tests.support.providers.script import End, Text
from tests.support.service import Ground, gated, running


def test_a_frame_is_ascii_and_one_line() -> None:
    text = "Größe\n\u2028\u2029\r\n\n😀"
    frame = sse.frames([(chunks.text_delta("0", text), "0.1"), (chunks.FINISH_STEP, None)]).decode("ascii")
    head, data, between, last, *_ = frame.split("\n")
    assert (head, between, last) == ("id: 0.1", "", 'data: {"type":"finish-step"}')
    assert json.loads(data.removeprefix("data: ")) == {"type": "text-delta", "id": "0", "delta": text}


async def test_a_silent_stream_is_pinged(ground: Ground) -> None:
    gate = asyncio.Event()
    async with running(ground, gated([Text("Well")], gate, [End()]), settings=ApiSettings(ping=0.05)) as here:
        async with here.browser.http.stream("POST", "/api/chat", json=here.browser.body()) as response:
            async for line in response.aiter_lines():
                if line.startswith(": ping"):
                    gate.set()
        assert gate.is_set()


async def test_a_response_that_lived_long_enough_breaks_off_and_is_resumed(ground: Ground) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    async with running(ground, gated([Text("Well")], gate, [End()]), settings=ApiSettings(stream_life=0.2)) as here:
        with pytest.raises(httpx.RemoteProtocolError):
            await here.browser.say()
        here.app.state.service = replace(here.service, settings=ApiSettings())
        resumed = asyncio.create_task(here.browser.resume(begun=begun))
        await begun.wait()
        gate.set()
        assert (await resumed).done
