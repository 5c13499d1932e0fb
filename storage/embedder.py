"""Embedders: texts in, unit vectors out.

The default, `wordllama`, is a static model whose weights ship inside a package: it needs no key, no network and about
20 microseconds a query. Any other model name is one that litellm knows (`openai/text-embedding-3-small`, ...).
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from storage.errors import BadVectors, Invalid, ModelMissing
from storage.settings import StorageSettings

Vectors = npt.NDArray[np.float32]

WORDLLAMA = "wordllama"
_INLINE = 32
_ZERO = "a vector is zero: it has no direction"


class Embedder(Protocol):
    """A model that turns texts into vectors; `model` and `dim` say whether two vectors can be compared."""

    @property
    def model(self) -> str: ...

    @property
    def dim(self) -> int: ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order: shape (len(texts), dim), float32.

        Raises `Invalid` for a blank text (it has no direction) and `BadVectors` for an answer that is not usable.
        """
        ...


def checked(texts: Sequence[str]) -> list[str]:
    """The texts as a list, none of them blank."""
    for place, text in enumerate(texts):
        if not text.strip():
            raise Invalid(f"text {place} is blank: there is nothing to embed", field="text")
    return list(texts)


def normalised(vectors: npt.NDArray[np.floating], *, count: int, dim: int) -> Vectors:
    """`vectors` as float32 of length 1; refuses a wrong shape, NaN, infinity and zero vectors."""
    if vectors.shape != (count, dim):
        raise BadVectors(f"expected {count} vectors of {dim} numbers, got the shape {vectors.shape}")
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise BadVectors("a vector holds NaN or infinity")
    if (lengths == 0).any():
        raise BadVectors(_ZERO)
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit


@dataclass(frozen=True, slots=True)
class WordLlamaEmbedder:
    """Mean of static token vectors. Immutable after `load`, so any number of threads may share one."""

    table: npt.NDArray[np.float16]
    tokenizer: Tokenizer
    model: str = f"{WORDLLAMA}/l2_supercat_256"

    @classmethod
    def load(cls) -> WordLlamaEmbedder:
        """Read weights and tokenizer from the package's own folder (about 0.1 s, 16 MB).

        The package itself is not imported: doing so sets up root logging and brings code that can download.
        """
        spec = find_spec("wordllama")
        if spec is None or not spec.submodule_search_locations:
            raise ModelMissing("the package wordllama is not installed")
        folder = Path(spec.submodule_search_locations[0])
        weights = folder / "weights" / "l2_supercat_256.safetensors"
        tokenizer = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        for file in (weights, tokenizer):
            if not file.is_file():
                raise ModelMissing(f"{file} is missing")
        return cls(load_file(weights)["embedding.weight"], Tokenizer.from_file(str(tokenizer)))

    @property
    def dim(self) -> int:
        return int(self.table.shape[1])

    async def embed(self, texts: Sequence[str]) -> Vectors:
        texts = checked(texts)
        if len(texts) <= _INLINE:
            return self._embed(texts)
        return await asyncio.to_thread(self._embed, texts)

    def _embed(self, texts: list[str]) -> Vectors:
        # Not by `normalised`: its dozen steps over arrays would take as long as the rest.
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        encodings = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        for vector, encoding in zip(vectors, encodings, strict=True):
            total = self.table.take(encoding.ids, axis=0).sum(axis=0, dtype=np.float32)
            length = sqrt(total.dot(total))
            if length == 0:
                raise BadVectors(_ZERO)
            np.divide(total, length, out=vector)
        return vectors


def create(settings: StorageSettings) -> Embedder:
    """The embedder that the settings name. Raises `ModelMissing`."""
    if settings.embedding_model == WORDLLAMA:
        return WordLlamaEmbedder.load()
    # litellm takes seconds to import, which the default model should not cost anyone.
    module = importlib.import_module("storage.embedder_litellm")
    made: Embedder = module.LiteLLMEmbedder.configured(settings)
    return made
