from __future__ import annotations

import gc

from litellm.types.llms.openai import ChatCompletionUserMessage

from agent.litellm_setup import litellm

# The collector walks litellm's 250 MB of long-lived objects otherwise, and its pauses are what shoppers would notice.
_THRESHOLDS = (10_000, 50, 100)


async def warm() -> None:
    """Load what litellm loads at its first call, then keep all that out of garbage collection.

    Called once when a server starts; takes one to two seconds and makes no network call.
    """
    stream = await litellm.acompletion(
        model="openai/gpt-4o-mini",
        messages=[ChatCompletionUserMessage(role="user", content="hello")],
        stream=True,
        stream_options={"include_usage": True},
        tools=[{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}],
        mock_response="hello",
    )
    async for _ in stream:
        pass
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


async def close_clients() -> None:
    """Close the HTTP connections litellm keeps to providers; called once when a server stops."""
    await litellm.close_litellm_async_clients()
