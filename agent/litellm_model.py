from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelRequestAttempt, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse, check_allow_model_requests
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings

from agent.errors import ModelFailed
from agent.limits import ModelAccess, ModelLimits
from agent.messages import openai_messages
from agent.model_stream import ModelStream
from agent.options import options
from agent.providers import provider_of
from agent.retries import retrying
from agent.settings import AgentSettings
from agent.tee import Tee
from agent.upstream import Begun, Request, begin

# A given window spares the look-up in a price list that pydantic-ai makes for every instance.
_PROFILE = ModelProfile(context_window=None)


class LiteLLMModel(Model[None]):
    """Any model litellm reaches, for a pydantic-ai agent. One instance a run; building one costs microseconds.

    With a `tee` every delta goes to it as it is parsed, and the agent gets each part once, whole, when the response
    is over. `fallbacks` are asked in turn when a model fails before its first part; `access` is for the provider of
    `name` only. Until the first part transient failures are tried again (see `retries`), afterwards an error is final.

    `request` and `request_stream` raise ModelFailed.
    """

    unsupported_settings = frozenset({"timeout", "top_k", "max_retries", "extra_headers", "service_tier"})

    def __init__(
        self,
        name: str,
        *,
        fallbacks: Sequence[str] = (),
        tee: Tee | None = None,
        limits: ModelLimits | None = None,
        access: ModelAccess | None = None,
        settings: ModelSettings | None = None,
    ) -> None:
        super().__init__(settings=settings, profile=_PROFILE)
        self._names = (name, *(fallback for fallback in fallbacks if fallback != name))
        self._tee = tee
        self._limits = limits or ModelLimits()
        self._access = access or ModelAccess()

    @classmethod
    def configured(cls, settings: AgentSettings, *, name: str | None = None, tee: Tee | None = None) -> LiteLLMModel:
        """The model the settings name, or `name` by the same settings."""
        key = settings.model_api_key
        own = name is None or provider_of(name) == provider_of(settings.model)
        return cls(
            name or settings.model,
            fallbacks=settings.fallback_models,
            tee=tee,
            limits=ModelLimits(
                first_token=settings.first_token_timeout,
                idle=settings.idle_timeout,
                retries=settings.model_retries,
                retry_time=settings.model_retry_time,
            ),
            access=ModelAccess(key.get_secret_value() if key else None, settings.model_api_base) if own else None,
        )

    @property
    def model_name(self) -> str:
        return self._names[0]

    @property
    def system(self) -> str:
        return provider_of(self._names[0])

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        async with self.request_stream(messages, model_settings, model_request_parameters) as stream:
            async for _ in stream:
                pass
            return stream.get()

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse, None]:
        check_allow_model_requests()
        settings, parameters = self.prepare_request(model_settings, model_request_parameters)
        if self._tee is not None:
            await self._tee.ready()
        sent = time.perf_counter()
        failed: list[ModelRequestAttempt] = []
        call = _Call(messages, settings or ModelSettings(), parameters)
        begun = await self._begin(call, self._names, failed)
        try:
            stream = ModelStream(
                model_request_parameters=parameters,
                begun=begun,
                tee=self._tee,
                idle_timeout=self._limits.idle,
                sent=sent,
                first_token=time.perf_counter(),
            )
            stream.failed_attempts = failed or None
            yield stream
        finally:
            await begun.lane.aclose()

    async def _begin(self, call: _Call, names: Sequence[str], failed: list[ModelRequestAttempt]) -> Begun:
        name, *others = names
        started = datetime.now(UTC)
        try:
            return await retrying(partial(begin, self._request(name, call), self._limits), self._limits)
        except ModelFailed as error:
            if not others or not error.elsewhere:
                raise
            failed.append(_attempt(name, error, started))
        return await self._begin(call, others, failed)

    def _request(self, name: str, call: _Call) -> Request:
        provider = provider_of(name)
        instructions = self._get_instruction_parts(call.messages, call.parameters) or []
        return Request(
            model=name,
            messages=openai_messages(call.messages, instructions, provider),
            options=options(call.settings, call.parameters),
            # A key is never shown to another provider than its own.
            access=self._access if provider == self.system else ModelAccess(),
        )


@dataclass(frozen=True, slots=True)
class _Call:
    messages: list[ModelMessage]
    settings: ModelSettings
    parameters: ModelRequestParameters


def _attempt(name: str, error: ModelFailed, started: datetime) -> ModelRequestAttempt:
    return ModelRequestAttempt(
        model_name=name,
        provider_name=provider_of(name),
        outcome="error",
        error=error.code,
        timestamp=started,
        duration=datetime.now(UTC) - started,
    )
