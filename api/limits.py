"""How much somebody may ask of the service: requests a minute and streams at once, over all processes.

Requests are counted where they come in, a few at a time: a process takes a handful of allowances from the database and
gives them out from memory, so that most requests cost no statement. What it has left a minute later it lets lapse.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from starlette.requests import Request

from api import key, who
from api.service import service
from storage import open_streams, throttles
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy, TooMany
from storage.people import Person
from storage.throttles import Rate

_log = logging.getLogger(__name__)

_MINUTE = timedelta(minutes=1)
_HANDFUL = 20


class TooManyRequests(TooMany):
    """That is more requests a minute than one may make; slow down."""


class TooManyStreams(TooMany):
    """That is more answers at once than one may read; let one of them end."""


async def admit(request: Request) -> None:
    """Count a request against whoever makes it: a person, or an address that names nobody. Raises TooManyRequests."""
    here = service(request)
    if not (here.settings.limit_requests or here.settings.limit_guests):
        return
    now = here.clock()
    token = who.token(request)
    name = throttles.key("token", token) if token else _address(request)
    if here.allowances.spend(name, now):
        return
    subject, rate = await _subject(request)
    if rate is None:
        return
    times = max(rate.burst // _HANDFUL, 1)
    async with here.database.connection() as conn:
        wait = await throttles.take(conn, subject, rate, now, times)
        if wait is not None and times > 1:
            wait, times = await throttles.take(conn, subject, rate, now), 1
    if wait is not None:
        raise TooManyRequests(wait=wait)
    here.allowances.keep(name, times - 1, now + _MINUTE)


@asynccontextmanager
async def streaming(request: Request) -> AsyncIterator[None]:
    """Hold one of the streams a person may read at once, for as long as this lasts. Raises TooManyStreams."""
    here = service(request)
    person = await who.person(request) if here.settings.limit_streams else None
    if person is None:
        yield
        return
    name, now = _name(request, person), here.clock()
    until = now + timedelta(seconds=here.settings.stream_life + here.settings.send_timeout)
    async with here.database.connection() as conn:
        if not await open_streams.open_(conn, name, now, until, here.settings.limit_streams):
            raise TooManyStreams(wait=timedelta(seconds=5))
    try:
        yield
    finally:
        await _close(here.database, name, here.clock(), until)


async def _close(database: Database, name: bytes, now: datetime, until: datetime) -> None:
    try:
        async with database.connection() as conn:
            await open_streams.close(conn, name, now, until)
    except (*CONNECTION_LOST, Busy) as error:
        _log.warning("a stream that ended counts until %s: %s", until, error)


async def _subject(request: Request) -> tuple[bytes, Rate | None]:
    """Who is counted and how much they may."""
    settings = service(request).settings
    await key.find(request)
    person = await who.person(request)
    if person is None:
        return _address(request), _a_minute(settings.limit_guests)
    return _name(request, person), _a_minute(settings.limit_requests)


def _name(request: Request, person: Person) -> bytes:
    """The name a person is counted by, or the API key that acts for them."""
    shown = key.known(request)
    return throttles.key("person", str(person.user_id)) if shown is None else throttles.key("api-key", str(shown.id))


def _a_minute(times: int) -> Rate | None:
    return Rate(burst=times, every=_MINUTE / times) if times else None


def _address(request: Request) -> bytes:
    return throttles.key("address", who.ip(request) or "")
