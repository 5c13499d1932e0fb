"""One embedded server a session, one migrated template database, a fresh copy of it for every test that asks."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from storage.embedded import serve
from storage.migrate import migrate
from tests.support.scratch import scratch

TEMPLATE = "cartwright"
SHARED = Path(__file__).parents[2] / "shared"
_SECRETS = ("_API_KEY", "_API_BASE", "_BASE_URL")

# Before any module is imported that might read it: no test may depend on, or reach, what the developer has set up.
for _name in tuple(os.environ):
    if _name.startswith(("CARTWRIGHT_", "LITELLM_")) or _name.endswith(_SECRETS) or _name == "DATABASE_URL":
        del os.environ[_name]
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

# The same examples every time and no file of an earlier session, so that what fails once fails again; no limit that a
# busy machine can miss. `--hypothesis-profile default` looks for new ones.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    folder = contextlib.ExitStack()
    folder.enter_context(scratch())
    config.add_cleanup(folder.close)


@pytest.fixture(scope="session")
async def server_url() -> AsyncIterator[str]:
    """The URL of the migrated template database; copy it, never write to it."""
    with tempfile.TemporaryDirectory(prefix="cartwright-test-", ignore_cleanup_errors=True) as folder:
        async with serve(Path(folder), durable=False) as url:
            await migrate(url)
            yield url


@asynccontextmanager
async def copy(server_url: str) -> AsyncIterator[str]:
    """The URL of a database that lives as long as the block, migrated and empty."""
    name = f"test_{next(_numbers)}"
    admin = await asyncpg.connect(server_url.replace(f"/{TEMPLATE}?", "/postgres?"))
    try:
        await admin.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        yield server_url.replace(f"/{TEMPLATE}?", f"/{name}?")
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@asynccontextmanager
async def pool(url: str) -> AsyncIterator[Database]:
    """A pool as the service has it, but for limits that a busy machine could miss."""
    database = await Database.open(url, acquire_timeout=60, command_timeout=60)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database_url(server_url: str) -> AsyncIterator[str]:
    """The URL of a database of this test's own, migrated and empty."""
    async with copy(server_url) as url:
        yield url


@pytest.fixture(scope="module")
async def module_database(server_url: str) -> AsyncIterator[Database]:
    """A pool on a database that the tests of a module share: for many small tests that leave nothing behind."""
    async with copy(server_url) as url, pool(url) as database:
        yield database


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool on a database of this test's own."""
    async with pool(database_url) as database:
        yield database


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """An empty folder for a server of the test's own; a server that is left in it is ended.

    Not pytest's tmp_path: every session of pytest shuts the folders above that one to other users, the server's too.
    """
    with tempfile.TemporaryDirectory(prefix="cartwright-test-", ignore_cleanup_errors=True) as name:
        yield Path(name)
        for path in Path(name).rglob("postmaster.pid"):
            with contextlib.suppress(psutil.NoSuchProcess):
                server = psutil.Process(int(path.read_text().splitlines()[0]))
                if server.name() == "postgres":
                    server.kill()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party data beside the checkout; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the shared data in {SHARED}, which is not on this machine")
    return SHARED
