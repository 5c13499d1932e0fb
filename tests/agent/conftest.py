from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent.warmup import close_clients, warm


@pytest.fixture(scope="session", autouse=True)
async def litellm_ready() -> AsyncIterator[None]:
    """litellm's modules are loaded before a test measures time, its connections closed after the last one."""
    await warm()
    yield
    await close_clients()
