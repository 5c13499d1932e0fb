"""The agent that serves shoppers: pydantic-ai's loop with our tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pydantic_ai import Agent, DeferredToolRequests, UsageLimits
from pydantic_ai.capabilities import CombinedCapability
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from agent.door import Door
from agent.toolset import Toolset
from storage.ai_options import AiOptions
from tools.tool import Tool

# Calls that cannot be understood are answered as often as the limits of the run allow.
_RETRIES = 1000


Shopper: TypeAlias = "Agent[Door, str | DeferredToolRequests]"
"""It ends with words, or with calls that wait for a person."""


def build(tools: Iterable[Tool]) -> Shopper:
    """One agent serves every run; the model, the prompt and the door come with each."""
    made: Shopper = Agent(
        name="shopper",
        deps_type=Door,
        output_type=[str, DeferredToolRequests],
        toolsets=[Toolset(tools, retries=_RETRIES)],
        retries=_RETRIES,
        defer_model_check=True,
    )
    # Every agent is given a search for tools that are not told of at once, and a queue of messages put in on the way.
    # Ours has neither, there is no switch, and they take a seventh of pydantic-ai's time before each request.
    made._root_capability = CombinedCapability([])
    return made


async def answer(
    agent: Shopper,
    *,
    model: Model,
    options: AiOptions,
    history: Sequence[ModelMessage],
    door: Door,
    limits: UsageLimits,
) -> str | None:
    """Go from step to step until the model has nothing more to do, or a person has to confirm a call.

    Returns why it stopped, as the provider said it.

    Nothing is streamed through the graph: words reach the recorder at the model's own boundary.
    """
    result = await agent.run(
        message_history=history,
        instructions=options.prompt,
        model=model,
        model_settings=settings(options),
        deps=door,
        usage_limits=limits,
    )
    last = result.all_messages()[-1]
    return last.finish_reason if last.kind == "response" else None


def settings(options: AiOptions) -> ModelSettings:
    """The options as pydantic-ai names them; what is None stays with the provider."""
    given = ModelSettings()
    if options.max_tokens is not None:
        given["max_tokens"] = options.max_tokens
    if options.temperature is not None:
        given["temperature"] = float(options.temperature)
    if options.top_p is not None:
        given["top_p"] = float(options.top_p)
    if options.frequency_penalty is not None:
        given["frequency_penalty"] = float(options.frequency_penalty)
    if options.presence_penalty is not None:
        given["presence_penalty"] = float(options.presence_penalty)
    if options.seed is not None:
        given["seed"] = options.seed
    return given
