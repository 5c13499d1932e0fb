"""The three wire formats, each with a provider on loopback, and a tee that notes what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from agent.limits import ModelAccess, ModelLimits
from agent.litellm_model import LiteLLMModel
from agent.tee import StepUsage, Tee
from tests.support.providers import anthropic, gemini, openai
from tests.support.providers.loopback import Provider, Reply, provider

KEY = "sk-loopback-0123456789abcdef"
QUICK = ModelLimits(first_token=60, idle=60, retries=2, retry_time=60, retry_wait=0.001)


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: the model that speaks it and how scripts and errors look in it."""

    name: str
    model: str
    reply: Callable[..., Reply]
    error: Callable[..., Reply]
    path: str = ""


OPENAI = Format("openai", "openai/gpt-4o-mini", openai.reply, openai.error, "/v1")
ANTHROPIC = Format("anthropic", "anthropic/claude-sonnet-4-5", anthropic.reply, anthropic.error)
GEMINI = Format("gemini", "gemini/gemini-2.5-flash", gemini.reply, gemini.error)
FORMATS = (OPENAI, ANTHROPIC, GEMINI)


@dataclass(slots=True)
class Notes:
    """A Tee. `entries` has a tuple per call, the method's name first."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)
    used: StepUsage | None = None
    spoke: asyncio.Event = field(default_factory=asyncio.Event)

    async def ready(self) -> None:
        pass

    def step_started(self, model: str) -> None:
        self.entries.append(("step", model))

    def text(self, delta: str) -> None:
        self.entries.append(("text", delta))
        self.spoke.set()

    def reasoning(self, delta: str) -> None:
        self.entries.append(("reasoning", delta))

    def tool_input(self, index: int, tool_call_id: str | None, name: str | None, delta: str) -> None:
        self.entries.append(("tool", index, tool_call_id, name, delta))

    def usage(self, used: StepUsage) -> None:
        self.used = used

    def end(self) -> None:
        self.entries.append(("end",))

    def joined(self, kind: str) -> str:
        return "".join(entry[-1] for entry in self.entries if entry[0] == kind)

    def arguments(self, index: int) -> str:
        return "".join(entry[-1] for entry in self.entries if entry[:2] == ("tool", index))


@asynccontextmanager
async def served(
    wire: Format, *replies: Reply, tee: Tee | None = None, limits: ModelLimits = QUICK
) -> AsyncIterator[tuple[LiteLLMModel, Provider]]:
    """A model of that format and the provider that answers it with `replies`."""
    async with provider(*replies) as made:
        access = ModelAccess(KEY, made.url + wire.path)
        yield LiteLLMModel(wire.model, tee=tee, limits=limits, access=access), made


def said(text: str) -> list[ModelMessage]:
    return [ModelRequest(parts=[UserPromptPart(content=text)])]


def with_tools(*names: str) -> ModelRequestParameters:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    tools = [ToolDefinition(name=name, description=f"Does {name}.", parameters_json_schema=schema) for name in names]
    return ModelRequestParameters(function_tools=tools)


async def ask(
    model: LiteLLMModel,
    messages: Sequence[ModelMessage] = (),
    settings: ModelSettings | None = None,
    parameters: ModelRequestParameters | None = None,
) -> ModelResponse:
    return await model.request(list(messages) or said("hello"), settings, parameters or ModelRequestParameters())
