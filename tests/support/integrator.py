"""An integrator: a client with an API key, made the way people make one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from tests.support.service import Running, client
from tests.support.shopper import Shopper


async def new_key(owner: Shopper, *scopes: str, stores: Sequence[str] | None = None, days: int = 1) -> str:
    """A key of this person."""
    said = {"name": "A till", "scopes": scopes, "stores": stores, "days": days}
    response = await owner.http.post("/v1/api-keys", json=said)
    assert response.status_code == 201, response.text
    made: str = response.json()["key"]
    return made


@asynccontextmanager
async def integrator(here: Running, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that sends this key with everything."""
    headers = {"authorization": f"Bearer {key}"}
    async with client(here.url, headers=headers) as http:
        yield http
