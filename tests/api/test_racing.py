"""Row 29: confirmations raced by way of two real servers, cut at random, one of the servers killed meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from typing_extensions import override

from api.who import COOKIE
from storage import people, products
from storage.clock import utc_now
from storage.database import Database
from storage.products import Product
from storage.stores import Store
from tests.conftest import copy, pool
from tests.faults.brain import Brain, thinking
from tests.faults.shopper import Shopper
from tests.support import server_process
from tests.support.factory import make_product, make_store, unique
from tests.support.give_away import give_away
from tests.support.models import KEY
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.server_process import ServerProcess
from tests.support.tool_context import context
from tools import confirmation

SCRIPT = Path(server_process.__file__).with_name("giving_server.py")
# COUNT is per cent of the full number, as in tests/faults.
KILLS = max(1, 20 * int(os.environ.get("COUNT") or 10) // 100)
ACTIONS, RACERS = max(1, 50 * int(os.environ.get("COUNT") or 10) // 100), 30


class Giver(Brain):
    """`give PRODUCT`: one step that gives two pieces away, then words."""

    @override
    def scripts(self, asked: Sequence[str], done: int) -> list[Script]:
        if done:
            return [[*self.said(12), End()]]
        arguments = json.dumps({"product_id": asked[1], "pieces": 2})
        call = Call(0, unique("call"), "give_away")
        return [[Text("Shall I? "), call, Arguments(0, arguments), End("tool_calls")]]


@asynccontextmanager
async def two_servers(url: str, **env: str) -> AsyncIterator[list[ServerProcess]]:
    with tempfile.TemporaryDirectory(prefix="cartwright-racing-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            servers = []
            for number in range(2):
                given = {"CARTWRIGHT_DATABASE_URL": url, **env}
                made = ServerProcess(given, Path(folder) / f"{number}.log", script=SCRIPT)
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


@dataclass(slots=True)
class Confirming:
    """A chat whose answer asks, and its shopper, who says yes until it is known how it came out."""

    shopper: Shopper
    asked: dict[str, Any]

    @property
    def call(self) -> dict[str, Any]:
        call: dict[str, Any]
        [call] = [part for part in self.asked["parts"] if part["type"] == "tool-give_away"]
        return call

    @property
    def action_id(self) -> str:
        action_id: str = self.call["approval"]["id"]
        return action_id

    async def by_rest(self, http: httpx.AsyncClient, urls: list[str]) -> None:
        reply = await racer(http, urls, (self.shopper.cookie or "", self.action_id), random.Random(0))
        assert reply["state"] == "executed"

    async def by_chat(self, http: httpx.AsyncClient, urls: list[str]) -> None:
        """As a page does it: a request that breaks off is sent again, to the other server."""
        decided = {**self.call, "state": "approval-responded", "approval": {"id": self.action_id, "approved": True}}
        body = {"id": self.shopper.chat, "messages": [{**self.asked, "parts": [decided]}]}
        for attempt in range(200):
            url = f"{urls[attempt % 2]}/api/chat"
            with suppress(httpx.TransportError):
                response = await http.post(url, json=body, headers={"cookie": self.shopper.cookie or ""})
                if response.status_code == 200:
                    assert "tool-output-available" in response.text
                    return
                assert response.status_code in (409, 503), response.text
            await asyncio.sleep(0.05)
        raise AssertionError("it does not come out")


async def asking_chats(database: Database, product: Product, urls: list[str], count: int) -> list[Confirming]:
    made = []
    for number in range(count):
        async with database.transaction() as conn:
            guest = await people.new_guest(conn, utc_now(), timedelta(days=1))
        shopper = Shopper([urls[number % 2]], cookie=f"{COOKIE}={guest.token}")
        await shopper.ask(f"give {product.id}")
        made.append(Confirming(shopper, (await shopper.history())[-1]))
    return made


async def test_servers_killed_while_chats_confirm(server_url: str) -> None:
    chance = random.Random(30)
    async with copy(server_url) as url, pool(url) as database, thinking(Giver()) as brain:
        env = {"MODEL": "openai/gpt-4o-mini", "MODEL_API_BASE": brain.url, "MODEL_API_KEY": KEY, "LEASE": "3"}
        async with (
            two_servers(url, **{f"CARTWRIGHT_{name}": value for name, value in env.items()}) as servers,
            httpx.AsyncClient(timeout=20) as http,
        ):
            urls = [server.url for server in servers]
            async with database.transaction() as conn:
                product = await make_product(conn, await make_store(conn), stock=1000)
            chats = []
            for kill in range(KILLS):
                asking = await asking_chats(database, product, urls, 6)
                chats += asking
                yeses = [
                    asyncio.create_task((one.by_rest if number % 2 else one.by_chat)(http, urls))
                    for number, one in enumerate(asking)
                ]
                await asyncio.sleep(chance.random() * 0.15)
                await servers[kill % 2].kill()
                await servers[kill % 2].start()
                await asyncio.gather(*yeses)
            async with asyncio.timeout(40):
                while await _running(database):  # noqa: ASYNC110 - what it waits for happens in other processes
                    await asyncio.sleep(0.1)
            for one in chats:
                parts = (await one.shopper.history())[-1]["parts"]
                assert [part["state"] for part in parts if part["type"] == "tool-give_away"] == ["output-available"]
                assert parts[-1]["text"] == "".join(f"word{number} " for number in range(12))
            async with database.connection() as conn:
                assert (await products.get(conn, product.id)).stock == 1000 - 2 * len(chats)
                effects = await conn.fetch("select message_action_id from audit_log where entity_type = 'product'")
            assert sorted(str(row[0]) for row in effects) == sorted(one.action_id for one in chats)


async def _running(database: Database) -> int:
    async with database.connection() as conn:
        count: int = await conn.fetchval("select count(*) from runs where state not in ('finished', 'failed')")
        return count
