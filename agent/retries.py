from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import tenacity

from agent.errors import ModelFailed
from agent.limits import ModelLimits

T = TypeVar("T")
Sleep: TypeAlias = Callable[[float], Awaitable[None]]


async def retrying(attempt: Callable[[], Awaitable[T]], limits: ModelLimits, sleep: Sleep = asyncio.sleep) -> T:
    """The result of `attempt`, made again after transient ModelFailed errors.

    At most `limits.retries` times, never past `limits.retry_time`, at least as late as the provider's Retry-After
    asks, otherwise after doubling waits with jitter. The last error is raised as it is.
    """
    attempts = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(_transient),
        stop=tenacity.stop_any(
            tenacity.stop_after_attempt(limits.retries + 1), tenacity.stop_before_delay(limits.retry_time)
        ),
        wait=_Wait(limits.retry_wait),
        sleep=sleep,
        reraise=True,
    )
    return await attempts(attempt)


def _transient(error: BaseException) -> bool:
    return isinstance(error, ModelFailed) and error.transient


class _Wait(tenacity.wait.wait_base):
    def __init__(self, first: float) -> None:
        self._backoff = tenacity.wait_exponential_jitter(multiplier=first, max=8 * first, jitter=first / 2)

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        backoff = self._backoff(retry_state)
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = error.retry_after if isinstance(error, ModelFailed) else None
        return backoff if asked is None else max(backoff, asked)
