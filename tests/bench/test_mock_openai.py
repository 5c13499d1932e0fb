from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import httpx
import orjson

from bench import load_client, ticks
from bench.load_client import Load
from bench.mock_openai import Connection, Plan


@asynccontextmanager
async def mocked(plan: Plan) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(lambda: Connection(plan), "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def answer(url: str) -> list[bytes]:
    async with httpx.AsyncClient() as http:
        response = await http.post(f"{url}/v1/chat/completions", json={"stream": True})
    return [line.removeprefix(b"data: ") for line in response.content.split(b"\n\n") if line]


async def test_an_answer_is_a_stream_of_chat_completion_chunks() -> None:
    async with mocked(Plan(tokens=40, rate=0)) as url:
        *events, done = await answer(url)
    chunks = [orjson.loads(event) for event in events]
    assert done == b"[DONE]"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    words = [chunk["choices"][0]["delta"].get("content") for chunk in chunks if chunk["choices"]]
    assert words[0] == ""
    assert len([word for word in words if word]) == 40
    assert chunks[-2]["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["usage"]["completion_tokens"] == 40


async def test_paced_tokens_are_due_at_the_rate() -> None:
    async with mocked(Plan(tokens=5, rate=200)) as url:
        events = await answer(url)
    due = ticks.lateness(ticks.tokens(b"".join(events)), 0.0)
    gaps = [earlier - later for earlier, later in pairwise(due)]
    assert all(0.0048 <= gap <= 0.0052 for gap in gaps)


async def test_the_plan_is_told_and_what_is_served_is_counted() -> None:
    async with mocked(Plan()) as url, httpx.AsyncClient() as http:
        await http.get(f"{url}/plan", params={"tokens": 3, "rate": 0})
        await answer(url)
        told = (await http.get(f"{url}/plan")).json()
        assert told == {"open": 0, "served": 1}


async def test_a_client_that_leaves_frees_its_answer() -> None:
    plan = Plan(tokens=1000, rate=1)
    async with mocked(plan) as url, httpx.AsyncClient() as http:
        async with http.stream("POST", url) as response:
            await anext(response.aiter_raw())
            assert plan.open == 1
        while (await http.get(f"{url}/plan")).json()["open"]:
            pass


async def test_the_load_client_counts_every_token_and_its_lateness() -> None:
    async with mocked(Plan(tokens=30, rate=100)) as url:
        figures = await load_client.run(Load(url, streams=4, window=5.0))
    assert (figures.tokens, figures.failed, len(figures.first)) == (120, 0, 4)
    assert len(figures.late) == 120
    assert min(figures.late) >= -0.001


async def test_the_load_client_counts_a_stream_that_is_cut_as_failed() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        # A word of the head that looks like a token is none.
        writer.write(b"HTTP/1.1 200 OK\r\npermissions-policy: camera=()\r\n\r\ndata: {}\n\n" + ticks.token(1.0) + b"\n")
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        figures = await load_client.run(Load(f"http://127.0.0.1:{port}", streams=2))
    assert (figures.tokens, figures.failed) == (2, 2)
