"""Settings of the agent's floor, read once from the environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _names(value: object) -> object:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


class AgentSettings(BaseSettings):
    """`CARTWRIGHT_*` variables. Times are seconds. Providers' own key variables are read by litellm."""

    model_config = SettingsConfigDict(env_prefix="CARTWRIGHT_", frozen=True, extra="ignore", protected_namespaces=())

    model: str = Field(
        default="offline/shopkeeper",
        min_length=1,
        description="The model that answers, as litellm names it (`openai/...`, `anthropic/...`, `gemini/...`).",
    )
    fallback_models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        default=(), description="Models asked in turn, comma separated, when one fails before its answer began."
    )
    model_api_key: SecretStr | None = Field(
        default=None, description="The key for `model`'s provider, in place of the provider's own variable."
    )
    model_api_base: str | None = Field(
        default=None, description="The address of `model`'s provider, for a server of one's own."
    )
    first_token_timeout: float = Field(default=30.0, gt=0, description="Longest wait for an answer to begin.")
    idle_timeout: float = Field(default=20.0, gt=0, description="Longest silence in the middle of an answer.")
    model_retries: int = Field(
        default=2, ge=0, le=2, description="How often a request is sent again before its answer began."
    )
    model_retry_time: float = Field(default=20.0, ge=0, description="Longest time spent on sending one again.")
    lease: float = Field(
        default=15.0, gt=0, description="How long after its last sign of life a process's answers are taken over."
    )
    run_time: float = Field(default=300.0, gt=0, description="Longest time one answer may take, its tools included.")
    run_steps: int = Field(default=10, ge=1, description="Most model responses in one answer.")
    run_tool_calls: int = Field(default=24, ge=0, description="Most tool calls in one answer.")
    run_output_tokens: int = Field(default=16_000, ge=1, description="Most tokens the model may write in one answer.")
    payment_provider: str = Field(
        default="manual", min_length=1, description="Who moves money for cards and accounts; `manual`: a person does."
    )
