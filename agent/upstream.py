from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Protocol

import httpx
import openai
from litellm.litellm_core_utils.streaming_handler import CustomStreamWrapper
from litellm.types.llms.openai import AllMessageValues

from agent.answer import Answer
from agent.errors import ContentRefused, EmptyAnswer, FirstTokenTimeout, ModelFailed
from agent.fast_lane import FastLane
from agent.limits import ModelAccess, ModelLimits
from agent.litellm_setup import at_once, litellm
from agent.options import Options
from agent.patience import patience
from agent.provider_errors import PROVIDER_ERRORS, failure
from agent.providers import provider_of
from agent.slow_lane import SlowLane


class Lane(Protocol):
    """How the stream of one model response is read; see FastLane and SlowLane."""

    async def read(self, answer: Answer) -> bool: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Request:
    """One request to one model, `model` as litellm names it."""

    model: str
    messages: Sequence[AllMessageValues]
    options: Options
    access: ModelAccess


@dataclass(frozen=True, slots=True)
class Begun:
    """A response whose first part has begun (and perhaps ended: then not `more`). Whoever holds it closes the lane."""

    model: str
    lane: Lane
    answer: Answer
    more: bool


async def begin(request: Request, limits: ModelLimits) -> Begun:
    """Send `request` and read up to the first part of the response.

    Raises ModelFailed; the connection is closed then.
    """
    try:
        async with patience(limits.first_token, FirstTokenTimeout, request.model):
            lane = await _opened(request)
            try:
                return await _first_part(request.model, lane)
            except BaseException:
                await lane.aclose()
                raise
    except PROVIDER_ERRORS as error:
        raise failure(error, request.model) from None
    except ModelFailed as error:
        error.model = request.model
        raise


async def _first_part(model: str, lane: Lane) -> Begun:
    answer, more = Answer(), True
    while more and answer.empty:
        more = await lane.read(answer)
    if answer.empty:
        raise (ContentRefused if answer.finish == "content_filter" else EmptyAnswer)(model=model)
    return Begun(model, lane, answer, more)


async def _opened(request: Request) -> Lane:
    # Other providers' may fetch credentials first, which blocks.
    with at_once() if provider_of(request.model) == "openai" else nullcontext():
        wrapper = await litellm.acompletion(
            model=request.model,
            messages=list(request.messages),
            stream=True,
            stream_options={"include_usage": True},
            api_key=request.access.api_key,
            api_base=request.access.api_base,
            # Our own limits tell a late first token from a silence, and cost no timer a read.
            timeout=httpx.Timeout(None),
            max_retries=0,
            **request.options,
        )
    if not isinstance(wrapper, CustomStreamWrapper):
        raise TypeError(f"litellm answered a streamed request with {type(wrapper).__name__}")
    stream = wrapper.completion_stream
    if isinstance(stream, openai.AsyncStream) and isinstance(stream.response, httpx.Response):
        return FastLane(stream.response)
    return SlowLane(wrapper)
