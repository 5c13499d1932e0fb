from __future__ import annotations

import asyncio
import subprocess
import sys

import numpy as np
import pytest

from storage import embedder
from storage.embedder import WordLlamaEmbedder, normalised
from storage.errors import BadVectors, Invalid
from storage.settings import StorageSettings


@pytest.fixture(scope="module")
def wordllama() -> WordLlamaEmbedder:
    return WordLlamaEmbedder.load()


async def test_vectors_are_unit_length_in_order_and_near_for_near_meanings(wordllama: WordLlamaEmbedder) -> None:
    made = await wordllama.embed(["laptop", "notebook computer", "garden hose"])
    assert made.shape == (3, 256)
    assert made.dtype == np.float32
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)
    assert made[0] @ made[1] > made[0] @ made[2] + 0.2


async def test_a_text_has_the_same_vector_alone_in_a_batch_and_in_a_thread(wordllama: WordLlamaEmbedder) -> None:
    texts = [f"product number {number} in blue" for number in range(100)]
    many, *single = await asyncio.gather(wordllama.embed(texts), *(wordllama.embed([text]) for text in texts[:5]))
    assert np.allclose(many[:5], np.concatenate(single), atol=1e-6)


async def test_no_texts_are_no_vectors(wordllama: WordLlamaEmbedder) -> None:
    assert (await wordllama.embed([])).shape == (0, 256)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
async def test_a_blank_text_is_refused(wordllama: WordLlamaEmbedder, text: str) -> None:
    with pytest.raises(Invalid, match="blank"):
        await wordllama.embed(["fine", text])


@pytest.mark.parametrize("text", ["\x00", "🎧", "ﷺ" * 50, "x" * 20_000, "\u200b."])
async def test_odd_texts_have_vectors_too(wordllama: WordLlamaEmbedder, text: str) -> None:
    assert np.isfinite(await wordllama.embed([text])).all()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1.0, float("nan")]], "NaN"),
        ([[1.0, float("inf")]], "NaN"),
        ([[0.0, 0.0]], "zero"),
        ([[1.0, 0.0, 0.0]], "shape"),
        ([[1.0, 0.0], [0.0, 1.0]], "shape"),
    ],
)
def test_vectors_that_cannot_be_used_are_refused(rows: list[list[float]], reason: str) -> None:
    with pytest.raises(BadVectors, match=reason):
        normalised(np.array(rows), count=1, dim=2)


def test_the_default_loads_without_network_and_without_importing_its_package() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*args, **kwargs): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from storage import embedder\n"
        "from storage.settings import StorageSettings\n"
        "import asyncio\n"
        "made = embedder.create(StorageSettings())\n"
        "assert asyncio.run(made.embed(['a'])).shape == (1, made.dim)\n"
        "assert 'wordllama' not in sys.modules and 'litellm' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_another_name_is_a_model_of_litellm() -> None:
    made = embedder.create(StorageSettings(embedding_model="openai/some-model", embedding_dimension=64))
    assert (made.model, made.dim) == ("openai/some-model", 64)
