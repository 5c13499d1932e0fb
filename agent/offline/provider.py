"""The offline model as a litellm provider."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from litellm.llms.custom_llm import CustomLLM
from litellm.types.utils import (
    ChatCompletionDeltaToolCall,
    Choices,
    Delta,
    Function,
    Message,
    ModelResponse,
    ModelResponseStream,
    StreamingChoices,
    Usage,
)

from agent.offline.reply import reply
from agent.offline.stream import CallInput, CallStart, Finish, Piece, Reasoning, Text, limited, prompt_tokens


class Shopkeeper(CustomLLM):
    """Answers for `offline/shopkeeper`. `pace` is the pause between two pieces of text, in seconds; 0 for none.

    Of the options only max_tokens means anything to it: the rules leave nothing to chance.
    """

    def __init__(self, *, pace: float = 0.015) -> None:
        super().__init__()
        self.pace = pace

    async def astreaming(  # type: ignore[override]
        self, model: str, messages: list[Any], *, optional_params: Mapping[str, Any], **_: object
    ) -> AsyncIterator[ModelResponseStream]:
        """Chunks in OpenAI's form: reasoning, text, tool calls; then the usage, and the reason of the end alone."""
        pieces, finish, usage = _answer(messages, optional_params)
        for piece in pieces:
            yield _chunk(_delta(piece))
            if self.pace and isinstance(piece, (Text, Reasoning)):
                await asyncio.sleep(self.pace)
        used = _chunk(Delta(role="assistant", content=""))
        used.usage = usage
        yield used
        yield _chunk(Delta(role="assistant"), finish)

    async def acompletion(  # type: ignore[override]
        self,
        model: str,
        messages: list[Any],
        *,
        model_response: ModelResponse,
        optional_params: Mapping[str, Any],
        **_: object,
    ) -> ModelResponse:
        """The whole answer at once, without a pause."""
        pieces, finish, usage = _answer(messages, optional_params)
        model_response.choices = [Choices(index=0, finish_reason=finish, message=_message(pieces))]
        model_response.usage = usage  # type: ignore[attr-defined]
        return model_response


def _answer(messages: list[Any], options: Mapping[str, Any]) -> tuple[Sequence[Piece], Finish, Usage]:
    tools = options.get("tools")
    if options.get("tool_choice") == "none":
        tools = None
    pieces, finish = limited(reply(messages, tools), _limit(options))
    reading = prompt_tokens(messages, tools)
    thinking = sum(isinstance(piece, Reasoning) for piece in pieces)
    usage = Usage(
        prompt_tokens=reading,
        completion_tokens=len(pieces),
        total_tokens=reading + len(pieces),
        reasoning_tokens=thinking,
    )
    return pieces, finish, usage


def _limit(options: Mapping[str, Any]) -> int | None:
    given = options.get("max_completion_tokens", options.get("max_tokens"))
    return given if isinstance(given, int) else None


def _delta(piece: Piece) -> Delta:
    match piece:
        case Reasoning(delta):
            return Delta(role="assistant", reasoning_content=delta)
        case Text(delta):
            return Delta(role="assistant", content=delta)
        case CallStart(index, name):
            return Delta(role="assistant", tool_calls=[_call_delta(index, "", call_id=_call_id(), name=name)])
        case CallInput(index, delta):
            return Delta(role="assistant", tool_calls=[_call_delta(index, delta)])


def _call_delta(
    index: int, arguments: str, *, call_id: str | None = None, name: str | None = None
) -> ChatCompletionDeltaToolCall:
    function = Function(name=name, arguments=arguments)
    return ChatCompletionDeltaToolCall(index=index, id=call_id, type="function", function=function)


def _chunk(delta: Delta, finish: Finish | None = None) -> ModelResponseStream:
    return ModelResponseStream(choices=[StreamingChoices(index=0, finish_reason=finish, delta=delta)])


def _message(pieces: Sequence[Piece]) -> Message:
    names = {piece.index: piece.name for piece in pieces if isinstance(piece, CallStart)}
    inputs = {
        index: "".join(piece.delta for piece in pieces if isinstance(piece, CallInput) and piece.index == index)
        for index in names
    }
    calls = [
        {"id": _call_id(), "type": "function", "function": {"name": name, "arguments": inputs[index]}}
        for index, name in names.items()
    ]
    return Message(
        role="assistant",
        content="".join(piece.delta for piece in pieces if isinstance(piece, Text)) or None,
        reasoning_content="".join(piece.delta for piece in pieces if isinstance(piece, Reasoning)) or None,
        tool_calls=calls or None,
    )


def _call_id() -> str:
    """Unique, as every provider's is; nothing else of an answer differs from one time to the next."""
    return f"call_{uuid4().hex}"
