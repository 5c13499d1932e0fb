"""Shapes of OpenAI's streamed chat completions, as far as they are read here."""

from __future__ import annotations

from typing import TypedDict


class Function(TypedDict, total=False):
    name: str | None
    arguments: str | None


class ToolCall(TypedDict, total=False):
    index: int | None
    id: str | None
    function: Function | None


class Delta(TypedDict, total=False):
    content: str | None
    reasoning_content: str | None
    reasoning: str | None
    tool_calls: list[ToolCall] | None


class Choice(TypedDict, total=False):
    delta: Delta | None
    finish_reason: str | None


class InputDetails(TypedDict, total=False):
    cached_tokens: int | None
    cache_creation_tokens: int | None


class OutputDetails(TypedDict, total=False):
    reasoning_tokens: int | None


class Usage(TypedDict, total=False):
    prompt_tokens: int | None
    completion_tokens: int | None
    prompt_tokens_details: InputDetails | None
    completion_tokens_details: OutputDetails | None


class ErrorBody(TypedDict, total=False):
    message: str | None
    type: str | None
    code: str | int | None


class Chunk(TypedDict, total=False):
    id: str | None
    choices: list[Choice] | None
    usage: Usage | None
    error: ErrorBody | str | None
