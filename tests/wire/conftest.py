from __future__ import annotations

import os

import pytest

from tests.clients.node import missing


@pytest.fixture(scope="session")
def npm_clients() -> None:
    """The npm clients can run. Without Node the test is skipped and says so; in CI that is a failure."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run the npm clients, but {reason}")
    pytest.skip(f"npm clients: {reason}")
