"""Accounts over HTTP, as a page makes and uses them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.factory import unique
from tests.support.letterbox import Letterbox

PASSWORD = "correct horse battery"


def address() -> str:
    """An address that nobody has."""
    return f"{unique('Someone')}@example.org"


async def open_account(http: httpx.AsyncClient, box: Letterbox, email: str, password: str = PASSWORD) -> dict[str, Any]:
    """Sign up and type in the code; what `sign-up/confirm` answers."""
    asked = await http.post("/v1/auth/sign-up", json={"email": email, "password": password})
    assert asked.status_code == 202, asked.text
    response = await http.post("/v1/auth/sign-up/confirm", json={"code": await box.code(email)})
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def sign_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await http.post("/v1/auth/sign-in", json={"email": email, "password": password})


async def who_am_i(http: httpx.AsyncClient) -> Any:
    """The person of `/v1/auth/me`, None for nobody."""
    response = await http.get("/v1/auth/me")
    assert response.status_code == 200, response.text
    return response.json()["person"]
