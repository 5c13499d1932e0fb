"""The service: settings in, a running application out. `python server.py` serves it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette

from agent import warmup
from agent.feed import Feed
from agent.flusher import Flusher
from agent.leases import Leases
from agent.litellm_model import LiteLLMModel
from agent.notices import Notices
from agent.offline.provider import Shopkeeper
from agent.providers import register_offline
from agent.reader import Cut
from agent.runner import Limits, Runner
from agent.settings import AgentSettings
from agent.tee import Tee
from agent.turn import Lease
from api import app as application
from api.service import Service
from api.settings import ApiSettings
from prompts.prompt import load
from storage import embedder
from storage.clock import Clock, utc_now
from storage.database import Database, connect
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
            await drain(service)

    return application.create(lifespan)


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[Service]:
    """Everything behind the routes, from the database up."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(ready(settings.storage))
        database = await _database(url, settings.storage)
        stack.push_async_callback(database.close)
        embed = embedder.create(settings.storage)
        register_offline(Shopkeeper())
        flusher, notices = Flusher(database), Notices(partial(connect, url))
        runner = Runner(
            database=database,
            flusher=flusher,
            tools=SHOP_TOOLS,
            embedder=embed,
            make_model=partial(_model, settings.agent),
            clock=clock,
            name=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
            limits=Limits(
                requests=settings.agent.run_steps,
                tool_calls=settings.agent.run_tool_calls,
                seconds=settings.agent.run_time,
            ),
        )
        draining = asyncio.Event()
        leases = Leases(
            database=database,
            runner=runner,
            notices=notices,
            clock=clock,
            draining=draining,
            patience=settings.agent.lease,
        )
        await warmup.warm()
        stack.push_async_callback(warmup.close_clients)
        for loop in (flusher, notices, leases):
            loop.start()
            stack.push_async_callback(loop.stop)
        yield Service(
            settings=settings.api,
            agent_settings=settings.agent,
            database=database,
            embedder=embed,
            runner=runner,
            feed=Feed(database=database, notices=notices, recorder_of=runner.recorder),
            lease=Lease(owner=runner.name, lasts=leases.lasts),
            draining=draining,
            prompts={"shopper": load("shopper")},
            clock=clock,
        )


async def drain(service: Service) -> None:
    """Take nothing new, let answers end for a moment, hand the others to another process, let every reader go."""
    service.draining.set()
    await service.runner.close(service.settings.drain)
    service.feed.close()


async def _database(url: str, settings: StorageSettings) -> Database:
    return await Database.open(
        url,
        pool_size=settings.pool_size,
        acquire_timeout=settings.acquire_timeout,
        statement_cache_size=settings.statement_cache_size,
    )


def _model(settings: AgentSettings, name: str, tee: Tee) -> LiteLLMModel:
    return LiteLLMModel.configured(settings, name=name, tee=tee)


class Server(uvicorn.Server):
    """Says where it listens once it does, and lets readers go before it waits for connections to end."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the address on a line of its own."""
        await super().startup(sockets=sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            print(f"http://{host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain first: a stream would otherwise hold its connection open until it is cut."""
        if hasattr(self._app.state, "service"):
            await drain(self._app.state.service)
        await super().shutdown(sockets=sockets)


class NoCuts(logging.Filter):
    """A reader that is let go breaks off its response, which uvicorn takes for a fault of the application."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it."""
        error = record.exc_info[1] if record.exc_info else None
        return not _is_cut(error)


def _is_cut(error: BaseException | None) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_is_cut(inner) for inner in error.exceptions)
    return isinstance(error, Cut)


def main() -> int:
    """Serve until told to stop; 1 with one line on stderr when the installation needs a hand."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("LiteLLM").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(NoCuts())
    settings = Settings.from_env()
    if settings.agent.model.startswith("offline/"):
        print("No language model is configured: the offline model answers, a shopkeeper made of rules.", flush=True)
    # It would cut every stream as soon as the process is told to stop; `drain` lets answers end first.
    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.api.host,
        port=settings.api.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    # uvicorn raises the signal again once it has shut down; a server that was told to stop and did has not failed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    listening = config.bind_socket()
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A connection that is closed while its peer reads nothing would otherwise stay for as long as the peer likes.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(settings.api.send_timeout * 1000))
    try:
        Server(config, app).run(sockets=[listening])
    except CartwrightError as error:
        print(f"{error.code}: {error.detail}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
