from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent.warmup import close_clients, warm
from storage.embedder import Embedder, create
from storage.settings import StorageSettings
from tests.conftest import copy, pool
from tests.support.service import Ground, Running, running


@pytest.fixture(scope="session", autouse=True)
async def litellm_ready() -> AsyncIterator[None]:
    """litellm's modules are loaded before the first test, its connections closed after the last one."""
    await warm()
    yield
    await close_clients()


@pytest.fixture(scope="module")
async def ground(server_url: str) -> AsyncIterator[Ground]:
    """A database that the tests of a module share."""
    async with copy(server_url) as url, pool(url) as database:
        yield Ground(url, database, create(StorageSettings()))


@pytest.fixture(scope="module")
async def shared_service(ground: Ground) -> AsyncIterator[Running]:
    """A service whose model always says the same; to start one for each test would take most of the time."""
    async with running(ground) as made:
        yield made


@pytest.fixture
async def here(shared_service: Running) -> AsyncIterator[Running]:
    """The service of the module, with a shopper of the test's own. What changes a service makes its own (`running`)."""
    async with shared_service.visited() as made:
        yield made


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return create(StorageSettings())
