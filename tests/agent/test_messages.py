from __future__ import annotations

import json

import pytest
from litellm.types.llms.openai import AllMessageValues
from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    BinaryContent,
    DocumentUrl,
    ImageUrl,
    InstructionPart,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

from agent.messages import openai_messages


def mapped(*messages: ModelRequest | ModelResponse, instructions: str = "") -> list[AllMessageValues]:
    parts = [InstructionPart(content=instructions)] if instructions else []
    return openai_messages(messages, parts, "anthropic")


def test_instructions_and_system_prompts_lead_as_one_message() -> None:
    asked = ModelRequest(parts=[SystemPromptPart(content="b"), UserPromptPart(content="hi")])
    assert mapped(asked, instructions="a") == [
        {"role": "system", "content": "a\n\nb"},
        {"role": "user", "content": "hi"},
    ]


def test_no_system_message_without_instructions() -> None:
    assert mapped(ModelRequest(parts=[UserPromptPart(content="hi")])) == [{"role": "user", "content": "hi"}]


def test_images_are_blocks() -> None:
    content: list[UserContent] = [
        "see",
        ImageUrl(url="https://shop.example/a.png"),
        BinaryContent(b"\x01", media_type="image/png"),
    ]
    assert mapped(ModelRequest(parts=[UserPromptPart(content=content)])) == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "see"},
                {"type": "image_url", "image_url": {"url": "https://shop.example/a.png"}},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQ=="}},
            ],
        }
    ]


def test_other_files_are_refused() -> None:
    content: list[UserContent] = [DocumentUrl(url="https://shop.example/a.pdf")]
    with pytest.raises(UserError, match="document-url"):
        mapped(ModelRequest(parts=[UserPromptPart(content=content)]))


def test_calls_and_their_results() -> None:
    called = ModelResponse(
        parts=[TextPart("I look."), ToolCallPart("f", {"a": 1}, "c1"), ToolCallPart("g", None, "c2")]
    )
    returned = ModelRequest(parts=[ToolReturnPart("f", {"x": 1}, "c1"), ToolReturnPart("g", "none", "c2")])
    assert mapped(called, returned) == [
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}},
                {"id": "c2", "type": "function", "function": {"name": "g", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": '{"x":1}'},
        {"role": "tool", "tool_call_id": "c2", "content": "none"},
    ]


def test_malformed_arguments_go_back_as_json() -> None:
    (message,) = mapped(ModelResponse(parts=[ToolCallPart("f", '{"a"', "c1")]))
    assert message["role"] == "assistant"
    (call,) = message["tool_calls"] or []
    assert json.loads(call["function"]["arguments"]) == {"INVALID_JSON": '{"a"'}


def test_reasoning_goes_back_only_to_who_signed_it() -> None:
    own = ThinkingPart("hm", signature="s", provider_name="anthropic")
    others = ThinkingPart("ho", signature="t", provider_name="gemini")
    unsigned = ThinkingPart("hu", provider_name="anthropic")
    (message,) = mapped(ModelResponse(parts=[own, others, unsigned, TextPart("yes")]))
    assert message == {
        "role": "assistant",
        "content": "yes",
        "thinking_blocks": [{"type": "thinking", "thinking": "hm", "signature": "s"}],
    }


def test_an_answer_of_reasoning_only_is_left_out() -> None:
    assert mapped(ModelResponse(parts=[ThinkingPart("hm")])) == []
