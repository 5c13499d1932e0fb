"""Who is asking: the person of a session token, in a cookie or as a bearer. Whoever has none becomes a guest."""

from __future__ import annotations

from ipaddress import ip_address
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api import key, visit
from api.service import service
from storage import people, sessions
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
    """The person of a session that is alive. Raises SessionReplaced."""
    if not token(request):
        return None
    known: Person | None = getattr(request.state, "person", None)
    if known is not None:
        return known
    async with service(request).database.connection() as conn:
        return await person_on(conn, request)


async def person_on(conn: Connection, request: Request) -> Person | None:
    """The same, on a connection one has already; looked up once a request. Raises SessionReplaced."""
    known: Person | None = getattr(request.state, "person", None)
    given = token(request)
    if known is None and given:
        here = service(request)
        known = await sessions.person(conn, given, here.clock(), here.settings.sessions.idle)
        if known is not None:
            request.state.person = known
            request.state.session_id = known.session_id
    return known


async def person_or_guest(conn: Connection, request: Request) -> tuple[Person, NewGuest | None]:
    """The person, or a guest made for this request, whose token `welcome` hands out with the answer."""
    known = await person_on(conn, request)
    if known is not None:
        return known, None
    here = service(request)
    lasts = here.settings.sessions
    guest = await people.new_guest(conn, here.clock(), lasts.longest, lasts.idle, visit.context(request))
    request.state.session_id = guest.person.session_id
    return guest.person, guest


def session_id(request: Request) -> UUID | None:
    """The session that was found, or made, for this request, or the API key in its place."""
    shown = key.known(request)
    found: UUID | None = getattr(request.state, "session_id", None) if shown is None else shown.id
    return found


def cause(request: Request) -> Cause:
    """The request as the cause of a change."""
    agent = request.headers.get("user-agent")
    shown = key.known(request)
    return Cause(
        api_key_id=None if shown is None else shown.id,
        ip=ip(request),
        user_agent=None if agent is None else storable(agent, _USER_AGENT),
    )


def ip(request: Request) -> str | None:
    """Where it comes from, None behind a socket that has no address."""
    try:
        return str(ip_address(request.client.host.partition("%")[0])) if request.client is not None else None
    except ValueError:
        return None


def welcome(request: Request, response: Response, guest: NewGuest | None) -> None:
    """Hand a new guest its token, once."""
    if guest is not None:
        hand_out(request, response, guest.token)


def hand_out(request: Request, response: Response, token: str) -> None:
    """Give a browser the token of its session."""
    settings = service(request).settings
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.session_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookie,
    )


def take_back(request: Request, response: Response) -> None:
    """Have a browser forget the token of a session that has ended."""
    settings = service(request).settings
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=settings.secure_cookie)
