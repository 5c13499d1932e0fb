"""What the handlers of the HTTP edge share: made by `server.py`, found on the application's state."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from agent.feed import Feed
from agent.runner import Runner
from agent.settings import AgentSettings
from agent.turn import Lease
from api.allowances import Allowances
from api.google import Google
from api.live import Streams
from api.mailing import Postman
from api.passwords import Passwords
from api.settings import ApiSettings
from prompts.prompt import Prompt
from storage.clock import Clock
from storage.database import Database
from storage.embedder import Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running parts behind the routes; `draining` is set once the server is told to stop."""

    settings: ApiSettings
    agent_settings: AgentSettings
    database: Database
    embedder: Embedder
    runner: Runner
    feed: Feed
    lease: Lease
    draining: asyncio.Event
    allowances: Allowances
    prompts: Mapping[str, Prompt]
    clock: Clock
    passwords: Passwords
    postman: Postman
    streams: Streams
    google: Google | None


def service(request: Request) -> Service:
    """The service this request has come to."""
    found: Service = request.app.state.service
    return found


def base_url(request: Request) -> str:
    """The address shoppers know us by, without a slash at its end."""
    return service(request).settings.public_url or str(request.base_url).rstrip("/")
