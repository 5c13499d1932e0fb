"""Who is asking: the person of a session token, in a cookie or as a bearer. Whoever has none becomes a guest."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response

from api.service import service
from storage import people
from storage.audit import Cause
from storage.database import Connection
from storage.people import NewGuest, Person
from storage.text import storable

COOKIE = "cartwright_session"
_USER_AGENT = 500


def token(request: Request) -> str | None:
    """The session token the request carries."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    return request.cookies.get(COOKIE)


async def person(request: Request) -> Person | None:
    """The person of a session that is alive."""
    if not token(request):
        return None
    known: Person | None = getattr(request.state, "person", None)
    if known is not None:
        return known
    async with service(request).database.connection() as conn:
        return await person_on(conn, request)


async def person_on(conn: Connection, request: Request) -> Person | None:
    """The same, on a connection one has already; looked up once a request."""
    known: Person | None = getattr(request.state, "person", None)
    given = token(request)
    if known is None and given:
        known = await people.by_token(conn, given, service(request).clock())
        if known is not None:
            request.state.person = known
    return known


async def person_or_guest(conn: Connection, request: Request) -> tuple[Person, NewGuest | None]:
    """The person, or a guest made for this request, whose token `welcome` hands out with the answer."""
    known = await person_on(conn, request)
    if known is not None:
        return known, None
    here = service(request)
    guest = await people.new_guest(conn, here.clock(), timedelta(days=here.settings.session_days))
    return guest.person, guest


def cause(request: Request) -> Cause:
    """The request as the cause of a change."""
    agent = request.headers.get("user-agent")
    return Cause(ip=_ip(request), user_agent=None if agent is None else storable(agent, _USER_AGENT))


def _ip(request: Request) -> str | None:
    """Where it comes from, None behind a socket that has no address."""
    try:
        return str(ip_address(request.client.host.partition("%")[0])) if request.client is not None else None
    except ValueError:
        return None


def welcome(request: Request, response: Response, guest: NewGuest | None) -> None:
    """Hand a new guest its token, once."""
    if guest is None:
        return
    settings = service(request).settings
    response.set_cookie(
        COOKIE,
        guest.token,
        max_age=settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookie,
    )
