from __future__ import annotations

import json

import pytest
from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, PartDeltaEvent, PartStartEvent, TextPart, ThinkingPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agent.errors import AuthFailed
from agent.litellm_model import LiteLLMModel
from agent.settings import AgentSettings
from tests.support.models import ANTHROPIC, FORMATS, GEMINI, KEY, OPENAI, Format, Notes, ask, said, served, with_tools
from tests.support.providers.script import Arguments, Call, End, Reasoning, Text

every_format = pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)

SCRIPT = (
    Reasoning("Shoes, "),
    Reasoning("cheap."),
    Text("I will "),
    Text("look ✓"),
    Call(0, "c1", "search"),
    Call(1, "c2", "view"),
    Arguments(0, '{"a"'),
    Arguments(1, '{"a":2}'),
    Arguments(0, ":1}"),
    End("tool_calls", input=30, output=20, cached=10, reasoning=5),
)


def parts_of(response: ModelResponse) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for part in response.parts:
        match part:
            case TextPart() | ThinkingPart():
                found.append((part.part_kind, part.content))
            case ToolCallPart():
                found.append((part.tool_name, part.args_as_dict()))
            case _:
                found.append((part.part_kind, None))
    return found


@every_format
async def test_text_reasoning_and_parallel_calls_arrive(wire: Format) -> None:
    notes = Notes()
    async with served(wire, wire.reply(SCRIPT), tee=notes) as (model, _):
        response = await ask(model, parameters=with_tools("search", "view"))
    assert parts_of(response) == [
        ("thinking", "Shoes, cheap."),
        ("text", "I will look ✓"),
        ("search", {"a": 1}),
        ("view", {"a": 2}),
    ]
    assert response.finish_reason == "tool_call"
    assert response.state == "complete"
    assert notes.joined("reasoning") == "Shoes, cheap."
    assert notes.joined("text") == "I will look ✓"
    assert notes.entries[0] == ("step", wire.model)
    assert notes.entries[-1] == ("end",)


@every_format
async def test_tee_and_graph_know_calls_by_the_same_ids(wire: Format) -> None:
    notes = Notes()
    async with served(wire, wire.reply(SCRIPT), tee=notes) as (model, _):
        response = await ask(model, parameters=with_tools("search", "view"))
    teed = [(entry[2], entry[3]) for entry in notes.entries if entry[0] == "tool" and entry[2]]
    calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
    assert teed == [(call.tool_call_id, call.tool_name) for call in calls]
    for index, call in enumerate(calls):
        assert notes.arguments(index) == call.args


@every_format
async def test_usage_is_counted_and_priced(wire: Format) -> None:
    notes = Notes()
    async with served(wire, wire.reply(SCRIPT), tee=notes) as (model, _):
        response = await ask(model)
    used = notes.used
    assert used is not None
    assert (used.model, used.input_tokens, used.output_tokens, used.cached_tokens) == (wire.model, 30, 20, 10)
    assert used.priced
    assert used.cost > 0
    assert used.first_token_ms is not None
    assert 0 < used.first_token_ms <= used.total_ms
    assert (response.usage.input_tokens, response.usage.cache_read_tokens) == (30, 10)
    # Anthropic does not count its reasoning; litellm estimates it.
    assert used.reasoning_tokens == 5 or wire is ANTHROPIC


async def test_reasoning_by_its_other_name_arrives() -> None:
    reply = OPENAI.reply([Text("x"), End()])
    steps = [step.replace(b'"content": "x"', b'"reasoning": "hm"') for step in reply.steps if isinstance(step, bytes)]
    notes = Notes()
    async with served(OPENAI, type(reply)(steps), tee=notes) as (model, _):
        await ask(model)
    assert notes.joined("reasoning") == "hm"


@every_format
async def test_options_reach_the_provider(wire: Format) -> None:
    settings = ModelSettings(max_tokens=50, temperature=0.0, top_p=0.5)
    async with served(wire, wire.reply([Text("x"), End()])) as (model, provider):
        await ask(model, settings=settings)
    body = provider.asked[0].body
    sent = body.get("generationConfig", body)
    assert sent["temperature"] == 0
    assert sent["top_p"] == 0.5
    assert 50 in (sent.get("max_tokens"), sent.get("max_output_tokens"), sent.get("max_completion_tokens"))


async def test_all_options_in_openai_format() -> None:
    settings = ModelSettings(
        frequency_penalty=0.0, presence_penalty=-0.5, seed=7, stop_sequences=["."], parallel_tool_calls=False
    )
    async with served(OPENAI, OPENAI.reply([Text("x"), End()])) as (model, provider):
        await ask(model, settings=settings, parameters=with_tools("search"))
    body = provider.asked[0].body
    assert (body["frequency_penalty"], body["presence_penalty"], body["seed"]) == (0, -0.5, 7)
    assert (body["stop"], body["parallel_tool_calls"], body["tool_choice"]) == (["."], False, "auto")
    assert body["tools"][0]["function"]["name"] == "search"
    assert body["stream_options"] == {"include_usage": True}


async def test_an_option_the_provider_lacks_is_dropped() -> None:
    async with served(ANTHROPIC, ANTHROPIC.reply([Text("x"), End()])) as (model, provider):
        await ask(model, settings=ModelSettings(presence_penalty=0.5, seed=3))
    assert not {"presence_penalty", "seed"} & provider.asked[0].body.keys()


async def test_an_unset_option_is_not_sent() -> None:
    async with served(OPENAI, OPENAI.reply([Text("x"), End()])) as (model, provider):
        await ask(model)
    assert provider.asked[0].body.keys() == {"messages", "model", "stream", "stream_options"}


async def test_a_tee_leaves_the_graph_one_event_a_part() -> None:
    script = [Text(letter) for letter in "abcdefghij"]
    async with (
        served(OPENAI, OPENAI.reply([*script, End()], slice=40), tee=Notes()) as (model, _),
        model.request_stream(said("hello"), None, ModelRequestParameters()) as stream,
    ):
        events = [event async for event in stream]
    assert [event for event in events if isinstance(event, PartDeltaEvent)] == []
    assert len([event for event in events if isinstance(event, PartStartEvent)]) == 1


async def test_without_a_tee_the_graph_gets_deltas() -> None:
    script = [Text(letter) for letter in "abcdefghij"]
    async with (
        served(OPENAI, OPENAI.reply([*script, End()], slice=40)) as (model, _),
        model.request_stream(said("hello"), None, ModelRequestParameters()) as stream,
    ):
        events = [event async for event in stream]
    assert len([event for event in events if isinstance(event, PartDeltaEvent)]) > 1


@every_format
async def test_an_agent_goes_through_a_tool(wire: Format) -> None:
    first = [Reasoning("hm"), Call(0, "c1", "price"), Arguments(0, '{"of":"socks"}'), End("tool_calls")]
    async with served(wire, wire.reply(first), wire.reply([Text("They cost 4."), End()])) as (model, provider):
        agent = Agent(model, instructions="Be brief.")

        @agent.tool_plain
        def price(of: str) -> str:
            return f"{of}: 4"

        result = await agent.run("How much?")
    assert result.output == "They cost 4."
    sent = str(provider.asked[1].body)
    assert "socks: 4" in sent
    assert "Be brief." in sent


@every_format
async def test_an_agent_lets_the_model_mend_a_call(wire: Format) -> None:
    bad = [Call(0, "c1", "price"), Arguments(0, '{"off":"socks"}'), End("tool_calls")]
    good = [Call(0, "c2", "price"), Arguments(0, '{"of":"socks"}'), End("tool_calls")]
    replies = (wire.reply(bad), wire.reply(good), wire.reply([Text("They cost 4."), End()]))
    async with served(wire, *replies) as (model, provider):
        agent = Agent(model)

        @agent.tool_plain
        def price(of: str) -> str:
            return f"{of}: 4"

        result = await agent.run("How much?")
    assert result.output == "They cost 4."
    assert "missing" in str(provider.asked[1].body).lower()


async def test_an_agent_lets_the_model_mend_json() -> None:
    bad = [Call(0, "c1", "price"), Arguments(0, '{"of": '), End("tool_calls")]
    async with served(OPENAI, OPENAI.reply(bad), OPENAI.reply([Text("Sorry."), End()])) as (model, provider):
        agent = Agent(model)

        @agent.tool_plain
        def price(of: str) -> str:
            return f"{of}: 4"

        result = await agent.run("How much?")
    assert result.output == "Sorry."
    assert json.loads(provider.asked[1].body["messages"][1]["tool_calls"][0]["function"]["arguments"])


@every_format
async def test_an_agent_passes_errors_on_as_they_are(wire: Format) -> None:
    async with served(wire, wire.error(401, "no")) as (model, _):
        with pytest.raises(AuthFailed):
            await Agent(model).run("hello")


async def test_anthropic_gets_its_signed_thinking_back() -> None:
    first = [Reasoning("hm"), Call(0, "c1", "price"), Arguments(0, "{}"), End("tool_calls")]
    replies = (ANTHROPIC.reply(first), ANTHROPIC.reply([Text("4"), End()]))
    async with served(ANTHROPIC, *replies) as (model, provider):
        agent = Agent(model)

        @agent.tool_plain
        def price() -> str:
            return "4"

        await agent.run("How much?")
    answer = provider.asked[1].body["messages"][1]
    assert answer["content"][0] == {"type": "thinking", "thinking": "hm", "signature": "c2lnbmVk"}


@every_format
async def test_a_connection_is_used_again(wire: Format) -> None:
    async with served(wire, wire.reply([Text("x"), End()])) as (model, provider):
        await ask(model)
        await ask(model)
    assert provider.connections == 1


async def test_the_key_travels_only_in_headers() -> None:
    for wire in (OPENAI, ANTHROPIC, GEMINI):
        async with served(wire, wire.reply([Text("x"), End()])) as (model, provider):
            await ask(model)
        asked = provider.asked[0]
        assert KEY in str(asked.headers)
        assert KEY not in asked.path + str(asked.body)


def test_settings_make_a_model() -> None:
    settings = AgentSettings(model="openai/a", fallback_models=("openai/b",))
    assert LiteLLMModel.configured(settings).model_name == "openai/a"
    assert LiteLLMModel.configured(settings, name="gemini/c").system == "gemini"
