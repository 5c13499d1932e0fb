from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from litellm.llms.custom_llm import CustomLLM, CustomLLMError
from litellm.types.utils import (
    ChatCompletionDeltaToolCall,
    Delta,
    Function,
    ModelResponseStream,
    StreamingChoices,
    Usage,
)

from agent.errors import AuthFailed, ModelUnknown, ProviderDown, RateLimited
from agent.limits import ModelLimits
from agent.litellm_model import LiteLLMModel
from agent.litellm_setup import litellm
from agent.providers import provider_of, register_offline
from tests.support.models import FORMATS, QUICK, Format, Notes, ask, with_tools


def chunk(finish: str | None = None, usage: Usage | None = None, **delta: Any) -> ModelResponseStream:
    choice = StreamingChoices(index=0, finish_reason=finish, delta=Delta(role="assistant", **delta))
    made = ModelResponseStream(choices=[choice])
    if usage is not None:
        made.usage = usage
    return made


def call(
    index: int, arguments: str, id: str | None = None, name: str | None = None
) -> list[ChatCompletionDeltaToolCall]:
    function = Function(name=name, arguments=arguments)
    return [ChatCompletionDeltaToolCall(index=index, id=id, type="function", function=function)]


class Scripted(CustomLLM):
    def __init__(self, *chunks: ModelResponseStream | Exception) -> None:
        super().__init__()
        self.chunks = chunks
        self.asked: list[dict[str, Any]] = []

    async def astreaming(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:  # type: ignore[override]
        self.asked.append(kwargs)
        for made in self.chunks:
            if isinstance(made, Exception):
                raise made
            yield made


@pytest.fixture(autouse=True)
def providers() -> Iterator[None]:
    before = litellm.custom_provider_map
    yield
    litellm.custom_provider_map = before


async def test_a_custom_provider_streams_all_parts() -> None:
    handler = Scripted(
        chunk(reasoning_content="hm"),
        chunk(content="I "),
        chunk(content="look."),
        chunk(tool_calls=call(0, "", "c1", "f")),
        chunk(tool_calls=call(1, '{"b"', "c2", "g")),
        chunk(tool_calls=call(0, '{"a":1}')),
        chunk(tool_calls=call(1, ":2}")),
        chunk(content="", usage=Usage(prompt_tokens=10, completion_tokens=5, total_tokens=15)),
        chunk("tool_calls"),
    )
    register_offline(handler)
    notes = Notes()
    model = LiteLLMModel("offline/shopkeeper", tee=notes)
    response = await ask(model, parameters=with_tools("f", "g"))
    assert (notes.joined("reasoning"), notes.joined("text")) == ("hm", "I look.")
    assert [(made.tool_name, made.args) for made in response.tool_calls] == [("f", '{"a":1}'), ("g", '{"b":2}')]
    assert notes.used is not None
    assert (notes.used.input_tokens, notes.used.output_tokens, notes.used.priced) == (10, 5, False)
    assert [tool["function"]["name"] for tool in handler.asked[0]["optional_params"]["tools"]] == ["f", "g"]


async def test_the_last_handler_registered_answers() -> None:
    register_offline(Scripted(chunk(content="old"), chunk("stop")))
    register_offline(Scripted(chunk(content="new"), chunk("stop")))
    assert (await ask(LiteLLMModel("offline/shopkeeper"))).text == "new"
    assert len([item for item in litellm.custom_provider_map if item["provider"] == "offline"]) == 1


@pytest.mark.parametrize(("status", "expected"), [(429, RateLimited), (500, ProviderDown)])
async def test_errors_of_a_custom_provider(status: int, expected: type[Exception]) -> None:
    register_offline(Scripted(CustomLLMError(status, "no")))  # type: ignore[no-untyped-call]
    limits = ModelLimits(first_token=QUICK.first_token, retries=0)
    with pytest.raises(expected):
        await ask(LiteLLMModel("offline/shopkeeper", limits=limits))


def test_providers_of_names() -> None:
    assert provider_of("anthropic/claude-sonnet-4-5") == "anthropic"
    assert provider_of("gpt-4o-mini") == "openai"


def test_a_name_of_no_provider() -> None:
    with pytest.raises(ModelUnknown):
        provider_of("nonsense")


async def test_a_provider_litellm_does_not_know() -> None:
    with pytest.raises(ModelUnknown):
        await ask(LiteLLMModel("nonsense/model"))


@pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)
async def test_a_missing_key_is_the_operators_to_mend(wire: Format) -> None:
    with pytest.raises(AuthFailed) as caught:
        await ask(LiteLLMModel(wire.model, limits=QUICK))
    assert caught.value.actor == "operator"
