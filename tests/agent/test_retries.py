from __future__ import annotations

import pytest

from agent.errors import AuthFailed, ModelFailed, ProviderDown, RateLimited
from agent.limits import ModelLimits
from agent.retries import retrying
from tests.support.models import FORMATS, Format, Notes, ask, served
from tests.support.providers.script import End, Text


class Waits:
    """Stands in for asyncio.sleep: notes how long was to be waited, waits not at all."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Attempts:
    def __init__(self, *errors: ModelFailed) -> None:
        self.errors = list(errors)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


LIMITS = ModelLimits(retries=2, retry_time=20, retry_wait=0.5)


async def test_waits_double_with_jitter() -> None:
    waits, attempts = Waits(), Attempts(ProviderDown(), ProviderDown())
    assert await retrying(attempts, LIMITS, waits) == "done"
    first, second = waits.seconds
    assert 0.5 <= first <= 0.75
    assert 1.0 <= second <= 1.25


async def test_no_more_than_the_retries() -> None:
    attempts = Attempts(*[ProviderDown() for _ in range(5)])
    with pytest.raises(ProviderDown):
        await retrying(attempts, LIMITS, Waits())
    assert attempts.made == 3


async def test_retry_after_is_waited_for() -> None:
    waits = Waits()
    await retrying(Attempts(RateLimited(retry_after=7)), LIMITS, waits)
    assert waits.seconds == [7]


async def test_a_retry_after_past_the_limit_fails_at_once() -> None:
    waits, attempts = Waits(), Attempts(RateLimited(retry_after=60))
    with pytest.raises(RateLimited) as caught:
        await retrying(attempts, LIMITS, waits)
    assert (waits.seconds, attempts.made, caught.value.retry_after) == ([], 1, 60)


async def test_what_will_not_change_is_not_tried_again() -> None:
    attempts = Attempts(AuthFailed())
    with pytest.raises(AuthFailed):
        await retrying(attempts, LIMITS, Waits())
    assert attempts.made == 1


@pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)
async def test_a_providers_retry_after_is_read(wire: Format) -> None:
    refusal = wire.error(429, "slow down", code="rate_limit_error", retry_after="30")
    async with served(wire, refusal, limits=ModelLimits(retry_time=1)) as (model, provider):
        with pytest.raises(RateLimited) as caught:
            await ask(model)
    assert caught.value.retry_after == 30
    assert len(provider.asked) == 1


@pytest.mark.parametrize("wire", FORMATS, ids=lambda wire: wire.name)
async def test_what_was_tried_before_leaves_no_trace_in_the_tee(wire: Format) -> None:
    notes = Notes()
    replies = (wire.error(500, "boom"), wire.reply([Text("Hello"), End()]))
    async with served(wire, *replies, tee=notes) as (model, provider):
        await ask(model)
    assert notes.entries == [("step", wire.model), ("text", "Hello"), ("end",)]
    assert len(provider.asked) == 2
