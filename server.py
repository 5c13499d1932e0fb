"""The service: settings in, a running application out. `python server.py` serves it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import uvicorn
import uvloop
from pydantic import ValidationError
from sse_starlette.sse import AppStatus

from agent import warmup
from agent.cashier import Cashier
from agent.expiry import Expiry
from agent.feed import Feed
from agent.flusher import Flusher
from agent.journal import Journal
from agent.leases import Leases
from agent.litellm_model import LiteLLMModel
from agent.notices import Notices
from agent.offline.provider import Shopkeeper
from agent.payment_provider import PROVIDERS, Providers, chosen
from agent.providers import register_offline
from agent.reader import Cut
from agent.runner import Limits, Runner
from agent.settings import AgentSettings
from agent.tee import Tee
from agent.turn import Lease
from api import app as application
from api import google, mailing
from api.allowances import Allowances
from api.forgetting import Forgetter
from api.live import Streams
from api.mailing import Postman
from api.passwords import Passwords
from api.service import Service
from api.settings import ApiSettings
from api.sweeping import Sweeper
from prompts.prompt import load
from storage import embedder
from storage.clock import Clock, utc_now
from storage.database import Database, connect
from storage.errors import CartwrightError, OperatorError
from storage.settings import StorageSettings
from storage.start import ready
from tools.registry import SHOP_TOOLS
from tools.tool import Tool

# By its name also where this file is the program.
_log = logging.getLogger("server")


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


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock, tools: Iterable[Tool] = SHOP_TOOLS, providers: Providers = PROVIDERS
) -> AsyncIterator[Service]:
    """Everything behind the routes, from the database up; of the payment providers the one that is chosen."""
    provider = chosen(providers, settings.agent.payment_provider)
    process = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    journal = Journal(process=process)
    async with AsyncExitStack() as stack:
        journal.attach()
        stack.callback(journal.detach)
        url = await stack.enter_async_context(ready(settings.storage))
        database = await _database(url, settings.storage)
        stack.push_async_callback(database.close)
        journal.start(database)
        stack.push_async_callback(journal.stop)
        _log.info("process started")
        stack.callback(_log.info, "process stopped")
        embed = embedder.create(settings.storage)
        register_offline(Shopkeeper())
        flusher, notices = Flusher(database), Notices(partial(connect, settings.storage.direct_url or url))
        runner = Runner(
            database=database,
            flusher=flusher,
            tools=tools,
            embedder=embed,
            make_model=partial(_model, settings.agent),
            clock=clock,
            name=process,
            limits=Limits(
                requests=settings.agent.run_steps,
                tool_calls=settings.agent.run_tool_calls,
                output_tokens=settings.agent.run_output_tokens,
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
        expiry = Expiry(database=database, embedder=embed, clock=clock)
        cashier = Cashier(database=database, provider=provider, clock=clock)
        await warmup.warm()
        stack.push_async_callback(warmup.close_clients)
        passwords = Passwords(settings.api.password_cost)
        stack.callback(passwords.close)
        mailer = mailing.mailer(settings.api.smtp_url, settings.api.mail_from)
        postman = Postman(database=database, mailer=mailer, clock=clock)
        streams = Streams(database=database, clock=clock)
        sweeper = Sweeper(database=database, clock=clock)
        identities = await stack.enter_async_context(google.connected(settings.api.google))
        for loop in (flusher, notices, leases, expiry, cashier, postman, streams, sweeper):
            loop.start()
            stack.push_async_callback(loop.stop)
        if settings.api.guest_days:
            forgetter = Forgetter(database=database, clock=clock, after=timedelta(days=settings.api.guest_days))
            forgetter.start()
            stack.push_async_callback(forgetter.stop)
        yield Service(
            settings=settings.api,
            agent_settings=settings.agent,
            database=database,
            embedder=embed,
            runner=runner,
            feed=Feed(database=database, notices=notices, recorder_of=runner.recorder),
            lease=Lease(owner=runner.name, lasts=leases.lasts),
            draining=draining,
            allowances=Allowances(),
            prompts={"shopper": load("shopper")},
            clock=clock,
            passwords=passwords,
            postman=postman,
            streams=streams,
            google=identities,
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
        warm=settings.pool_size,
        acquire_timeout=settings.acquire_timeout,
        statement_cache_size=settings.statement_cache_size,
    )


def _model(settings: AgentSettings, name: str, tee: Tee) -> LiteLLMModel:
    return LiteLLMModel.configured(settings, name=name, tee=tee)


class AddressTaken(OperatorError):
    """Nothing can listen on this address; choose another one."""


class Server(uvicorn.Server):
    """Says where it listens once it does, and lets readers go before it waits for connections to end."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then print the address on a line of its own."""
        await super().startup(sockets=sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            print(f"http://{host}:{port}", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain first: a stream would otherwise hold its connection open until it is cut."""
        await drain(self._service)
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


def listening(settings: ApiSettings) -> socket.socket:
    """A socket bound to the configured address. Raises AddressTaken."""
    made = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A connection that is closed while its peer reads nothing would otherwise stay for as long as the peer likes.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(settings.send_timeout * 1000))
    try:
        made.bind((settings.host, settings.port))
    except OSError as error:
        made.close()
        text = f"Nothing can listen on {settings.host}:{settings.port} ({error.strerror}); choose another PORT."
        raise AddressTaken(text) from error
    return made


async def serve(settings: Settings, tools: Iterable[Tool], providers: Providers) -> None:
    """Serve until told to stop. Raises CartwrightError when the installation needs a hand."""
    bound = listening(settings.api)
    async with running(settings, utc_now, tools, providers) as service:
        config = uvicorn.Config(
            application.create(service), lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=10
        )
        await Server(config, service).serve(sockets=[bound])


def main(tools: Iterable[Tool] = SHOP_TOOLS, providers: Providers = PROVIDERS) -> int:
    """Serve; 1 with one line on stderr when the installation needs a hand."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("LiteLLM").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("mcp").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(NoCuts())
    # It would cut every stream as soon as the process is told to stop; `drain` lets answers end first.
    AppStatus.disable_automatic_graceful_drain()  # type: ignore[no-untyped-call]
    # uvicorn raises the signal again once it has shut down; a server that was told to stop and did has not failed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        settings = Settings.from_env()
        if settings.agent.model.startswith("offline/"):
            print("No language model is configured: the offline model answers, a shopkeeper made of rules.", flush=True)
        uvloop.run(serve(settings, tools, providers))
    except CartwrightError as error:
        print(f"{error.code}: {error.detail}", file=sys.stderr)
        return 1
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in fault["loc"]).upper().removeprefix("CARTWRIGHT_")
            print(f"setting CARTWRIGHT_{name}: {fault['msg']}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
