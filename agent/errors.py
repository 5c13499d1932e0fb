"""What can go wrong at the model, as one tree under `storage.errors.CartwrightError`.

    ModelFailed
    ├── RateLimited          ├── StreamCut           ├── QuotaSpent
    ├── ProviderDown         ├── EmptyAnswer         ├── ModelUnknown
    ├── FirstTokenTimeout    ├── ContextTooLong      └── RequestRefused
    ├── IdleTimeout          └── ContentRefused
    └── AuthFailed

The message may be shown to a shopper: it never quotes the provider. What the provider said is in `reason`, for logs.
"""

from __future__ import annotations

import re
from typing import ClassVar

from storage.errors import CartwrightError

_SECRET = re.compile(r"(?i)\b(?:sk|key|pk|bearer|api[_-]?key|token|secret)[-_=: \"']+[\w*.\-]{6,}|\b[\w\-]{32,}\b")
_REASON_LIMIT = 400


def redacted(text: str) -> str:
    """A provider's words fit for a log: one line, whatever looks like a key blanked, the length limited."""
    return _SECRET.sub("[redacted]", text.partition("\n")[0])[:_REASON_LIMIT]


class ModelFailed(CartwrightError):
    """The assistant could not answer just now; try again."""

    retry = True
    transient: ClassVar[bool] = False
    """Whether the same request may be sent again at once, as long as nothing of the answer was shown."""
    elsewhere: ClassVar[bool] = True
    """Whether a fallback model may do better."""

    def __init__(
        self,
        detail: str | None = None,
        *,
        model: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(detail)
        self.model = model
        self.status = status
        self.retry_after = retry_after
        self.reason = redacted(reason)


class RateLimited(ModelFailed):
    """The assistant has too much to do right now; try again in a moment."""

    actor = "user"
    transient = True


class ProviderDown(ModelFailed):
    """The assistant cannot be reached right now; try again in a moment."""

    transient = True


class FirstTokenTimeout(ModelFailed):
    """The assistant took too long to begin its answer; try again."""


class IdleTimeout(ModelFailed):
    """The assistant fell silent in the middle of its answer; try again."""


class StreamCut(ModelFailed):
    """The assistant's answer broke off before its end; try again."""

    transient = True


class EmptyAnswer(ModelFailed):
    """The assistant gave an empty answer; try again."""

    transient = True


class ContextTooLong(ModelFailed):
    """This conversation has become too long for the assistant; start a new chat."""

    actor = "user"
    retry = False


class ContentRefused(ModelFailed):
    """The assistant's provider declined to answer this; put it in other words."""

    actor = "user"
    retry = False
    elsewhere = False


class AuthFailed(ModelFailed):
    """The assistant is not set up: its provider does not accept the key."""

    retry = False


class QuotaSpent(ModelFailed):
    """The assistant is out of service: the quota at its provider is used up."""

    retry = False


class ModelUnknown(ModelFailed):
    """The assistant is not set up: its provider does not know the model."""

    retry = False


class RequestRefused(ModelFailed):
    """The assistant's provider did not accept the request."""

    retry = False
