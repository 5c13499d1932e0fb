from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent.errors import AuthFailed, ContentRefused, ProviderDown, StreamCut
from agent.limits import ModelAccess, ModelLimits
from agent.litellm_model import LiteLLMModel
from tests.support.models import ANTHROPIC, KEY, OPENAI, Notes, ask
from tests.support.providers.loopback import Provider, Reply, provider
from tests.support.providers.script import Cut, End, Script, Text

LIMITS = ModelLimits(first_token=60, idle=60, retries=0)
GOOD: Script = [Text("Hello"), End()]


@asynccontextmanager
async def pair(
    monkeypatch: pytest.MonkeyPatch, first: Reply, second: Reply, tee: Notes | None = None
) -> AsyncIterator[tuple[LiteLLMModel, Provider, Provider]]:
    """An OpenAI model that falls back on Anthropic's, whose key and address come from the environment."""
    async with provider(first) as openai, provider(second) as anthropic:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-other")
        monkeypatch.setenv("ANTHROPIC_API_BASE", anthropic.url)
        access = ModelAccess(KEY, openai.url + OPENAI.path)
        model = LiteLLMModel(OPENAI.model, fallbacks=[ANTHROPIC.model], tee=tee, limits=LIMITS, access=access)
        yield model, openai, anthropic


async def test_the_next_model_answers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes()
    async with pair(monkeypatch, OPENAI.error(500, "boom"), ANTHROPIC.reply(GOOD), notes) as (model, _, _):
        response = await ask(model)
    assert response.text == "Hello"
    assert response.model_name == ANTHROPIC.model
    assert notes.entries[0] == ("step", ANTHROPIC.model)
    assert response.failed_attempts
    assert [(tried.model_name, tried.error) for tried in response.failed_attempts] == [(OPENAI.model, "provider-down")]


async def test_the_first_model_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(monkeypatch, OPENAI.reply(GOOD), ANTHROPIC.reply(GOOD)) as (model, _, other):
        response = await ask(model)
    assert response.model_name == OPENAI.model
    assert response.failed_attempts is None
    assert other.asked == []


async def test_a_key_is_not_shown_to_another_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(monkeypatch, OPENAI.error(401, "no"), ANTHROPIC.reply(GOOD)) as (model, _, other):
        await ask(model)
    assert KEY not in str(other.asked[0])
    assert other.asked[0].headers["x-api-key"] == "sk-ant-other"


async def test_no_fallback_once_a_part_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(monkeypatch, OPENAI.reply([Text("Hel"), Cut()]), ANTHROPIC.reply(GOOD)) as (model, _, other):
        with pytest.raises(StreamCut):
            await ask(model)
    assert other.asked == []


async def test_a_refused_question_is_not_carried_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    first = OPENAI.reply([End("content_filter")])
    async with pair(monkeypatch, first, ANTHROPIC.reply(GOOD)) as (model, _, other):
        with pytest.raises(ContentRefused):
            await ask(model)
    assert other.asked == []


async def test_the_last_error_counts_when_all_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(monkeypatch, OPENAI.error(500, "boom"), ANTHROPIC.error(401, "no")) as (model, _, _):
        with pytest.raises(AuthFailed) as caught:
            await ask(model)
    assert caught.value.model == ANTHROPIC.model


async def test_a_model_alone_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with provider(OPENAI.error(500, "boom")) as made:
        model = LiteLLMModel(OPENAI.model, limits=LIMITS, access=ModelAccess(KEY, made.url + OPENAI.path))
        with pytest.raises(ProviderDown):
            await ask(model)
