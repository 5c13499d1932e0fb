"""Letting somebody in: the one place where a session becomes an account's, with what the guest had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import visit, who
from api.service import service
from storage import audit, merging, people, sessions
from storage.accounts import Account
from storage.audit import Entry, State
from storage.database import Connection
from storage.merging import Merged
from storage.people import Person, Role
from storage.sessions import Session, SessionReplaced

Door = Literal["password", "code", "google"]


class SessionSummary(BaseModel):
    """The session of whoever asks. It ends at `idle_expires_at` unless it is used, at `expires_at` in any case."""

    id: UUID
    started_at: datetime
    expires_at: datetime
    idle_expires_at: datetime | None


class PersonDetails(BaseModel):
    """Who somebody is; a guest has no e-mail address."""

    id: UUID
    is_guest: bool
    email: str | None
    name: str | None
    role: Role
    has_password: bool
    provider: str | None
    created_at: datetime
    session: SessionSummary


class MergedItemDetails(BaseModel):
    """Pieces in the guest's cart, pieces the account had, pieces in the account's cart now."""

    model_config = ConfigDict(from_attributes=True)

    store: str
    product_id: UUID
    name: str
    guest: int
    account: int
    quantity: int


class MergedDetails(BaseModel):
    """What came along from the guest."""

    model_config = ConfigDict(from_attributes=True)

    chats: int
    cart_items: Sequence[MergedItemDetails]
    wishlist_items: int
    orders: int
    actions: int
    reviews: int
    events: int
    searches: int
    recommendations: int
    cohorts: int
    addresses: int
    payment_methods: int


class SignedIn(BaseModel):
    """Who has signed in, and what came along. `token` only where no cookie was wanted."""

    person: PersonDetails
    merged: MergedDetails | None
    token: str | None = Field(description="The token of the session, to be sent as a bearer; null beside a cookie.")


class Entered(BaseModel):
    """What a transaction that let somebody in leaves to be told."""

    token: str
    told: SignedIn


async def asking(conn: Connection, request: Request) -> Person | None:
    """Who is asking, where a session that was replaced meanwhile is nobody's: whoever signs in gets a new one."""
    try:
        return await who.person_on(conn, request)
    except SessionReplaced:
        return None


async def as_account(conn: Connection, request: Request, account: Account, door: Door) -> Entered:
    """Let an account in, which the caller holds; a guest who asks brings all they have.

    The session that asked ends in any case, so that nobody who knew its token before goes on with it.
    """
    before = await asking(conn, request)
    token, after = await _new_session(conn, request, account.id, before)
    merged: Merged | None = None
    if before is not None and before.is_anonymous:
        merged = await merging.guest_into(conn, before.user_id, after, who.cause(request))
    await record(conn, request, after, f"sign_in_{door}")
    return await _entered(conn, account, after, token, merged)


async def as_new_account(conn: Connection, request: Request, account: Account, door: Door) -> Entered:
    """Let in who has just become an account, with all they had as a guest."""
    before = await asking(conn, request)
    merged = await merging.of_guest(conn, account.id)
    token, after = await _new_session(conn, request, account.id, before)
    await record(conn, request, after, f"sign_up_{door}")
    return await _entered(conn, account, after, token, merged)


async def _new_session(conn: Connection, request: Request, user_id: UUID, before: Person | None) -> tuple[str, Person]:
    here = service(request)
    now = here.clock()
    context = visit.context(request)
    old = before.session_id if before is not None else None
    if old is not None:
        context = {**(await sessions.get(conn, old)).context, **context}
    made = await sessions.start(conn, user_id, now, here.settings.sessions, context)
    if before is not None and old is not None:
        if before.is_anonymous or before.user_id == user_id:
            await sessions.replace(conn, old, made.id, now)
        else:
            await sessions.end(conn, before.user_id, old, now)
    return made.token, await people.get(conn, user_id, made.id)


async def _entered(conn: Connection, account: Account, after: Person, token: str, merged: Merged | None) -> Entered:
    told = SignedIn(
        person=await details(conn, account, after),
        merged=None if merged is None else MergedDetails.model_validate(merged),
        token=None,
    )
    return Entered(token=token, told=told)


async def acting(conn: Connection, user_id: UUID, session_id: UUID) -> Person:
    """A person in a session that was made in this transaction."""
    return await people.get(conn, user_id, session_id)


async def details(conn: Connection, account: Account, person: Person) -> PersonDetails:
    """Who somebody is, with the session they ask by."""
    if person.session_id is None:
        raise RuntimeError("a person without a session has no details of one")
    session: Session = await sessions.get(conn, person.session_id)
    return PersonDetails(
        id=account.id,
        is_guest=account.is_anonymous,
        email=account.email,
        name=account.name,
        role=account.role,
        has_password=account.password_hash is not None,
        provider=account.provider,
        created_at=account.created_at,
        session=SessionSummary(
            id=session.id,
            started_at=session.started_at,
            expires_at=session.expires_at,
            idle_expires_at=session.idle_expires_at,
        ),
    )


async def record(conn: Connection, request: Request, person: Person, action: str, after: State | None = None) -> None:
    """Write down what a person did about their own account."""
    entry = Entry(entity_type="user", entity_id=person.user_id, action=action, before={}, after=after or {})
    await audit.record(conn, person, entry, who.cause(request))


def response(request: Request, entered: Entered, *, bearer: bool = False) -> Response:
    """Signed in: with a cookie, or with the token in the body."""
    told = entered.told.model_copy(update={"token": entered.token}) if bearer else entered.told
    made = JSONResponse(told.model_dump(mode="json"))
    made.headers["Cache-Control"] = "no-store"
    if not bearer:
        who.hand_out(request, made, entered.token)
    return made
