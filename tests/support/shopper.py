"""Somebody who uses the REST interface, and who they are in the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import httpx

from api.who import COOKIE
from storage import people
from storage.clock import utc_now
from storage.people import Person
from tests.support.factory import promote
from tests.support.service import Running, client


@dataclass(frozen=True, slots=True)
class Shopper:
    """A client with a session, and its person."""

    http: httpx.AsyncClient
    person: Person


@asynccontextmanager
async def shopper(
    here: Running, role: Literal["guest", "user", "moderator", "admin"] = "user"
) -> AsyncIterator[Shopper]:
    """A new person with a session; anything but a guest has an account."""
    async with here.service.database.connection() as conn:
        guest = await people.new_guest(conn, utc_now(), timedelta(days=1))
        if role != "guest":
            await promote(conn, guest.person, role)
        person = await people.get(conn, guest.person.user_id, guest.person.session_id)
    async with client(here.url, cookies={COOKIE: guest.token}) as http:
        yield Shopper(http, person)
