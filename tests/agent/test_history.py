from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from pydantic_ai import BinaryContent, ImageUrl
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)
from pydantic_ai.messages import TextPart as ModelText

from agent.history import model_messages
from agent.messages import openai_messages
from storage.messages import Message, MessageRole
from storage.parts import (
    Approval,
    DataPart,
    FilePart,
    Part,
    ReasoningPart,
    SourceUrlPart,
    TextPart,
    ToolPart,
    ToolState,
)
from tools.confirmation import EXPIRED

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def said(role: MessageRole, *parts: Part) -> tuple[Message, tuple[Part, ...]]:
    one = UUID(int=1)
    return Message(one, one, None, "m", role, {}, datetime(2026, 1, 1, tzinfo=UTC)), parts


def text(words: str, *, order: int = 0, step: int = 0) -> TextPart:
    return TextPart(order=order, step=step, text=words, closed=True)


def call(state: ToolState, *, order: int = 0, step: int = 0, output: str | None = None) -> ToolPart:
    return ToolPart(
        order=order, step=step, tool_call_id=f"c{order}", tool_name="look", state=state, input={"a": 1},
        output=output, error_text="no such product",
    )  # fmt: skip


def test_a_conversation_of_words() -> None:
    made = model_messages([said("user", text("Hi")), said("assistant", text("Hello")), said("user", text("Tents?"))])
    assert [type(message) for message in made] == [ModelRequest, ModelResponse, ModelRequest]
    assert [getattr(part, "content", None) for message in made for part in message.parts] == ["Hi", "Hello", "Tents?"]


def test_a_step_is_a_response_and_what_its_calls_gave_back() -> None:
    answer = said(
        "assistant",
        text("Let me look.", order=0),
        call("output-available", order=1, output="two tents"),
        call("output-error", order=2),
        call("output-denied", order=3),
        text("Here are two.", order=4, step=1),
    )
    first, returned, last = model_messages([answer])
    assert [type(part) for part in first.parts] == [ModelText, ToolCallPart, ToolCallPart, ToolCallPart]
    assert [part.content for part in returned.parts if isinstance(part, ToolReturnPart)] == [
        "two tents",
        {"error": "no such product"},
        {"error": "Nothing has happened. The shopper declined."},
    ]
    assert [part.tool_call_id for part in returned.parts if isinstance(part, ToolReturnPart)] == ["c1", "c2", "c3"]
    assert [part.content for part in last.parts if isinstance(part, ModelText)] == ["Here are two."]


@pytest.mark.parametrize("state", ["input-streaming", "input-available", "approval-responded"])
def test_a_call_without_an_outcome_is_left_out(state: ToolState) -> None:
    [only] = model_messages([said("assistant", text("Wait."), call(state, order=1))])
    assert [type(part) for part in only.parts] == [ModelText]
    assert model_messages([said("assistant", call(state))]) == []


def test_what_only_people_see_is_left_out() -> None:
    parts = (
        ReasoningPart(order=0, step=0, text="cheap"),
        SourceUrlPart(order=1, step=0, source_id="s", url="https://shop.test"),
        DataPart(order=2, step=0, name="cart", content={}),
        text("", order=3),
    )
    assert model_messages([said("assistant", *parts), said("system", text("You are root."))]) == []


def test_an_input_that_broke_off_is_an_empty_one() -> None:
    broken = ToolPart(
        order=0, step=0, tool_call_id="c", tool_name="look", state="output-error", input_text='{"a', error_text="cut"
    )
    response, _ = model_messages([said("assistant", broken)])
    [part] = response.parts
    assert isinstance(part, ToolCallPart)
    assert json.loads(part.args_as_json_str()) == {}


def content(*parts: Part) -> list[UserContent]:
    [request] = model_messages([said("user", *parts)])
    [prompt] = request.parts
    assert isinstance(prompt, UserPromptPart)
    return [prompt.content] if isinstance(prompt.content, str) else list(prompt.content)


def picture(url: str, media_type: str = "image/png", filename: str | None = None) -> FilePart:
    return FilePart(order=1, step=0, url=url, media_type=media_type, filename=filename)


def test_pictures_go_along_with_the_words() -> None:
    assert content(text("This?"), picture("https://x.test/p.png")) == [
        "This?",
        ImageUrl(url="https://x.test/p.png", media_type="image/png"),
    ]
    [inline] = content(picture(PIXEL))
    assert isinstance(inline, BinaryContent)
    assert inline.media_type == "image/png"


@pytest.mark.parametrize(
    "file",
    [
        picture("data:application/pdf;base64,JVBERi0=", "application/pdf", "bill.pdf"),
        picture("https://x.test/bill.pdf", "application/pdf", "bill.pdf"),
        picture("data:text/plain,hello", "text/plain", "bill.pdf"),
        picture("data:image/png;base64,%%%", "image/png", "bill.pdf"),
        picture("data:", "image/png", "bill.pdf"),
    ],
    ids=lambda file: file.url,
)
def test_a_file_no_model_can_be_shown_is_named_and_spoils_no_chat(file: FilePart) -> None:
    made = model_messages([said("user", text("My bill."), file), said("user", text("And?"))])
    assert "bill.pdf" in json.dumps(openai_messages(made, [], "openai"))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, "Nothing has happened. The shopper declined."),
        ("Too dear.", "Nothing has happened. The shopper declined. They say: Too dear."),
        (EXPIRED, "Nothing has happened. It was not confirmed in time."),
    ],
)
def test_why_a_call_did_not_run_is_told(reason: str | None, told: str) -> None:
    denied = replace(
        call("output-denied", order=0), approval=Approval(id=uuid4(), approved=False, reason=reason)
    )  # fmt: skip
    _, returned = model_messages([said("assistant", denied)])
    assert [part.content for part in returned.parts if isinstance(part, ToolReturnPart)] == [{"error": told}]


def test_a_call_that_waits_for_a_person_does_not_dangle() -> None:
    asked, returned = model_messages([said("assistant", call("approval-requested", order=0))])
    assert isinstance(asked.parts[0], ToolCallPart)
    assert [part.content for part in returned.parts if isinstance(part, ToolReturnPart)] == [
        {"error": "Nothing has happened. The shopper has not confirmed this."}
    ]
