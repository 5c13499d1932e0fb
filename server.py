"""The service: settings in, a running application out. `python server.py` serves it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from agent.offline.provider import Shopkeeper
from starlette.applications import Starlette

from agent import shopper, warmup
from agent.feed import Feed
from agent.litellm_model import LiteLLMModel
from agent.providers import register_offline
from agent.runner import Limits, Runner
from agent.settings import AgentSettings
from agent.tee import Tee
from api import app as application
from api.service import Service
from api.settings import ApiSettings
from prompts.prompt import load
from storage import embedder
from storage.clock import Clock, utc_now
from storage.database import Database
from storage.errors import CartwrightError
from storage.settings import StorageSettings
from storage.start import ready
from tools.registry import SHOP_TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the three floors."""

    storage: StorageSettings
    agent: AgentSettings
    api: ApiSettings

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment once."""
        return cls(storage=StorageSettings(), agent=AgentSettings(), api=ApiSettings())


def create_app(settings: Settings, *, clock: Clock = utc_now) -> Starlette:
    """The application; its lifespan starts the database, the runner and the models."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(settings, clock) as service:
            app.state.service = service
            yield

    return application.create(lifespan)


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    """Everything behind the routes, from the database up."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(ready(settings.storage))
        database = await Database.open(
            url,
            pool_size=settings.storage.pool_size,
            acquire_timeout=settings.storage.acquire_timeout,
            statement_cache_size=settings.storage.statement_cache_size,
        )
        stack.push_async_callback(database.close)
        embed = embedder.create(settings.storage)
        register_offline(Shopkeeper())
        runner = Runner(
            database=database,
            agent=shopper.build(SHOP_TOOLS),
            embedder=embed,
            make_model=partial(_model, settings.agent),
            clock=clock,
            name=f"{socket.gethostname()}-{os.getpid()}",
            limits=Limits(
                requests=settings.agent.run_steps,
                tool_calls=settings.agent.run_tool_calls,
                seconds=settings.agent.run_time,
            ),
        )
        await runner.start()
        stack.push_async_callback(runner.stop)
        await warmup.warm()
        yield Service(
            settings=settings.api,
            agent_settings=settings.agent,
            database=database,
            embedder=embed,
            runner=runner,
            feed=Feed(database=database, runner=runner),
            prompts={"shopper": load("shopper")},
            clock=clock,
        )


def _model(settings: AgentSettings, name: str, tee: Tee) -> LiteLLMModel:
    return LiteLLMModel.configured(settings, name=name, tee=tee)


class Server(uvicorn.Server):
    """Says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the address on a line of its own."""
        await super().startup(sockets=sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            print(f"http://{host}:{port}", flush=True)


def main() -> int:
    """Serve until told to stop; 1 with one line on stderr when the installation needs a hand."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings.from_env()
    if settings.agent.model.startswith("offline/"):
        print("No language model is configured: the offline model answers, a shopkeeper made of rules.", flush=True)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.api.host,
        port=settings.api.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=20,
    )
    listening = config.bind_socket()
    try:
        Server(config).run(sockets=[listening])
    except CartwrightError as error:
        print(f"{error.code}: {error.detail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
