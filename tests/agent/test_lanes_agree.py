"""Both lanes read the same streams and must make the same parts of them."""

from __future__ import annotations

import pytest
from litellm.litellm_core_utils.streaming_handler import CustomStreamWrapper
from litellm.types.llms.openai import ChatCompletionUserMessage

from agent.answer import Answer
from agent.fast_lane import FastLane
from agent.litellm_setup import litellm
from agent.slow_lane import SlowLane
from agent.upstream import Lane
from tests.support.models import KEY, OPENAI
from tests.support.providers.loopback import Reply, provider
from tests.support.providers.script import Arguments, Call, End, Reasoning, Script, Text

SCRIPTS: dict[str, Script] = {
    "text": [Text("Hel"), Text("lo ✓"), End()],
    "one word": [Text("Hello"), End(input=1, output=1)],
    "reasoning": [Reasoning("one "), Reasoning("two"), Text("three"), End(cached=3, reasoning=4)],
    "a call": [Call(0, "c1", "f"), Arguments(0, '{"a"'), Arguments(0, ":1}"), End("tool_calls")],
    "parallel calls": [
        Call(0, "c1", "f"),
        Call(1, "c2", "g"),
        Arguments(1, '{"b"'),
        Arguments(0, '{"a":1}'),
        Arguments(1, ":2}"),
        End("tool_calls"),
    ],
    "all": [Reasoning("hm"), Text("I look."), Call(0, "c1", "f"), Arguments(0, "{}"), End("tool_calls")],
    "cut by length": [Text("Once upon"), End("length")],
    "cut by a filter": [Text("Once upon"), End("content_filter")],
    "white space": [Text("\n"), Text("  a\n\n"), Text(" "), End()],
}


async def opened(url: str) -> CustomStreamWrapper:
    wrapper = await litellm.acompletion(
        model=OPENAI.model,
        messages=[ChatCompletionUserMessage(role="user", content="hello")],
        stream=True,
        stream_options={"include_usage": True},
        api_key=KEY,
        api_base=url + OPENAI.path,
    )
    assert isinstance(wrapper, CustomStreamWrapper)
    return wrapper


async def drained(lane: Lane) -> Answer:
    answer = Answer()
    while await lane.read(answer):
        answer.take()
    answer.take()
    await lane.aclose()
    return answer


async def both(reply: Reply) -> tuple[Answer, Answer]:
    async with provider(reply) as made:
        fast = await drained(FastLane((await opened(made.url)).completion_stream.response))
        slow = await drained(SlowLane(await opened(made.url)))
    return fast, slow


# litellm 1.106 walks all attributes of OpenAI's chunks, pydantic's deprecated ones too.
@pytest.mark.filterwarnings("ignore:Accessing the 'model_:pydantic.warnings.PydanticDeprecatedSince211")
@pytest.mark.parametrize("size", [None, 7], ids=["whole", "slices"])
@pytest.mark.parametrize("name", SCRIPTS)
async def test_same_parts_usage_and_finish(name: str, size: int | None) -> None:
    fast, slow = await both(OPENAI.reply(SCRIPTS[name], slice=size))
    assert fast.whole() == slow.whole()
    assert fast.whole()
    assert (fast.finish, fast.tokens, fast.response_id) == (slow.finish, slow.tokens, slow.response_id)
