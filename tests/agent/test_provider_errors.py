from __future__ import annotations

import httpx
import openai
import pytest
from litellm.exceptions import APIConnectionError, AuthenticationError, MidStreamFallbackError, RateLimitError

from agent.errors import (
    AuthFailed,
    ContextTooLong,
    ModelFailed,
    ProviderDown,
    RateLimited,
    StreamCut,
    redacted,
)
from agent.provider_errors import failure, stream_error


def limited(**headers: str) -> RateLimitError:
    request = httpx.Request("POST", "http://127.0.0.1")
    response = httpx.Response(429, headers=headers, request=request)
    return RateLimitError("slow down", "openai", "gpt", response=response)


def test_retry_after_in_seconds() -> None:
    assert failure(limited(**{"retry-after": "3"}), "m").retry_after == 3


def test_retry_after_as_a_date() -> None:
    found = failure(limited(**{"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}), "m").retry_after
    assert found == 0


@pytest.mark.parametrize("value", ["soon", "-1", ""])
def test_a_retry_after_that_says_nothing(value: str) -> None:
    assert failure(limited(**{"retry-after": value}), "m").retry_after is None


def test_the_cause_of_a_mid_stream_error_counts() -> None:
    inner = AuthenticationError("no", "anthropic", "claude")
    outer = MidStreamFallbackError("x", "claude", "anthropic", original_exception=inner, generated_content="")
    assert type(failure(outer, "m")) is AuthFailed


def test_a_connection_lost_once_begun_is_a_cut() -> None:
    lost = APIConnectionError("gone", "anthropic", "claude")
    assert type(failure(lost, "m")) is ProviderDown
    assert type(failure(lost, "m", begun=True)) is StreamCut


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 401, "message": "no"}, AuthFailed),
        ({"code": "context_length_exceeded", "message": "too long"}, ContextTooLong),
        ({"type": "rate_limit_error", "message": None}, RateLimited),
        ({}, ProviderDown),
        ("overloaded", ProviderDown),
    ],
)
def test_errors_inside_streams(body: dict[str, str | int | None] | str, expected: type[ModelFailed]) -> None:
    assert type(stream_error(body)) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdef1234567890",
        "Bearer abcdef123456",
        "api_key=abcdef123456",
        "AIzaSyA1234567890abcdefghijklmnopqrstuvw",
        "key: abc***def",
    ],
)
def test_keys_are_blanked(secret: str) -> None:
    shown = redacted(f"the provider says {secret}, sorry")
    assert secret.split()[-1].split("=")[-1] not in shown
    assert shown.startswith("the provider says")


def test_a_reason_tells_what_led_to_it() -> None:
    error = openai.APIConnectionError(request=httpx.Request("POST", "http://127.0.0.1"))
    error.__cause__ = RuntimeError("wrapped")
    error.__cause__.__context__ = ConnectionRefusedError(111, "Connection refused")
    reason = failure(error, "m").reason
    assert reason == "APIConnectionError: Connection error. <- ConnectionRefusedError: [Errno 111] Connection refused"


def test_a_reason_is_short() -> None:
    assert len(redacted("no " * 1000)) <= 400


def test_every_error_has_words_for_a_shopper() -> None:
    kinds: list[type[ModelFailed]] = [ModelFailed, *ModelFailed.__subclasses__()]
    for kind in kinds:
        assert kind().detail.endswith((".", "again."))
        assert kind.actor in ("model", "user", "operator")
