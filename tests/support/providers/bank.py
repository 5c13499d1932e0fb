"""A payment provider on loopback, and the class by which the shop speaks to it: what whoever plugs one in writes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from storage.settlement import Done, Outcome, Refused, Transfer
from tests.wire.serving import serving


class BankProvider:
    """Speaks to the bank over HTTP; the key of idempotency is the transfer's id."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=60)

    async def charge(self, transfer: Transfer) -> Outcome:
        return await self._ask("charges", transfer)

    async def refund(self, transfer: Transfer) -> Outcome:
        return await self._ask("refunds", transfer)

    async def void(self, transfer: Transfer) -> Outcome:
        return await self._ask("voids", transfer)

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, path: str, transfer: Transfer) -> Outcome:
        said = {
            "amount": transfer.amount.amount,
            "currency": transfer.amount.currency,
            "account": transfer.reference,
            "of": list(transfer.paid_by),
        }
        response = await self._http.post(f"/{path}", json=said, headers={"Idempotency-Key": str(transfer.id)})
        if response.status_code == 402:
            return Refused(response.json()["reason"])
        response.raise_for_status()
        return Done(response.json()["id"])


@dataclass(slots=True)
class Bank:
    """What it has moved, by key. `gate` holds answers back once money has moved; `broken` so many answers fail then."""

    url: str = ""
    charged: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, object]] = field(default_factory=list)
    refuses: bool = False
    broken: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def taken(self) -> int:
        """What the bank holds for the shop."""
        kept = sum(amount for key, amount in self.charged.items() if key not in self.voided)
        return kept - sum(self.refunded.values())

    async def serve(self, request: Request) -> Response:
        key, body = request.headers["Idempotency-Key"], await request.json()
        self.asked[key] += 1
        self.bodies.append(body)
        if self.refuses:
            return JSONResponse({"reason": "The card has expired."}, status_code=402)
        match request.url.path:
            case "/charges" if key in self.voided:
                return JSONResponse({"reason": "It was called off."}, status_code=402)
            case "/charges":
                self.charged.setdefault(key, body["amount"])
            case "/refunds":
                self.refunded.setdefault(key, body["amount"])
            case _:
                self.voided.add(key)
        self.moved.set()
        await self.gate.wait()
        if self.broken > 0:
            self.broken -= 1
            return Response(status_code=500)
        return JSONResponse({"id": f"bank-{key}"})


@asynccontextmanager
async def bank() -> AsyncIterator[Bank]:
    """A bank that answers at once."""
    made = Bank()
    made.gate.set()
    routes = [Route(path, made.serve, methods=["POST"]) for path in ("/charges", "/refunds", "/voids")]
    async with serving(Starlette(routes=routes)) as made.url:
        yield made
