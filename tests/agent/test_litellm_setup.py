"""What is switched off in litellm and openai's SDK does nothing for us, and is still what they use."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from threading import current_thread, main_thread
from types import ModuleType

import litellm.main
import litellm.utils
import openai._utils
import pytest
from litellm.litellm_core_utils.llm_response_utils import response_metadata
from litellm.litellm_core_utils.prompt_templates import common_utils
from litellm.llms.openai.chat import gpt_transformation
from litellm.types.llms.openai import AllMessageValues
from openai import _base_client
from openai._utils._json import openapi_dumps
from openai.resources.chat.completions import completions
from pydantic import BaseModel

from agent.limits import ModelAccess, ModelLimits
from agent.litellm_setup import body_json
from agent.options import Options, ToolShape
from agent.upstream import Request, begin
from tests.support.providers import anthropic
from tests.support.providers import openai as wire
from tests.support.providers.loopback import provider
from tests.support.providers.script import End, Text
from tools.registry import SHOP_TOOLS
from tools.tool import Tool


class User(BaseModel):
    """What openai's SDK may be given in a body."""

    id: int


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
    (_base_client, "openapi_dumps", openapi_dumps),
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


@pytest.mark.parametrize(
    "value",
    [
        "Größe 😀\u2028\x07\\",
        [0.1, 1, None, True, 10**30],
        {"tools": TOOLS},
        datetime(2026, 11, 26, tzinfo=UTC),
        User(id=1),
    ],
)
def test_json_is_that_of_the_sdk_to_the_byte(value: object) -> None:
    body = {"messages": [value]}
    assert body_json(body) == openapi_dumps(body)


@pytest.mark.parametrize("value", ["\ud800", object()])
def test_json_refuses_what_the_sdk_does(value: object) -> None:
    with pytest.raises((UnicodeEncodeError, TypeError)) as plain:
        openapi_dumps({"messages": [value]})
    with pytest.raises(plain.type):
        body_json({"messages": [value]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_has_null_for_the_numbers_that_the_sdk_refuses(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        openapi_dumps({"messages": [value]})
    assert body_json({"messages": [value]}) == b'{"messages":[null]}'


@pytest.mark.parametrize(
    ("model", "played", "base"), [("openai/gpt-4o-mini", wire, "/v1"), ("anthropic/claude-sonnet-4-5", anthropic, "")]
)
async def test_a_request_is_made_in_a_thread_only_where_that_may_block(
    monkeypatch: pytest.MonkeyPatch, model: str, played: ModuleType, base: str
) -> None:
    threads = []
    original = litellm.main.completion

    def noted(*args: object, **named: object) -> object:
        threads.append(current_thread())
        return original(*args, **named)

    monkeypatch.setattr(litellm.main, "completion", noted)
    async with provider(played.reply([Text("Hi"), End()])) as server:
        access = ModelAccess("k", f"{server.url}{base}")
        begun = await begin(Request(model, [{"role": "user", "content": "Hello"}], Options(), access), ModelLimits())
        await begun.lane.aclose()
    assert [thread is main_thread() for thread in threads] == [model.startswith("openai/")]
