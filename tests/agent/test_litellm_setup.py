"""What is switched off in litellm and openai's SDK does nothing for us, and is still what they use."""

from __future__ import annotations

import json
from collections.abc import Callable

import litellm.utils
import openai._utils
import pytest
from litellm.litellm_core_utils.llm_response_utils import response_metadata
from litellm.litellm_core_utils.prompt_templates import common_utils
from litellm.llms.openai.chat import gpt_transformation
from litellm.types.llms.openai import AllMessageValues
from openai.resources.chat.completions import completions

from agent.limits import ModelAccess, ModelLimits
from agent.options import Options, ToolShape
from agent.upstream import Request, begin
from tests.support.providers import openai as wire
from tests.support.providers.loopback import provider
from tests.support.providers.script import End, Text
from tools.registry import SHOP_TOOLS
from tools.tool import Tool

MESSAGES: list[AllMessageValues] = [
    {"role": "system", "content": "You keep a shop."},
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
]
TOOLS = [
    ToolShape(
        type="function",
        function={"name": tool.name, "description": tool.description, "parameters": tool.input_schema},
    )
    for tool in SHOP_TOOLS
]
SWITCHES = [
    (completions, "async_maybe_transform", openai._utils.async_maybe_transform),
    (gpt_transformation, "tool_with_sanitized_parameters", common_utils.tool_with_sanitized_parameters),
    (litellm.utils, "update_response_metadata", response_metadata.update_response_metadata),
]


async def sent() -> str:
    async with provider(wire.reply([Text("Hi"), End()])) as server:
        options = Options(tools=TOOLS, tool_choice="auto", temperature=0.0)
        request = Request("openai/gpt-4o-mini", MESSAGES, options, ModelAccess("k", f"{server.url}/v1"))
        begun = await begin(request, ModelLimits())
        await begun.lane.aclose()
        return json.dumps(server.asked[0].body)


async def test_a_provider_is_sent_the_same_with_and_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    short = await sent()
    for where, name, original in SWITCHES:
        monkeypatch.setattr(where, name, original)
    assert await sent() == short
    assert len(json.loads(short)["tools"]) == len(TOOLS)


@pytest.mark.parametrize(("where", "name", "original"), SWITCHES)
async def test_each_is_what_a_request_goes_through(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, original: Callable[..., object]
) -> None:
    calls = []

    def counted(*args: object, **named: object) -> object:
        calls.append(name)
        return original(*args, **named)

    monkeypatch.setattr(where, name, counted)
    await sent()
    assert calls


@pytest.mark.parametrize("tool", SHOP_TOOLS, ids=lambda tool: tool.name)
def test_no_schema_of_ours_holds_what_openai_refuses(tool: Tool) -> None:
    made = common_utils.flatten_combinators_and_drop_non_python_regex_patterns(tool.input_schema)
    assert made == tool.input_schema
