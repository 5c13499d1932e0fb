from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from api.who import COOKIE
from storage import people
from storage.clock import utc_now
from storage.database import Database
from storage.embedded import serve
from storage.embedder import create
from storage.migrate import migrate
from storage.products import Product
from storage.settings import StorageSettings
from tests.faults.brain import Brain, thinking
from tests.faults.shopper import Shopper
from tests.support.factory import make_product, make_store
from tests.support.models import KEY
from tests.support.server_process import SERVER, ServerProcess

LEASE = 3.0


@dataclass(slots=True)
class Ground:
    """A durable database with one product, a model, and servers on both."""

    url: str
    folder: Path
    database: Database
    brain: Brain
    product: Product
    servers: list[ServerProcess] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def server(self, script: Path = SERVER, **env: object) -> ServerProcess:
        """A server that has not been started, with these settings more."""
        given = {
            "CARTWRIGHT_DATABASE_URL": self.url,
            "CARTWRIGHT_MODEL": "openai/gpt-4o-mini",
            "CARTWRIGHT_MODEL_API_BASE": self.brain.url,
            "CARTWRIGHT_MODEL_API_KEY": KEY,
            "CARTWRIGHT_LEASE": str(LEASE),
            # Racers are one person each, and all of them one address.
            **{f"CARTWRIGHT_LIMIT_{what}": "0" for what in ("REQUESTS", "GUESTS", "STREAMS")},
        }
        named = {f"CARTWRIGHT_{name.upper()}": str(value) for name, value in env.items()}
        log = self.folder / f"server-{len(list(self.folder.glob('server-*')))}.log"
        return ServerProcess({**given, **named}, log, script=script)

    @asynccontextmanager
    async def running(self, script: Path = SERVER, **env: object) -> AsyncIterator[ServerProcess]:
        server = self.server(script, **env)
        try:
            await server.start()
            yield server
        finally:
            await server.close()

    async def until(self, query: str, *arguments: object, seconds: float = 60) -> None:
        """Wait until a query says true."""
        async with asyncio.timeout(seconds), self.database.connection() as conn:
            while not await conn.fetchval(query, *arguments):
                await asyncio.sleep(0.02)

    async def shopper(self, *urls: str, resumes: bool = True, resets: bool = True) -> Shopper:
        """Somebody who has a session: a first answer that is lost would take a new guest's cookie with it."""
        async with self.database.transaction() as conn:
            guest = await people.new_guest(conn, utc_now(), timedelta(days=1))
        return Shopper(urls or self.urls, resumes=resumes, resets=resets, cookie=f"{COOKIE}={guest.token}")


@pytest.fixture(scope="session")
def seed() -> int:
    """SEED in the environment, or a new one; printed, so that a failure can be had again."""
    made = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"\nSEED={made}")
    return made


@pytest.fixture
def chance(seed: int, request: pytest.FixtureRequest) -> random.Random:
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def count() -> Callable[[int], int]:
    """COUNT in the environment as a share in percent of a test's full number (100: all of it)."""
    share = int(os.environ.get("COUNT") or 10)
    return lambda full: max(1, full * share // 100)


Report = Callable[[str, object], None]


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Prints a figure, beside the test's name."""

    def told(name: str, figure: object) -> None:
        print(f"FIGURE {request.node.name}: {name} = {figure}")

    return told


@pytest.fixture(scope="session")
async def brain() -> AsyncIterator[Brain]:
    async with thinking(Brain()) as made:
        yield made


@pytest.fixture(scope="session")
async def folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cartwright-faults-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@asynccontextmanager
async def prepared(url: str, folder: Path, brain: Brain) -> AsyncIterator[Ground]:
    await migrate(url)
    database = await Database.open(url)
    try:
        async with database.transaction() as conn:
            product = await make_product(conn, await make_store(conn), stock=99, embedder=create(StorageSettings()))
        yield Ground(url, folder, database, brain, product)
    finally:
        await database.close()


@pytest.fixture(scope="session")
async def ground(folder: Path, brain: Brain) -> AsyncIterator[Ground]:
    """The database of all tests but those that end it, with fsync on."""
    async with serve(folder / "data") as url, prepared(url, folder, brain) as made:
        yield made


@pytest.fixture(scope="session")
async def pair(ground: Ground) -> AsyncIterator[Ground]:
    """Two servers on the ground, which no test may end."""
    async with AsyncExitStack() as stack:
        ground.servers.extend([await stack.enter_async_context(ground.running()) for _ in range(2)])
        yield ground
        ground.servers.clear()


@pytest.fixture(autouse=True)
async def usual_pace(brain: Brain) -> AsyncIterator[None]:
    yield
    brain.pace, brain.words = 0.01, 12
    brain.asked.clear()
    brain.gone.clear()
    brain.go.clear()
