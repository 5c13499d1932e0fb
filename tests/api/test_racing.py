"""Row 29: confirmations raced by way of two real servers, cut at random, one of the servers killed meanwhile."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from api.who import COOKIE
from storage import people, products
from storage.clock import utc_now
from storage.database import Database
from storage.products import Product
from storage.stores import Store
from tests.conftest import copy, pool
from tests.support import server_process
from tests.support.factory import make_product, make_store, unique
from tests.support.give_away import give_away
from tests.support.server_process import ServerProcess
from tests.support.tool_context import context
from tools import confirmation

SCRIPT = Path(server_process.__file__).with_name("giving_server.py")
# COUNT is per cent of the full number, as in tests/faults.
ACTIONS, RACERS = max(1, 50 * int(os.environ.get("COUNT") or 10) // 100), 30


@asynccontextmanager
async def two_servers(url: str) -> AsyncIterator[list[ServerProcess]]:
    with tempfile.TemporaryDirectory(prefix="cartwright-racing-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            servers = []
            for number in range(2):
                made = ServerProcess({"CARTWRIGHT_DATABASE_URL": url}, Path(folder) / f"{number}.log", script=SCRIPT)
                stack.push_async_callback(made.close)
                servers.append(made)
            await asyncio.gather(*(server.start() for server in servers))
            yield servers


async def ask(database: Database, store: Store, product: Product, embedder: Any) -> tuple[str, str]:
    """A guest of their own with an action of their own: the cookie and the action."""
    async with database.transaction() as conn:
        guest = await people.new_guest(conn, utc_now(), timedelta(days=1))
        ctx = context(conn, guest.person, store, embedder, tool_call_id=None)
        action = await confirmation.ask(ctx, give_away, {"product_id": str(product.id), "pieces": 2})
    return f"{COOKIE}={guest.token}", str(action.id)


async def confirm(http: httpx.AsyncClient, url: str, asked: tuple[str, str], key: str) -> httpx.Response | None:
    """One attempt; None where it was cut, or the server was gone, and nobody knows how it came out."""
    cookie, action_id = asked
    try:
        return await http.post(
            f"{url}/v1/actions/{action_id}/confirm", headers={"cookie": cookie, "Idempotency-Key": key}
        )
    except httpx.TransportError:
        return None


async def racer(http: httpx.AsyncClient, urls: list[str], asked: tuple[str, str], chance: random.Random) -> Any:
    """Confirms until it knows how it came out: cut at random, then asked again by way of the other server."""
    key, cut = unique("key"), chance.random() * 0.2 if chance.random() < 0.3 else None
    for attempt in range(1000):
        attempting = asyncio.create_task(confirm(http, urls[attempt % 2], asked, key))
        await asyncio.wait([attempting], timeout=cut)
        if not attempting.done():
            attempting.cancel()
            await asyncio.wait([attempting])
            cut = None
            continue
        response = attempting.result()
        if response is not None and response.status_code == 200:
            return response.json()
        assert response is None or response.status_code in (409, 503), response.text
        await asyncio.sleep(0.05)
    raise AssertionError("it does not come out")


async def test_actions_raced_cut_and_killed_happen_once(server_url: str, embedder: Any) -> None:
    chance = random.Random(29)
    async with copy(server_url) as url, pool(url) as database, two_servers(url) as servers:
        async with database.transaction() as conn:
            store = await make_store(conn)
            product = await make_product(conn, store, stock=1000)
        asked = [await ask(database, store, product, embedder) for _ in range(ACTIONS)]
        limits = httpx.Limits(max_connections=16)
        async with httpx.AsyncClient(timeout=20, limits=limits) as http:
            races = [
                asyncio.create_task(racer(http, [server.url for server in chance.sample(servers, 2)], one, chance))
                for one in asked
                for _ in range(RACERS)
            ]
            await asyncio.wait(races, return_when=asyncio.FIRST_COMPLETED)
            await servers[0].kill()
            await servers[0].start()
            replies = await asyncio.gather(*races)
        assert Counter(reply["state"] for reply in replies) == {"executed": ACTIONS * RACERS}
        for number, (_, action_id) in enumerate(asked):
            mine = replies[number * RACERS : (number + 1) * RACERS]
            assert {reply["id"] for reply in mine} == {action_id}
            assert all(reply == mine[0] for reply in mine)
        async with database.connection() as conn:
            assert (await products.get(conn, product.id)).stock == 1000 - 2 * ACTIONS
            effects = await conn.fetch(
                "select message_action_id, count(*) from audit_log where entity_type = 'product' group by 1"
            )
        assert {row[0]: row[1] for row in effects} == {UUID(action_id): 1 for _, action_id in asked}
