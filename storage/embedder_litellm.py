"""Embedding models behind an API, through litellm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import litellm
import numpy as np
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from storage.embedder import Vectors, checked, normalised
from storage.errors import BadVectors, Busy
from storage.settings import StorageSettings

# It takes a 0 in a request for embeddings for nothing said, and its SDK asks three times then for each of our times.
litellm.DEFAULT_MAX_RETRIES = 0  # type: ignore[attr-defined]

_BATCH = 128

# What may be better a moment later; a wrong key or an unknown model never is.
_PASSING = (
    litellm.exceptions.RateLimitError,
    litellm.exceptions.Timeout,
    litellm.exceptions.APIConnectionError,
    litellm.exceptions.InternalServerError,
    litellm.exceptions.ServiceUnavailableError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteLLMEmbedder:
    """`model` is a name as litellm knows it, such as `openai/text-embedding-3-small`; times are seconds."""

    model: str
    dim: int
    api_base: str | None = None
    api_key: str | None = None
    timeout: float = 30.0
    attempts: int = 4
    longest_pause: float = 10.0

    @classmethod
    def configured(cls, settings: StorageSettings) -> LiteLLMEmbedder:
        """The model that the settings name."""
        key = settings.embedding_api_key
        return cls(
            model=settings.embedding_model,
            dim=settings.embedding_dimension,
            api_base=settings.embedding_api_base,
            api_key=key.get_secret_value() if key else None,
        )

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors in batches, each tried again for a while when the model is busy or out of reach.

        Raises Busy when it stays so, and BadVectors for an answer of another shape than the settings say.
        """
        texts = checked(texts)
        parts = [await self._batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    async def _batch(self, texts: list[str]) -> Vectors:
        tries = AsyncRetrying(
            retry=retry_if_exception_type(_PASSING),
            stop=stop_after_attempt(self.attempts) | stop_after_delay(self.timeout * 2),
            wait=wait_random_exponential(max=self.longest_pause),
            reraise=True,
        )
        try:
            rows: list[list[float]] = await tries(self._ask, texts)
        except _PASSING as error:
            raise Busy("the embedding model does not answer; try again in a moment") from error
        try:
            vectors = np.asarray(rows, dtype=np.float64)
        except ValueError as error:
            raise BadVectors("the vectors are of different lengths") from error
        return normalised(vectors, count=len(texts), dim=self.dim)

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        answer = await litellm.aembedding(
            model=self.model,
            input=texts,
            api_base=self.api_base,
            api_key=self.api_key,
            timeout=self.timeout,
            encoding_format="float",
            max_retries=0,
        )
        ordered = sorted(answer.data, key=lambda item: item["index"])
        return [item["embedding"] for item in ordered]
