"""The one door to litellm: importing `agent` has set its environment, this sets its switches."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import litellm
import litellm.main
import litellm.utils
import orjson
from litellm.llms.openai.chat import gpt_transformation
from litellm.types.utils import Choices, Delta, Message, StreamingChoices
from openai import NotGiven, Omit, _base_client
from openai._utils._json import openapi_dumps
from openai.resources.chat.completions import completions

# It prints an advertisement for its issue tracker with each error otherwise.
litellm.suppress_debug_info = True
litellm.telemetry = False
# A sampling option that a provider does not know is left out of the request instead of failing it.
litellm.drop_params = True

# pydantic warns about the types of these (litellm 1.106) when the first call builds their schemas: build them here,
# where the warning can be told apart from one of ours.
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*ReadOnly", category=UserWarning)
    for _model in (Delta, Message, StreamingChoices, Choices):
        _model.model_rebuild()


async def _given(body: Mapping[str, object], _: object) -> dict[str, object]:
    return {name: value for name, value in body.items() if not isinstance(value, NotGiven | Omit)}


def _as_it_is(tool: Mapping[str, object], _: object) -> Mapping[str, object]:
    return tool


def _unpriced(**_: object) -> None:
    pass


def body_json(body: object) -> bytes:
    """The bytes openai's SDK makes of a body, a tenth of the time; what orjson does not take is left to it.

    But for NaN and infinity, which the SDK refuses with a ValueError: they are `null` here.
    """
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:
        return openapi_dumps(body)


_AT_ONCE: ContextVar[bool] = ContextVar("cartwright-at-once", default=False)


@contextmanager
def at_once() -> Iterator[None]:
    """What litellm does before a request it does here and now, and not in a thread: only for what cannot block."""
    token = _AT_ONCE.set(True)
    try:
        yield
    finally:
        _AT_ONCE.reset(token)


class _Loop:
    """A loop that has no thread to spare."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def run_in_executor(self, _: None, work: Callable[[], object]) -> object:
        return work()


class _Asyncio:
    """asyncio as litellm's main module sees it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def get_event_loop(self) -> asyncio.AbstractEventLoop | _Loop:
        loop = asyncio.get_running_loop()
        return _Loop(loop) if _AT_ONCE.get() else loop


# What these replace has no switch, does nothing for us, and was half of litellm's time before the first word of every
# step: openai's SDK walks a body along its types, to format dates, files and pydantic models;
completions.async_maybe_transform = _given  # type: ignore[attr-defined, assignment]
# it writes the body, 18 kB of tools in it, with the slower JSON of the standard library;
_base_client.openapi_dumps = body_json  # type: ignore[attr-defined, assignment]
# litellm walks the schemas of tools, to take out what OpenAI refuses, of which ours hold nothing;
gpt_transformation.tool_with_sanitized_parameters = _as_it_is  # type: ignore[attr-defined, assignment]
# it makes each request in a thread, and the way there and back costs half a millisecond;
litellm.main.asyncio = _Asyncio()  # type: ignore[attr-defined, assignment]
# and it prices a response that has only begun, where agent/prices.py waits for its end.
litellm.utils.update_response_metadata = _unpriced  # type: ignore[attr-defined, assignment]

__all__ = ["litellm"]
