from __future__ import annotations

import pytest
from pydantic import ValidationError

from agent.settings import AgentSettings


def test_offline_by_default() -> None:
    settings = AgentSettings()
    assert (settings.model, settings.fallback_models, settings.model_api_key) == ("offline/shopkeeper", (), None)


def test_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTWRIGHT_MODEL", "openai/gpt-4o-mini")
    monkeypatch.setenv("CARTWRIGHT_FALLBACK_MODELS", "anthropic/a, gemini/b,")
    monkeypatch.setenv("CARTWRIGHT_MODEL_API_KEY", "sk-very-secret")
    monkeypatch.setenv("CARTWRIGHT_IDLE_TIMEOUT", "3.5")
    settings = AgentSettings()
    assert settings.fallback_models == ("anthropic/a", "gemini/b")
    assert settings.idle_timeout == 3.5
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("name", ["FIRST_TOKEN_TIMEOUT", "MODEL_RETRIES", "RUN_STEPS"])
def test_limits_have_bounds(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"CARTWRIGHT_{name}", "-1")
    with pytest.raises(ValidationError):
        AgentSettings()
