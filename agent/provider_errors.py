"""What litellm and providers raise, told in Cartwright's own errors."""

from __future__ import annotations

import email.utils
import re
import time

import httpx
import openai
from litellm.exceptions import ContentPolicyViolationError, ContextWindowExceededError, MidStreamFallbackError

from agent.errors import (
    AuthFailed,
    ContentRefused,
    ContextTooLong,
    ModelFailed,
    ModelUnknown,
    ProviderDown,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    StreamCut,
)
from agent.wire import ErrorBody

PROVIDER_ERRORS = (openai.OpenAIError, httpx.HTTPError)

_LONG = ("context_length", "context length", "maximum context", "too many tokens", "prompt is too long")
_REFUSED = ("content_filter", "content_policy", "content management policy", "safety")
# litellm and its SDKs notice a missing key before they send anything, and call it a connection error or a 500.
_KEYLESS = re.compile(r"(?i)missing [\w ]*(?:credentials|api[ _]key)|api_key client option must be set")
_UNPROVIDED = "llm provider not provided"
_DEEPEST = 20
_SPENT = ("insufficient_quota", "credit balance", "billing")


def failure(error: Exception, model: str, *, begun: bool = False) -> ModelFailed:
    """The error to raise for a provider's `error`; its own words go only to `reason`.

    Once the response has `begun` a lost connection is StreamCut.
    """
    while isinstance(error, MidStreamFallbackError) and error.original_exception is not None:
        error = error.original_exception
    if isinstance(error, ModelFailed):
        return error
    kind = StreamCut if begun and isinstance(error, openai.APIConnectionError) else _kind(error)
    return kind(
        model=model,
        status=_status(error),
        retry_after=_retry_after(error) if kind is RateLimited else None,
        reason=_reason(error),
    )


def _reason(error: BaseException) -> str:
    """The error and the first that led to it: "Connection error." alone tells an operator nothing."""
    root = error
    for _ in range(_DEEPEST):
        root = root.__cause__ or root.__context__ or root
    told = f"{type(error).__name__}: {error}".partition("\n")[0]
    return told if root is error else f"{told} <- {type(root).__name__}: {root}"


def stream_error(body: ErrorBody | str) -> ModelFailed:
    """The error for an error object that arrives inside a stream, after a status of 200."""
    if isinstance(body, str):
        return _by_words(body)(reason=body)
    code = body.get("code")
    words = f"{code} {body.get('type')} {body.get('message')}"
    status = code if isinstance(code, int) else None
    return (_by_status(status, words) if status else _by_words(words))(status=status, reason=words)


def _kind(error: Exception) -> type[ModelFailed]:
    match error:
        case ContextWindowExceededError():
            return ContextTooLong
        case ContentPolicyViolationError():
            return ContentRefused
        case _ if _KEYLESS.search(str(error)):
            return AuthFailed
        case openai.APITimeoutError() | openai.APIConnectionError():
            return ProviderDown
        case httpx.HTTPError():
            return StreamCut
    status = _status(error)
    return _by_status(status, str(error)) if status else ProviderDown


def _by_status(status: int, words: str) -> type[ModelFailed]:
    match status:
        case 401 | 403:
            return AuthFailed
        case 402:
            return QuotaSpent
        case 404:
            return ModelUnknown
        case 413:
            return ContextTooLong
        case 429:
            return QuotaSpent if _says(words, _SPENT) else RateLimited
        case 408 | 409 | 425:
            return ProviderDown
        case _ if status >= 500:
            return ProviderDown
    if _says(words, _LONG):
        return ContextTooLong
    if _says(words, (_UNPROVIDED,)):
        return ModelUnknown
    return ContentRefused if _says(words, _REFUSED) else RequestRefused


def _by_words(words: str) -> type[ModelFailed]:
    if _says(words, ("rate_limit", "rate limit")):
        return RateLimited
    if _says(words, _LONG):
        return ContextTooLong
    return ContentRefused if _says(words, _REFUSED) else ProviderDown


def _says(words: str, any_of: tuple[str, ...]) -> bool:
    lower = words.lower()
    return any(word in lower for word in any_of)


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return int(status) if isinstance(status, int | str) and str(status).isdigit() else None


def _retry_after(error: Exception) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number or a date."""
    for headers in (getattr(getattr(error, "response", None), "headers", None), _litellm_headers(error)):
        value = headers.get("retry-after") if headers is not None else None
        if value and value.replace(".", "", 1).isdigit():
            return float(value)
        if value and (date := email.utils.parsedate_tz(value)):
            return max(0.0, email.utils.mktime_tz(date) - time.time())
    return None


def _litellm_headers(error: Exception) -> httpx.Headers | None:
    headers = getattr(error, "litellm_response_headers", None)
    return httpx.Headers(headers) if headers else None
