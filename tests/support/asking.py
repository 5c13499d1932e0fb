"""A service whose model gives pieces of a product away, and what a shopper does about it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from storage import products
from storage.clock import Clock, utc_now
from storage.products import Product
from tests.support.factory import make_product, make_store, unique
from tests.support.give_away import give_away
from tests.support.providers.loopback import Reply
from tests.support.providers.script import Arguments, Call, End, Script, Text
from tests.support.service import Browser, Ground, Running, Streamed, running
from tools.registry import SHOP_TOOLS

DONE: Script = (Text("So "), Text("be it."), End())


def giving(product: Product, *pieces: int, others: tuple[str, ...] = ()) -> Script:
    """A step that gives away so many pieces in one call each, after calls of other tools."""
    calls: list[tuple[str, dict[str, object]]] = [(name, {}) for name in others]
    calls += [("give_away", {"product_id": str(product.id), "pieces": count}) for count in pieces]
    said = [
        item
        for index, (name, arguments) in enumerate(calls)
        for item in (Call(index, unique("call"), name), Arguments(index, json.dumps(arguments)))
    ]
    return (Text("Shall I? "), *said, End(finish="tool_calls"))


@dataclass(slots=True)
class Giving:
    """A service, the product, and the shopper's hand."""

    here: Running
    ground: Ground
    product: Product

    @property
    def browser(self) -> Browser:
        return self.here.browser

    async def stock(self) -> int:
        async with self.ground.database.connection() as conn:
            return (await products.get(conn, self.product.id)).stock

    async def audit(self, action_id: str) -> list[Mapping[str, Any]]:
        """What the audit log has under an action, oldest first."""
        async with self.ground.database.connection() as conn:
            return [
                dict(row)
                for row in await conn.fetch(
                    "select * from audit_log where message_action_id = $1 order by created_at, id", UUID(action_id)
                )
            ]

    async def run_state(self) -> str:
        async with self.ground.database.connection() as conn:
            state: str = await conn.fetchval(
                """
                select r.state from runs r join chats c on c.id = r.chat_id where c.public_id = $1
                order by r.created_at desc limit 1
                """,
                self.browser.chat,
            )
            return state

    async def decide(self, message: Mapping[str, Any], approved: bool, **more: object) -> Streamed:
        """What a page sends once its shopper has decided all that the message asks."""
        return await self.browser.send(self.decision(message, approved, **more))

    def decision(self, message: Mapping[str, Any], approved: bool, **more: object) -> dict[str, object]:
        parts = [
            part
            if part.get("state") != "approval-requested"
            else {
                **part,
                "state": "approval-responded",
                "approval": {**part["approval"], "approved": approved, **more},
            }
            for part in message["parts"]
        ]
        return {
            "id": self.browser.chat,
            "trigger": "submit-message",
            "messageId": message["id"],
            "messages": [{**message, "parts": parts}],
        }

    async def confirm(self, action_id: str, key: str | None = None) -> httpx.Response:
        return await self._post(f"/v1/actions/{action_id}/confirm", key)

    async def reject(self, action_id: str, reason: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": unique("key")}
        return await self.browser.http.post(
            f"/v1/actions/{action_id}/reject", headers=headers, json={"reason": reason} if reason else {}
        )

    async def _post(self, path: str, key: str | None) -> httpx.Response:
        return await self.browser.http.post(path, headers={"Idempotency-Key": key or unique("key")})

    async def action(self, action_id: str) -> dict[str, Any]:
        response = await self.browser.http.get(f"/v1/actions/{action_id}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def asked(self) -> tuple[Streamed, list[str]]:
        """Say something, and the actions that the answer asks to be confirmed."""
        answer = await self.browser.say("Give it away")
        return answer, [chunk["approvalId"] for chunk in answer.chunks if chunk["type"] == "tool-approval-request"]


@asynccontextmanager
async def asking(
    ground: Ground, *pieces: int, after: tuple[Script | Reply, ...] = (DONE,), others: tuple[str, ...] = (),
    stock: int = 10, clock: Clock = utc_now,
) -> AsyncIterator[Giving]:  # fmt: skip
    """A service whose model first wants to give so many pieces away, then says what comes `after`."""
    async with ground.database.transaction() as conn:
        product = await make_product(conn, await make_store(conn), price=500, stock=stock)
    first = giving(product, *pieces, others=others)
    async with running(ground, first, *after, tools=(*SHOP_TOOLS, give_away), clock=clock) as here:
        yield Giving(here, ground, product)
