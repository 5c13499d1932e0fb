from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_never

from pydantic_ai.messages import ModelResponseStreamEvent
from pydantic_ai.models import StreamedResponse
from pydantic_ai.usage import RequestUsage

from agent.answer import CallDelta, Delta, ReasoningDelta, TextDelta, Tokens
from agent.errors import ContentRefused, IdleTimeout, ModelFailed
from agent.patience import patience
from agent.prices import MICRO, cost
from agent.provider_errors import PROVIDER_ERRORS, failure
from agent.providers import provider_of
from agent.tee import StepUsage, Tee
from agent.upstream import Begun


@dataclass(kw_only=True)
class ModelStream(StreamedResponse):
    """A response that has begun. With a tee the agent gets one event a part, when all is read.

    `sent` and `first_token` are readings of `time.perf_counter`. Raises ModelFailed while it is iterated.
    """

    begun: Begun
    tee: Tee | None
    idle_timeout: float
    sent: float
    first_token: float
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        if self.tee is not None:
            await self._drain(self.tee)
            for event in self._events(self.begun.answer.whole()):
                yield event
            return
        more = self.begun.more
        for event in self._events(self.begun.answer.take()):
            yield event
        while more:
            more = await self._read()
            for event in self._events(self.begun.answer.take()):
                yield event
        self._finish(None)

    async def _drain(self, tee: Tee) -> None:
        lane, answer, more = self.begun.lane, self.begun.answer, self.begun.more
        tee.step_started(self.model_name)
        _pass_on(answer.take(), tee)
        with self._failures():
            async with patience(self.idle_timeout, IdleTimeout, self.model_name) as again:
                while more:
                    try:
                        more = await lane.read(answer)
                    finally:
                        # What came in the same read as an error came before it.
                        if answer.grown:
                            again()
                            _pass_on(answer.take(), tee)
        self._finish(tee)

    async def _read(self) -> bool:
        """Read until a part has grown; False once the response is over."""
        lane, answer, more = self.begun.lane, self.begun.answer, True
        with self._failures():
            async with patience(self.idle_timeout, IdleTimeout, self.model_name):
                while more and not answer.grown:
                    more = await lane.read(answer)
        return more

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except PROVIDER_ERRORS as error:
            raise failure(error, self.model_name, begun=True) from None
        except ModelFailed as error:
            error.model = self.model_name
            raise

    def _finish(self, tee: Tee | None) -> None:
        answer = self.begun.answer
        self.finish_reason = answer.finish
        self.provider_response_id = answer.response_id
        used = self._used(answer.tokens or Tokens())
        if tee is not None:
            tee.usage(used)
        if answer.finish == "content_filter":
            raise ContentRefused(model=self.model_name)
        if tee is not None:
            tee.end()

    def _used(self, tokens: Tokens) -> StepUsage:
        price = cost(self.model_name, tokens)
        self._usage = RequestUsage(
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cache_read_tokens=tokens.cached,
            cache_write_tokens=tokens.cache_written,
            output_reasoning_tokens=tokens.reasoning,
            cost=None if price is None else Decimal(price) / MICRO,
        )
        return StepUsage(
            model=self.model_name,
            input_tokens=tokens.input,
            output_tokens=tokens.output,
            cached_tokens=tokens.cached,
            reasoning_tokens=tokens.reasoning,
            cost=price or 0,
            priced=price is not None,
            finish_reason=self.finish_reason,
            first_token_ms=(self.first_token - self.sent) * 1000,
            total_ms=(time.perf_counter() - self.sent) * 1000,
        )

    def _events(self, deltas: list[Delta]) -> Iterator[ModelResponseStreamEvent]:
        for delta in deltas:
            match delta:
                case TextDelta():
                    yield from self._parts_manager.handle_text_delta(vendor_part_id=delta.part, content=delta.text)
                case ReasoningDelta():
                    yield from self._parts_manager.handle_thinking_delta(
                        vendor_part_id=delta.part,
                        content=delta.text,
                        signature=delta.signature,
                        provider_name=self.provider_name,
                    )
                case CallDelta():
                    yield from self._parts_manager.handle_tool_call_delta_events(
                        vendor_part_id=delta.part,
                        tool_name=delta.name,
                        args=delta.text,
                        tool_call_id=delta.tool_call_id,
                    )
                case _:
                    assert_never(delta)

    async def close_stream(self) -> None:
        await self.begun.lane.aclose()

    @property
    def model_name(self) -> str:
        return self.begun.model

    @property
    def provider_name(self) -> str:
        return provider_of(self.begun.model)

    @property
    def provider_url(self) -> None:
        return None

    @property
    def timestamp(self) -> datetime:
        return self.asked_at


def _pass_on(deltas: list[Delta], tee: Tee) -> None:
    for delta in deltas:
        match delta:
            case TextDelta():
                tee.text(delta.text)
            case ReasoningDelta():
                # A signature arrives with no words of its own.
                if delta.text:
                    tee.reasoning(delta.text)
            case CallDelta():
                tee.tool_input(delta.index, delta.tool_call_id, delta.name, delta.text)
            case _:
                assert_never(delta)
