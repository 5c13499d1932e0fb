from __future__ import annotations

import asyncio
import contextlib
import json

import httpx
import orjson

from agent.answer import FINISHES, Answer, Tokens
from agent.errors import StreamCut
from agent.event_data import EventData
from agent.provider_errors import stream_error
from agent.response_reads import BROKEN, reads
from agent.wire import Chunk, Usage

_DONE = b"[DONE]"
_END = 0.1


class FastLane:
    """Reads an OpenAI-compatible stream from the HTTP response itself, below litellm's wrapper.

    Follows the "chat completion chunk object" of OpenAI's API reference; `reasoning_content` and `reasoning` are the
    two names that compatible servers give to reasoning.
    """

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._reads = reads(response)
        self._events = EventData()
        self._done = False

    async def read(self, answer: Answer) -> bool:
        """Wait for the next bytes and grow `answer` by all of them; False once the stream is over.

        Raises StreamCut where the stream ends without having said so, and what an error event maps to.
        """
        try:
            data = await anext(self._reads)
        except StopAsyncIteration:
            self._absorb(self._events.rest(), answer)
            return self._end(answer)
        except BROKEN:
            return self._end(answer)
        return self._absorb(self._events.feed(data), answer)

    async def aclose(self) -> None:
        if self._done:
            await self._read_end()
        await self._response.aclose()

    async def _read_end(self) -> None:
        # A connection closed before the body's last chunk is read cannot be used again, and a new one costs a
        # TLS handshake; a server that is slow to end its body is not waited for.
        self._done = False
        with contextlib.suppress(TimeoutError, StopAsyncIteration, *BROKEN):
            async with asyncio.timeout(_END):
                await anext(self._reads)

    def _end(self, answer: Answer) -> bool:
        if answer.finish is None:
            raise StreamCut
        return False

    def _absorb(self, events: list[bytes], answer: Answer) -> bool:
        for data in events:
            if data == _DONE:
                answer.finish = answer.finish or "stop"
                self._done = True
                return False
            _grow(answer, _parsed(data))
        return True


def _parsed(data: bytes) -> Chunk:
    try:
        parsed: Chunk = orjson.loads(data)
    except orjson.JSONDecodeError:
        # orjson refuses half a surrogate pair, which a server may send when a token ends inside an emoji.
        try:
            parsed = json.loads(data)
        except ValueError as error:
            raise StreamCut(reason="an event that is no JSON") from error
    if not isinstance(parsed, dict):
        raise StreamCut(reason="an event that is no object")
    return parsed


def _grow(answer: Answer, chunk: Chunk) -> None:
    if error := chunk.get("error"):
        raise stream_error(error)
    if choices := chunk.get("choices"):
        choice = choices[0]
        if delta := choice.get("delta"):
            if reasoning := delta.get("reasoning_content") or delta.get("reasoning"):
                answer.reasoning(reasoning)
            if text := delta.get("content"):
                answer.text(text)
            for call in delta.get("tool_calls") or ():
                asked = call.get("function") or {}
                answer.tool_input(
                    call.get("index") or 0, call.get("id"), asked.get("name"), asked.get("arguments") or ""
                )
        if finish := choice.get("finish_reason"):
            answer.finish = FINISHES.get(finish, "stop")
    if usage := chunk.get("usage"):
        answer.tokens = tokens(usage)
    if answer.response_id is None:
        answer.response_id = chunk.get("id")


def tokens(usage: Usage) -> Tokens:
    """Counts of a usage object in OpenAI's shape; what is missing is 0."""
    read = usage.get("prompt_tokens_details") or {}
    written = usage.get("completion_tokens_details") or {}
    return Tokens(
        input=usage.get("prompt_tokens") or 0,
        output=usage.get("completion_tokens") or 0,
        cached=read.get("cached_tokens") or 0,
        cache_written=read.get("cache_creation_tokens") or 0,
        reasoning=written.get("reasoning_tokens") or 0,
    )
