from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field
from typing_extensions import TypedDict

from tests.support.tool_context import NOBODY
from tools.arguments import Words
from tools.context import ToolContext
from tools.errors import BadArguments
from tools.quote import Quote
from tools.results import ToolResult
from tools.tool import tool


class Echo(TypedDict):
    """What was said."""

    text: str
    times: int


@tool(effect="read")
async def echo(
    ctx: ToolContext,
    text: Annotated[Words, Field(description="What to say.")],
    times: Annotated[int, Field(ge=1, le=3, description="How often.")] = 1,
) -> ToolResult[Echo]:
    """Say it again."""
    return ToolResult({"text": text, "times": times})


def test_a_tool_is_described_by_its_signature() -> None:
    assert (echo.name, echo.description, echo.effect, echo.confirm) == ("echo", "Say it again.", "read", None)
    assert echo.input_schema == {
        "type": "object",
        "additionalProperties": False,
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "What to say."},
            "times": {"type": "integer", "minimum": 1, "maximum": 3, "default": 1, "description": "How often."},
        },
    }
    assert echo.output_schema == {
        "type": "object",
        "description": "What was said.",
        "required": ["text", "times"],
        "properties": {"text": {"type": "string"}, "times": {"type": "integer"}},
    }


async def test_arguments_are_validated_and_defaults_filled_in() -> None:
    assert (await echo.call(NOBODY, {"text": " hello "})).output == {"text": "hello", "times": 1}
    assert (await echo.call(NOBODY, {"text": "hello", "times": 3})).output == {"text": "hello", "times": 3}


async def test_what_a_row_cannot_hold_is_taken_out() -> None:
    assert (await echo.call(NOBODY, {"text": "a\x00b\ud800c"})).output == {"text": "abc", "times": 1}


@pytest.mark.parametrize(
    ("arguments", "field", "sentence"),
    [
        ({}, "text", "text is missing."),
        ({"text": "a", "user_id": "b"}, "user_id", "user_id is not an argument of this tool."),
        ({"text": "a", "times": 9}, "times", "times: Input should be less than or equal to 3."),
        ({"text": "\x00 "}, "text", "text: String should have at least 1 character."),
        ({"text": "a" * 1001}, "text", "text: String should have at most 1000 characters."),
        ({"text": ["a"]}, "text", "text: Input should be a valid string."),
    ],
)
async def test_bad_arguments_are_named_for_the_model(arguments: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(BadArguments) as refused:
        await echo.call(NOBODY, arguments)
    assert (refused.value.actor, refused.value.field) == ("model", field)
    assert refused.value.detail == f"{sentence} Arguments: text, times."


async def test_a_refusal_never_repeats_the_values_and_stays_short() -> None:
    arguments: dict[str, object] = {f"{'key' * 100}{number}": "secret" for number in range(50)}
    with pytest.raises(BadArguments) as refused:
        await echo.call(NOBODY, arguments | {"times": "secret"})
    assert "secret" not in refused.value.detail
    assert len(refused.value.detail) < 1000


def test_a_tool_without_a_docstring_is_refused() -> None:
    async def silent(ctx: ToolContext) -> ToolResult[Echo]:
        return ToolResult({"text": "", "times": 0})

    with pytest.raises(TypeError, match="docstring"):
        tool(effect="read")(silent)


def test_a_tool_with_another_result_is_refused() -> None:
    async def wrong(ctx: ToolContext) -> ToolResult[Echo]:
        """Promises what it does not give."""
        return ToolResult({"text": "", "times": 0})

    wrong.__annotations__["return"] = dict
    with pytest.raises(TypeError, match="ToolResult"):
        tool(effect="read")(wrong)


async def quote_echo(ctx: ToolContext, text: Words, times: int = 1) -> Quote:
    return Quote(summary=f"Say {text} {times} times.", facts={"times": times})


async def echo_later(ctx: ToolContext, text: Words, times: int = 1) -> ToolResult[Echo]:
    """Say it once somebody has confirmed."""
    return ToolResult({"text": text, "times": times})


async def test_a_quote_takes_the_tools_own_arguments_checked() -> None:
    made = tool(effect="write", confirm=quote_echo)(echo_later)
    assert (await made.quote(NOBODY, {"text": " a "})).summary == "Say a 1 times."
    with pytest.raises(BadArguments):
        await made.quote(NOBODY, {})
    with pytest.raises(TypeError, match="no confirmation"):
        await echo.quote(NOBODY, {"text": "a"})


def test_a_quote_with_other_arguments_is_refused() -> None:
    async def quote(ctx: ToolContext, text: Words) -> Quote:
        return Quote(summary="")

    with pytest.raises(TypeError, match="same arguments"):
        tool(effect="write", confirm=quote)(echo_later)


def test_a_tool_that_only_reads_has_nothing_to_confirm() -> None:
    with pytest.raises(TypeError, match="only reads"):
        tool(effect="read", confirm=quote_echo)(echo_later)
