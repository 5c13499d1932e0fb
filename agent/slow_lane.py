from __future__ import annotations

from types import AsyncGeneratorType

from litellm.litellm_core_utils.streaming_handler import CustomStreamWrapper
from litellm.types.utils import ChatCompletionDeltaToolCall, Delta, ModelResponseStream
from litellm.types.utils import Usage as LiteLLMUsage

from agent.answer import FINISHES, Answer, Tokens
from agent.errors import StreamCut


class SlowLane:
    """Reads through litellm's wrapper, which translates Anthropic's, Gemini's and custom providers' formats."""

    def __init__(self, wrapper: CustomStreamWrapper) -> None:
        self._wrapper = wrapper

    async def read(self, answer: Answer) -> bool:
        """Wait for the next chunk and grow `answer` by it; False once the stream is over.

        Raises StreamCut where the provider's stream ended without a finish reason (litellm would say "stop"), and
        litellm's errors as they come.
        """
        try:
            chunk = await anext(self._wrapper)
        except StopAsyncIteration:
            return self._end()
        _grow(answer, chunk)
        return True

    async def aclose(self) -> None:
        # The wrapper cannot close Anthropic's iterator, only lets go of it; its lines hold the connection.
        lines = getattr(self._wrapper.completion_stream, "streaming_response", None)
        await self._wrapper.aclose()  # type: ignore[no-untyped-call]
        if isinstance(lines, AsyncGeneratorType) and not lines.ag_running:
            await lines.aclose()

    def _end(self) -> bool:
        if self._wrapper.received_finish_reason is None and self._wrapper.intermittent_finish_reason is None:
            raise StreamCut
        return False


def _grow(answer: Answer, chunk: ModelResponseStream) -> None:
    if chunk.choices:
        choice = chunk.choices[0]
        _grow_parts(answer, choice.delta)
        if choice.finish_reason:
            answer.finish = FINISHES.get(choice.finish_reason, "stop")
    if isinstance(usage := getattr(chunk, "usage", None), LiteLLMUsage):
        answer.tokens = tokens(usage)
    if answer.response_id is None:
        answer.response_id = chunk.id


def _grow_parts(answer: Answer, delta: Delta) -> None:
    signature = _signature(delta)
    reasoning = getattr(delta, "reasoning_content", None)
    if reasoning or signature:
        answer.reasoning(reasoning or "", signature)
    if delta.content:
        answer.text(delta.content)
    for call in delta.tool_calls or ():
        if isinstance(call, ChatCompletionDeltaToolCall):
            answer.tool_input(call.index, call.id, call.function.name, call.function.arguments or "")


def _signature(delta: Delta) -> str | None:
    """Anthropic signs a thinking block; it has to be sent back with the block in the next step."""
    for block in getattr(delta, "thinking_blocks", None) or ():
        if signature := block.get("signature"):
            return str(signature)
    return None


def tokens(usage: LiteLLMUsage) -> Tokens:
    read, written = usage.prompt_tokens_details, usage.completion_tokens_details
    return Tokens(
        input=usage.prompt_tokens,
        output=usage.completion_tokens,
        cached=(read.cached_tokens or 0) if read else 0,
        # litellm takes the attribute away from objects of providers that do not know it.
        cache_written=getattr(read, "cache_creation_tokens", None) or 0,
        reasoning=(written.reasoning_tokens or 0) if written else 0,
    )
