from __future__ import annotations

import aiohttp
import httpx
import pytest

from agent.litellm_setup import litellm
from agent.response_reads import reads
from tests.support.providers import openai
from tests.support.providers.loopback import provider
from tests.support.providers.script import End, Text


async def test_what_litellm_answers_with_is_read_below_httpx() -> None:
    """A release of litellm or httpx that hides it costs speed, not answers: this says so."""
    async with provider(openai.reply([Text("Hi"), End()])) as upstream:
        wrapped = await litellm.acompletion(
            model="openai/x",
            messages=[{"role": "user", "content": "hello"}],
            stream=True,
            api_key="k",
            api_base=f"{upstream.url}/v1",
        )
        response = wrapped.completion_stream.response
        found = reads(response)
        assert type(found).__module__.startswith("aiohttp")
        assert b"Hi" in b"".join([data async for data in found])
        await response.aclose()


@pytest.mark.parametrize("headers", [{}, {"content-encoding": "identity"}])
async def test_any_other_response_is_read_through_httpx(headers: dict[str, str]) -> None:
    response = httpx.Response(200, headers=headers, content=b"abc")
    assert b"".join([data async for data in reads(response)]) == b"abc"
    assert not isinstance(response.stream, aiohttp.StreamReader)
