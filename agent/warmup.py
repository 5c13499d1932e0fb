from __future__ import annotations

import gc
import socket

import openai
from litellm.llms.custom_httpx.async_client_cleanup import close_litellm_async_clients
from litellm.types.llms.openai import ChatCompletionUserMessage

from agent.errors import ModelFailed
from agent.limits import ModelAccess, ModelLimits
from agent.litellm_setup import litellm
from agent.options import Options, ToolShape
from agent.upstream import Request, begin

# The collector walks litellm's 250 MB of long-lived objects otherwise, and its pauses are what shoppers would notice.
_THRESHOLDS = (10_000, 50, 100)

_MODEL = "openai/gpt-4o-mini"
_MESSAGE = ChatCompletionUserMessage(role="user", content="hello")
_TOOL = ToolShape(type="function", function={"name": "look", "description": "Looks.", "parameters": {"type": "object"}})


async def warm() -> None:
    """Load what litellm loads at its first calls, then keep all that out of garbage collection.

    Called once when a server starts; takes two to three seconds and reaches no further than loopback.
    """
    await _answered()
    await _refused()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


async def close_clients() -> None:
    """Close the HTTP connections litellm keeps to providers; called once when a server stops."""
    await close_litellm_async_clients()  # type: ignore[no-untyped-call]
    # It keeps what it has closed, for the next request to the same address. Its own handlers mend that, these do not.
    cache = litellm.in_memory_llm_clients_cache
    for key in [key for key, client in cache.cache_dict.items() if isinstance(client, openai.AsyncOpenAI)]:
        cache.delete_cache(key)  # type: ignore[no-untyped-call]


async def _answered() -> None:
    stream = await litellm.acompletion(
        model=_MODEL, messages=[_MESSAGE], stream=True, tools=[_TOOL], mock_response="hello"
    )
    async for _ in stream:
        pass


async def _refused() -> None:
    # Bound but not listening, so that nobody else can be reached by accident.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        access = ModelAccess("none", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        request = Request(_MODEL, [_MESSAGE], Options(tools=[_TOOL]), access)
        try:
            await begin(request, ModelLimits())
        except ModelFailed:
            return
