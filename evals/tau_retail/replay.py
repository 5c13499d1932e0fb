"""Replays the true actions of each task over `POST /v1/tools/{name}` and compares what is left with what should be."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import uvicorn
from pydantic import BaseModel, JsonValue

from agent.settings import AgentSettings
from api import app as application
from api.settings import ApiSettings
from evals.tau_retail import shop as shops
from evals.tau_retail.pack import PACK
from evals.tau_retail.shop import STORE, TauShop
from evals.tau_retail.views import View, customer_view, order_view, product_view
from server import Settings, running
from storage import desk, orders, past_orders, people, product_families, sessions, stores
from storage.clock import utc_now
from storage.database import Connection, Database, bulk
from storage.embedded import DATABASE, serve
from storage.migrate import migrate
from storage.past_orders import PastCustomer
from storage.sessions import Lifetime
from storage.settings import StorageSettings
from tools.registry import SHOP_TOOLS

_REFUSED = range(400, 500)


class Action(BaseModel):
    """One true action: what it gave, or that it has to be refused."""

    name: str
    arguments: dict[str, JsonValue]
    write: bool
    ok: bool
    result: JsonValue = None
    error: str | None = None


class State(BaseModel):
    """The customers, orders and products that a task changes, as they are in the end."""

    users: dict[str, dict[str, JsonValue]]
    orders: dict[str, dict[str, JsonValue]]
    products: dict[str, dict[str, JsonValue]]


class Task(BaseModel):
    """The true actions of a task."""

    id: str
    actions: list[Action]
    final_state_upstream: State
    final_state_corrected: State | None = None

    @property
    def wanted(self) -> State:
        """What should be left; where the domain's own code is wrong, what its policy says."""
        return self.final_state_corrected or self.final_state_upstream


@dataclass(slots=True)
class Played:
    """How a task went: sentences about what is not as it should be, none when all is."""

    task: str
    actions: int = 0
    refusals: int = 0
    faults: list[str] = field(default_factory=list)


def read(path: Path) -> list[Task]:
    """The tasks of a replay file, a line each."""
    return [Task.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def replay(shop: TauShop, tasks: Iterable[Task]) -> AsyncIterator[Played]:
    """Each task on a shop where nothing of its customers has changed; tasks about different ones share a service."""
    with tempfile.TemporaryDirectory(prefix="cartwright-tau-", ignore_cleanup_errors=True) as folder:
        async with serve(Path(folder), durable=False) as url:
            await migrate(url)
            async with bulk(url) as conn, conn.transaction():
                await shops.bring(conn, shop)
            for number, together in enumerate(_rounds(shop, tasks)):
                async with _copy(url, f"round_{number}") as own, _service(own) as (http, database):
                    for task in together:
                        yield await _played(http, database, shop, task)


def _rounds(shop: TauShop, tasks: Iterable[Task]) -> Iterable[Sequence[Task]]:
    """All tasks, in as few rounds as no two about one customer share one."""
    rounds: list[tuple[set[str], list[Task]]] = []
    for task in tasks:
        customers = set(_customers(shop, task))
        taken, together = next((one for one in rounds if not one[0] & customers), (set[str](), []))
        if not together:
            rounds.append((taken, together))
        taken |= customers
        together.append(task)
    return [together for _, together in rounds]


async def _played(http: httpx.AsyncClient, database: Database, shop: TauShop, task: Task) -> Played:
    played = Played(task.id)
    async with database.connection() as conn:
        before = await _views(conn, shop, task)
    for action in task.actions:
        # Where the domain's own code is wrong, so is what it says of its writes.
        await _act(http, action, played, compare=not (action.write and task.final_state_corrected))
    async with database.connection() as conn:
        after = await _views(conn, shop, task)
    wanted = task.wanted.model_dump()
    for kind, name in after:
        changed = after[kind, name] if after[kind, name] != before[kind, name] else None
        if changed != wanted[kind].pop(name, None):
            played.faults.append(f"{kind} {name}: {changed}")
    played.faults.extend(f"{kind}: nobody looked at {sorted(left)}" for kind, left in wanted.items() if left)
    return played


async def _act(http: httpx.AsyncClient, action: Action, played: Played, *, compare: bool) -> None:
    response = await http.post(
        f"/v1/tools/{action.name}",
        params={"store": STORE},
        json=action.arguments,
        headers={"Idempotency-Key": str(uuid4())},
    )
    played.actions += 1
    if not action.ok:
        played.refusals += 1
        if response.status_code not in _REFUSED:
            played.faults.append(f"{action.name} was not refused: {response.status_code} {response.text[:200]}")
    elif response.status_code != httpx.codes.OK:
        played.faults.append(f"{action.name} was refused: {response.status_code} {response.text[:200]}")
    elif (found := response.json()["output"]["result"]) != action.result and compare:
        played.faults.append(f"{action.name} gave {found}, not {action.result}")


async def _views(conn: Connection, shop: TauShop, task: Task) -> Mapping[tuple[str, str], View]:
    """All that a task could change: the customers it is about with all their orders, and every product."""
    views: dict[tuple[str, str], View] = {}
    for username in _customers(shop, task):
        views["users", username] = await customer_view(conn, username)
        for number in shop.users[username].orders:
            order_id = await desk.order_id(conn, number)
            views["orders", number] = await order_view(conn, await orders.get(conn, order_id))
    for family in await product_families.of_store(conn, (await stores.by_slug(conn, STORE)).id):
        members = await product_families.members(conn, family.id)
        views["products", family.public_id] = product_view(family, members)
    return views


def _customers(shop: TauShop, task: Task) -> Iterable[str]:
    named = {str(action.arguments.get("user_id")) for action in task.actions} & shop.users.keys()
    numbers = {str(action.arguments.get("order_id")) for action in task.actions} & shop.orders.keys()
    return sorted(named | {shop.orders[number].user_id for number in numbers})


async def _staff(conn: Connection) -> UUID:
    clerk = PastCustomer(username="desk", email="desk@example.org", first_name="Service", last_name="Desk")
    user_id = await past_orders.bring_customer(conn, clerk)
    await people.appoint(conn, user_id, "moderator")
    return user_id


@asynccontextmanager
async def _copy(url: str, name: str) -> AsyncIterator[str]:
    admin = await asyncpg.connect(url.replace(f"/{DATABASE}?", "/postgres?"))
    try:
        await admin.execute(f"create database {name} template {DATABASE} strategy wal_log")
        yield url.replace(f"/{DATABASE}?", f"/{name}?")
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@asynccontextmanager
async def _service(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, Database]]:
    """A service on this database with the pack's tools: somebody of its staff, and its way to the database."""
    settings = Settings(storage=StorageSettings(database_url=url), agent=AgentSettings(), api=ApiSettings())
    listener = socket.create_server(("127.0.0.1", 0))
    async with running(settings, utc_now, tools=(*SHOP_TOOLS, *PACK)) as service:
        config = uvicorn.Config(application.create(service), lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]), name="cartwright-tau-server")
        try:
            # The socket listens already: what is asked before the server is up waits in its backlog.
            async with service.database.transaction() as conn:
                hour = timedelta(hours=1)
                _, token = await sessions.start(conn, await _staff(conn), utc_now(), Lifetime(hour, hour), {})
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as http:
                yield http, service.database
        finally:
            server.should_exit = True
            await task
            listener.close()
