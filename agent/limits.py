from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """Seconds, but for `retries`. `retry_time` bounds all attempts at one model; waits grow from `retry_wait`."""

    first_token: float = 30.0
    idle: float = 20.0
    retries: int = 2
    retry_time: float = 20.0
    retry_wait: float = 0.5


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """A key and an address of one's own for a provider; None leaves it to litellm's environment variables."""

    api_key: str | None = None
    api_base: str | None = None
