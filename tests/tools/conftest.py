from __future__ import annotations

import pytest

from storage.embedder import Embedder, create
from storage.settings import StorageSettings


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return create(StorageSettings())
