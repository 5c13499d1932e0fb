from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np
import orjson
import pytest

from storage.embedder_litellm import LiteLLMEmbedder
from storage.errors import BadVectors, Busy, Invalid

Answer = Callable[[list[str]], tuple[int, object]]


def vector(text: str) -> list[float]:
    return [float(len(text)), 1.0, 0.0]


def vectors(texts: list[str]) -> tuple[int, object]:
    data = [{"object": "embedding", "index": place, "embedding": vector(text)} for place, text in enumerate(texts)]
    return 200, {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@dataclass
class Provider:
    """A loopback server that speaks the OpenAI embeddings format; `answers` are used up, then `vectors` follows."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        texts = orjson.loads(await reader.readexactly(length))["input"]
        self.asked.append(texts)
        status, body = (self.answers.pop(0) if self.answers else vectors)(texts)
        payload = orjson.dumps(body)
        writer.write(
            f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"content-length: {len(payload)}\r\n\r\n".encode()
            + payload
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield made


def model(provider: Provider, *, dim: int = 3) -> LiteLLMEmbedder:
    return LiteLLMEmbedder(
        model="openai/tiny", dim=dim, api_base=provider.url, api_key="test", timeout=5, longest_pause=0.01
    )


def failure(status: int) -> Answer:
    return lambda texts: (status, {"error": {"message": "no", "type": "x", "code": str(status)}})


async def test_vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_answer(provider: Provider) -> None:
    made = await model(provider).embed(["a", "bbb"])
    wanted = np.array([vector("a"), vector("bbb")])
    assert np.allclose(made, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)


async def test_many_texts_go_in_batches(provider: Provider) -> None:
    made = await model(provider).embed([f"text {number}" for number in range(300)])
    assert made.shape == (300, 3)
    assert [len(texts) for texts in provider.asked] == [128, 128, 44]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_model_is_asked_again(provider: Provider, status: int) -> None:
    provider.answers = [failure(status)]
    assert (await model(provider).embed(["a"])).shape == (1, 3)
    assert len(provider.asked) == 2


async def test_a_model_that_stays_busy_is_busy(provider: Provider) -> None:
    provider.answers = [failure(429)] * 50
    busy = model(provider)
    with pytest.raises(Busy):
        await busy.embed(["a"])
    assert len(provider.asked) == busy.attempts


async def test_a_wrong_key_is_not_tried_twice(provider: Provider) -> None:
    provider.answers = [failure(401)]
    with pytest.raises(Exception, match="no"):
        await model(provider).embed(["a"])
    assert len(provider.asked) == 1


async def test_an_answer_of_another_dimension_is_refused(provider: Provider) -> None:
    with pytest.raises(BadVectors, match="4"):
        await model(provider, dim=4).embed(["a"])


async def test_a_blank_text_is_refused_before_anything_is_asked(provider: Provider) -> None:
    with pytest.raises(Invalid):
        await model(provider).embed([""])
    assert provider.asked == []
