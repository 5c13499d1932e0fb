from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.ui_message import ui_message
from storage.messages import Message
from storage.parts import (
    Approval,
    DataPart,
    FilePart,
    Part,
    ReasoningPart,
    SourceDocumentPart,
    SourceUrlPart,
    TextPart,
    ToolPart,
)

ONE = UUID(int=1)
ANSWER = Message(ONE, ONE, None, "m-1", "assistant", {}, datetime(2026, 1, 1, tzinfo=UTC))
META = {"openai": {"itemId": "x"}}
CALL = ToolPart(order=0, step=0, tool_call_id="c", tool_name="look")
ASKED = replace(CALL, state="approval-requested", input={}, approval=Approval(id=ONE))
LOOK: dict[str, Any] = {"type": "tool-look", "toolCallId": "c"}


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (TextPart(order=0, step=0, text="Hi"), {"type": "text", "text": "Hi", "state": "streaming"}),
        (
            TextPart(order=0, step=0, text="Hi", closed=True, provider_metadata=META),
            {"type": "text", "text": "Hi", "state": "done", "providerMetadata": META},
        ),
        (
            ReasoningPart(order=3, step=0, text="hm", closed=True),
            {"type": "reasoning", "id": "3", "text": "hm", "state": "done"},
        ),
        (FilePart(order=0, step=0, url="u", media_type="m/t"), {"type": "file", "url": "u", "mediaType": "m/t"}),
        (
            FilePart(order=0, step=0, url="u", media_type="m/t", filename="f"),
            {"type": "file", "url": "u", "mediaType": "m/t", "filename": "f"},
        ),
        (
            SourceUrlPart(order=0, step=0, source_id="s", url="u"),
            {"type": "source-url", "sourceId": "s", "url": "u"},
        ),
        (
            SourceDocumentPart(order=0, step=0, source_id="s", media_type="m/t", title="T", filename="f"),
            {"type": "source-document", "sourceId": "s", "mediaType": "m/t", "title": "T", "filename": "f"},
        ),
        (DataPart(order=0, step=0, name="cart", content=None), {"type": "data-cart", "data": None}),
        (CALL, {**LOOK, "state": "input-streaming"}),
        (replace(CALL, state="input-available", input={}), {**LOOK, "state": "input-available", "input": {}}),
        (
            replace(CALL, state="output-available", input={"a": 1}, output=None, provider_metadata=META),
            {**LOOK, "state": "output-available", "input": {"a": 1}, "output": None, "callProviderMetadata": META},
        ),
        (
            replace(CALL, state="output-error", input_text='{"a', error_text="cut"),
            {**LOOK, "state": "output-error", "input": '{"a', "errorText": "cut"},
        ),
        (ASKED, {**LOOK, "state": "approval-requested", "input": {}, "approval": {"id": str(ONE)}}),
        (
            replace(ASKED, state="output-denied", approval=Approval(id=ONE, approved=False, reason="too dear")),
            {
                **LOOK,
                "state": "output-denied",
                "input": {},
                "approval": {"id": str(ONE), "approved": False, "reason": "too dear"},
            },
        ),
    ],
)
def test_a_part_as_a_client_has_it(part: Part, shown: dict[str, object]) -> None:
    assert ui_message(ANSWER, [part])["parts"] == [{"type": "step-start"}, shown]


def test_steps_begin_with_a_part_of_their_own_in_answers_only() -> None:
    texts = [TextPart(order=order, step=step, text="x") for order, step in enumerate((0, 0, 1))]
    answer = ui_message(ANSWER, texts)["parts"]
    question = ui_message(replace(ANSWER, role="user"), texts)["parts"]
    assert isinstance(answer, list)
    assert isinstance(question, list)
    assert [part["type"] for part in answer] == ["step-start", "text", "text", "step-start", "text"]
    assert [part["type"] for part in question] == ["text"] * 3


def test_metadata_is_there_when_there_is_some() -> None:
    assert "metadata" not in ui_message(ANSWER, [])
    assert ui_message(replace(ANSWER, metadata={"a": 1}), []) == {
        "id": "m-1", "role": "assistant", "parts": [], "metadata": {"a": 1},
    }  # fmt: skip
