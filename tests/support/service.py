"""The service over real HTTP on loopback, in this process, with a scripted provider behind its model."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
from httpx._types import CookieTypes
from starlette.applications import Starlette

from agent.feed import Feed
from agent.flusher import Flusher
from agent.leases import Leases
from agent.limits import ModelAccess, ModelLimits
from agent.litellm_model import LiteLLMModel
from agent.notices import Notices
from agent.runner import Limits, Runner
from agent.settings import AgentSettings
from agent.tee import Tee
from agent.turn import Lease
from api import app as application
from api import google
from api.allowances import Allowances
from api.live import Streams
from api.mailing import Mailer, Postman
from api.passwords import Passwords
from api.service import Service
from api.settings import ApiSettings
from prompts.prompt import load
from storage.clock import Clock, utc_now
from storage.database import Database, connect
from storage.embedder import Embedder
from tests.support.factory import unique
from tests.support.letterbox import Letterbox
from tests.support.providers import openai
from tests.support.providers.loopback import Provider, Reply, provider
from tests.support.providers.script import End, Script, Text, Wait
from tests.support.turns import MODEL
from tests.support.ui_reducer import Reducer
from tests.wire.serving import serving
from tools.registry import SHOP_TOOLS
from tools.tool import Tool

# bcrypt as cheap as it goes: what it costs is measured elsewhere. No limits: all shoppers come from one address.
QUICK = ApiSettings(password_cost=4, limit_requests=0, limit_guests=0, limit_streams=0)
KEY = "sk-loopback-0123456789abcdef"
OTHER_MODEL = "openai/gpt-4o"
HELLO = (Text("Good "), Text("day 😀"), End())
# Loopback speaks plain HTTP, and a client takes 20 ms to read the certificates it would not use.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PATIENT = 60.0
"""Seconds that end a test which hangs, and none on a machine that is only slow."""
# One more try before the first part, as the service makes: in full runs one request in thousands did not get through.
_QUICK = ModelLimits(first_token=PATIENT, idle=PATIENT, retries=1, retry_time=PATIENT, retry_wait=0.001)


def client(
    url: str = "", *, headers: Mapping[str, str] | None = None, cookies: CookieTypes | None = None
) -> httpx.AsyncClient:
    """A client of what listens at `url` on loopback."""
    return httpx.AsyncClient(base_url=url, headers=headers, cookies=cookies, timeout=PATIENT, verify=_NO_TLS)


@dataclass(frozen=True, slots=True)
class Ground:
    """What services of one test module share."""

    url: str
    database: Database
    embedder: Embedder


@dataclass(slots=True)
class Streamed:
    """A response read to its end; `ids` are the cursors its events carried."""

    status: int
    headers: httpx.Headers
    chunks: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    done: bool = False

    @property
    def types(self) -> list[str]:
        return [chunk["type"] for chunk in self.chunks]

    @property
    def client(self) -> Reducer:
        return Reducer().feed(self.chunks)

    @property
    def message(self) -> dict[str, Any]:
        return self.client.message

    def take(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "data" and value == "[DONE]":
            self.done = True
        elif name == "data":
            self.chunks.append(json.loads(value))
        elif name == "id":
            self.ids.append(value)


@dataclass(slots=True)
class Browser:
    """One shopper: keeps the session cookie, one chat and what was sent last."""

    http: httpx.AsyncClient
    chat: str
    sent: dict[str, object] = field(default_factory=dict)

    def body(self, text: str = "Hello", **more: object) -> dict[str, object]:
        message = {"id": unique("u"), "role": "user", "parts": [{"type": "text", "text": text}]}
        return {"id": self.chat, "trigger": "submit-message", "messages": [message], **more}

    async def post(self, body: dict[str, object]) -> httpx.Response:
        return await self.http.post("/api/chat", json=body)

    async def say(self, text: str = "Hello", **more: object) -> Streamed:
        """Send a message and read its answer to the end."""
        return await self.send(self.body(text, **more))

    async def send(self, body: dict[str, object], *, begun: asyncio.Event | None = None) -> Streamed:
        self.sent = body
        async with self.http.stream("POST", "/api/chat", json=body) as response:
            return await read(response, begun)

    async def resume(self, last: str | None = None, *, begun: asyncio.Event | None = None) -> Streamed:
        """The stream again, `last` being the `Last-Event-ID`."""
        headers = {} if last is None else {"Last-Event-ID": last}
        async with self.http.stream("GET", f"/api/chat/{self.chat}/stream", headers=headers) as response:
            return await read(response, begun)

    async def history(self) -> list[dict[str, Any]]:
        response = await self.http.get(f"/api/chat/{self.chat}")
        assert response.status_code == 200, response.text
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages


@dataclass(slots=True)
class Running:
    """A service that runs: its address, its parts, its provider and a shopper."""

    url: str
    app: Starlette
    service: Service
    provider: Provider
    browser: Browser

    @asynccontextmanager
    async def visited(self) -> AsyncIterator[Running]:
        """The same service with a new shopper, whose model has not been asked anything yet."""
        self.provider.asked.clear()
        async with client(self.url) as http:
            yield replace(self, browser=Browser(http, unique("chat")))

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[Browser]:
        """Somebody else, with the same chat in mind."""
        async with client(self.url) as http:
            yield Browser(http, self.browser.chat)


async def read(response: httpx.Response, begun: asyncio.Event | None = None) -> Streamed:
    """All events of a response; `begun` is set at the first words."""
    streamed = Streamed(response.status_code, response.headers)
    async for line in response.aiter_lines():
        streamed.take(line)
        if begun is not None and "text-delta" in line:
            begun.set()
    return streamed


def gated(before: Script, gate: asyncio.Event, after: Script) -> Reply:
    """A reply that pauses until the gate opens."""
    return Reply([*openai.reply(before).steps, Wait(gate), *openai.reply(after).steps])


@asynccontextmanager
async def running(
    ground: Ground,
    *replies: Reply | Script,
    settings: ApiSettings | None = None,
    limits: Limits | None = None,
    cookies: httpx.Cookies | None = None,
    chat: str | None = None,
    tools: Sequence[Tool] = SHOP_TOOLS,
    clock: Clock = utc_now,
    mailer: Mailer | None = None,
) -> AsyncIterator[Running]:
    """A service whose model gives these replies in turn, the last of them again and again."""
    answers = [reply if isinstance(reply, Reply) else openai.reply(reply) for reply in replies or (HELLO,)]
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(provider(*answers))
        service = await stack.enter_async_context(
            _service(ground, upstream, settings or QUICK, limits, tools, clock, mailer)
        )
        app = application.create(service)
        url = await stack.enter_async_context(serving(app))
        stack.callback(service.feed.close)
        http = await stack.enter_async_context(client(url, cookies=cookies))
        yield Running(url, app, service, upstream, Browser(http, chat or unique("chat")))


@asynccontextmanager
async def _service(
    ground: Ground,
    upstream: Provider,
    settings: ApiSettings,
    limits: Limits | None,
    tools: Sequence[Tool],
    clock: Clock,
    mailer: Mailer | None,
) -> AsyncIterator[Service]:
    access = ModelAccess(KEY, f"{upstream.url}/v1")

    def model(name: str, tee: Tee) -> LiteLLMModel:
        return LiteLLMModel(name, tee=tee, limits=_QUICK, access=access)

    flusher = Flusher(ground.database, interval=0.005)
    notices = Notices(partial(connect, ground.url))
    runner = Runner(
        database=ground.database,
        flusher=flusher,
        tools=tools,
        embedder=ground.embedder,
        make_model=model,
        clock=clock,
        name=unique("process"),
        limits=limits or Limits(),
    )
    draining = asyncio.Event()
    leases = Leases(database=ground.database, runner=runner, notices=notices, clock=clock, draining=draining)
    passwords = Passwords(settings.password_cost)
    postman = Postman(database=ground.database, mailer=mailer or Letterbox(), clock=clock, every=0.05)
    streams = Streams(database=ground.database, clock=clock, every=0.05)
    loops: Sequence[Flusher | Notices | Leases | Postman | Streams] = (flusher, notices, leases, postman, streams)
    async with AsyncExitStack() as stack:
        for loop in loops:
            loop.start()
            stack.push_async_callback(loop.stop)
        stack.push_async_callback(runner.close, 5.0)
        stack.callback(passwords.close)
        identities = await stack.enter_async_context(google.connected(settings.google))
        yield Service(
            settings=settings,
            agent_settings=AgentSettings(model=MODEL, fallback_models=(OTHER_MODEL,)),
            database=ground.database,
            embedder=ground.embedder,
            runner=runner,
            feed=Feed(database=ground.database, notices=notices, recorder_of=runner.recorder, poll=0.05),
            lease=Lease(owner=runner.name, lasts=leases.lasts),
            draining=draining,
            allowances=Allowances(),
            prompts={"shopper": load("shopper"), "other": replace(load("shopper"), name="other", version=7)},
            clock=clock,
            passwords=passwords,
            postman=postman,
            streams=streams,
            google=identities,
        )
