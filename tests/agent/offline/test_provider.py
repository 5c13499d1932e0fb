"""The shopkeeper as the service meets it: through litellm, under a pydantic-ai agent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from litellm.types.utils import ChatCompletionMessageToolCall, ModelResponse
from pydantic_ai import Agent, ToolFailed
from pydantic_ai.messages import ModelMessage, ThinkingPart, ToolCallPart
from pydantic_ai.messages import ModelResponse as Response
from pydantic_ai.settings import ModelSettings

from agent.litellm_model import LiteLLMModel
from agent.litellm_setup import litellm
from agent.offline.provider import Shopkeeper
from agent.providers import register_offline
from tests.agent.offline.shop import TOOLS, Shop

MODEL = "offline/shopkeeper"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    before = litellm.custom_provider_map
    register_offline(Shopkeeper(pace=0))
    yield
    litellm.custom_provider_map = before


def agent_of(shop: Shop) -> Agent[None, str]:
    agent = Agent(LiteLLMModel(MODEL), instructions="You are the shop assistant.")

    def answer(name: str, **arguments: Any) -> Any:
        text = shop.run(name, {key: value for key, value in arguments.items() if value is not None})
        if not text.startswith("{"):
            raise ToolFailed(text)
        return orjson.loads(text)

    @agent.tool_plain
    def search_products(query: str, max_price: float | None = None, limit: int = 5) -> Any:
        return answer("search_products", query=query, max_price=max_price, limit=limit)

    @agent.tool_plain
    def view_cart() -> Any:
        return answer("view_cart")

    @agent.tool_plain(sequential=True)
    def update_cart(product_id: str, quantity: int) -> Any:
        return answer("update_cart", product_id=product_id, quantity=quantity)

    return agent


def called(messages: list[ModelMessage]) -> list[str]:
    return [part.tool_name for message in messages for part in message.parts if isinstance(part, ToolCallPart)]


async def test_a_chat_through_litellm() -> None:
    shop = Shop()
    agent = agent_of(shop)
    first = await agent.run("find mugs under 10 and a kettle")
    assert "For “mugs” up to 10 I found these:\n\n1. **Red Mug**" in first.output
    assert called(first.new_messages()) == ["search_products", "search_products"]
    second = await agent.run("add two of the first and one of the second", message_history=first.all_messages())
    assert shop.cart == {"m1": 2}
    assert "I put 2 × **Red Mug** into your cart." in second.output
    assert "could not put **Blue Mug** into your cart: Only 0 of it are in stock" in second.output
    assert called(second.new_messages()) == ["view_cart", "update_cart", "update_cart"]


async def test_reasoning_usage_and_the_reason_of_the_end_arrive() -> None:
    result = await agent_of(Shop()).run("kettles")
    responses = [message for message in result.all_messages() if isinstance(message, Response)]
    assert [part.content for part in responses[0].parts if isinstance(part, ThinkingPart)] == [
        "Taken as: a search for “kettles”."
    ]
    assert [response.finish_reason for response in responses] == ["tool_call", "stop"]
    for response in responses:
        assert response.usage.input_tokens > 50
        assert response.usage.output_tokens > 5


async def test_max_tokens_cuts_the_answer() -> None:
    result = await agent_of(Shop()).run("hello", model_settings=ModelSettings(max_tokens=5, temperature=1.5))
    last = result.all_messages()[-1]
    assert isinstance(last, Response)
    assert (last.finish_reason, last.usage.output_tokens) == ("length", 5)
    assert result.output == "Hello! I am the offline"


async def test_a_whole_answer_at_once() -> None:
    messages = [{"role": "user", "content": "kettles under 30"}]
    response = await litellm.acompletion(MODEL, messages, tools=TOOLS, _skip_mcp_handler=True)
    assert isinstance(response, ModelResponse)
    (choice,) = response.choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls is not None
    (call,) = choice.message.tool_calls
    assert isinstance(call, ChatCompletionMessageToolCall)
    assert call.function.name == "search_products"
    assert orjson.loads(call.function.arguments) == {"query": "kettles", "max_price": 30}


async def test_tools_that_are_not_to_be_chosen_are_not_called() -> None:
    messages = [{"role": "user", "content": "kettles"}]
    response = await litellm.acompletion(MODEL, messages, tools=TOOLS, tool_choice="none", _skip_mcp_handler=True)
    assert "does not offer that here" in response.choices[0].message.content


async def test_the_pace_is_kept_and_a_cancelled_answer_stops() -> None:
    register_offline(Shopkeeper(pace=0.005))
    began = time.perf_counter()
    await agent_of(Shop()).run("thanks")
    assert time.perf_counter() - began > 0.05
    register_offline(Shopkeeper(pace=30))
    task = asyncio.create_task(agent_of(Shop()).run("hello"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)
