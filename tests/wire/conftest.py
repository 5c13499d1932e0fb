from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from agent.warmup import close_clients, warm
from storage.embedder import create
from storage.products import Product
from storage.settings import StorageSettings
from tests.clients.node import ChatClients, chat_clients, missing
from tests.conftest import copy, pool
from tests.support.factory import make_product, make_store
from tests.support.service import Ground


@pytest.fixture(scope="session")
def npm_clients() -> None:
    """The npm clients can run. Without Node the test is skipped and says so; in CI that is a failure."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run the npm clients, but {reason}")
    pytest.skip(f"npm clients: {reason}")


@pytest.fixture(scope="session")
async def chat_client(npm_clients: None) -> AsyncIterator[ChatClients]:
    """The npm clients, each a page of its own."""
    async with chat_clients() as made:
        yield made


@dataclass(frozen=True, slots=True)
class Shop(Ground):
    """What the services of a module share, and a product to ask for."""

    product: Product


@pytest.fixture(scope="module")
async def shop(server_url: str) -> AsyncIterator[Shop]:
    """A shop with one product; litellm's modules are loaded before the first test."""
    await warm()
    embedder = create(StorageSettings())
    async with copy(server_url) as url, pool(url) as database:
        async with database.transaction() as conn:
            product = await make_product(conn, await make_store(conn), embedder=embedder)
        yield Shop(url, database, embedder, product)
    await close_clients()
