"""Sign-in with Google: there, and back again."""

from __future__ import annotations

from datetime import timedelta

from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import entry, query, who
from api.endpoint import Answer, Endpoint
from api.entry import Entered
from api.google import Google, GoogleFailed, Identity, Outcome
from api.query import Query
from api.service import base_url, service
from storage import accounts, oidc_flows, sessions
from storage.accounts import Account, EmailTaken
from storage.database import Connection
from storage.errors import NotFound
from storage.oidc_flows import Flow
from storage.sessions import SessionReplaced
from storage.tokens import new_token

PATH = "/v1/auth/google/callback"

_LIFE = timedelta(minutes=10)


class Back(Query):
    """What Google sends somebody back with; what else it says is for itself."""

    model_config = ConfigDict(extra="ignore")

    state: str = Field(max_length=200)
    code: str | None = Field(default=None, max_length=2000)
    error: str | None = Field(default=None, max_length=200)
    iss: str | None = Field(default=None, max_length=500)


async def begin(request: Request) -> Response:
    """Send somebody to Google; whoever has no session becomes a guest, so that only this browser can come back."""
    here = service(request)
    google = _google(request)
    state, nonce, verifier, now = new_token(), new_token(), new_token(), here.clock()
    back = _redirect(request)
    try:
        address = await google.address(state=state, nonce=nonce, verifier=verifier, redirect=back, now=now)
    except GoogleFailed as error:
        return _to_page(request, error.outcome)
    async with here.database.transaction() as conn:
        person, guest = await who.person_or_guest(conn, request)
        if person.session_id is None:
            raise NotFound("A sign-in with Google begins in a session.")
        flow = Flow(session_id=person.session_id, nonce=nonce, verifier=verifier)
        await oidc_flows.keep(conn, state, flow, now + _LIFE)
    made = RedirectResponse(address, 303)
    who.welcome(request, made, guest)
    return made


async def callback(request: Request) -> Response:
    """Let in whom Google sends back, and send them to the page; what went wrong is in its address."""
    here = service(request)
    google = _google(request)
    said = query.read(request, Back)
    try:
        async with here.database.transaction() as conn:
            person = await who.person_on(conn, request)
            flow = await oidc_flows.take(conn, said.state, here.clock())
        if person is None or flow is None or flow.session_id != person.session_id:
            raise GoogleFailed
        if said.code is None or said.iss not in (None, google.issuer):
            raise GoogleFailed("denied" if said.error == "access_denied" else "failed")
        identity = await google.identity(
            code=said.code, nonce=flow.nonce, verifier=flow.verifier, redirect=_redirect(request), now=here.clock()
        )
        async with here.database.transaction() as conn:
            entered = await _let_in(conn, request, identity)
    except GoogleFailed as error:
        return _to_page(request, error.outcome)
    except EmailTaken:
        return _to_page(request, "email-taken")
    except SessionReplaced:
        return _to_page(request, "failed")
    made = _to_page(request, "ok")
    who.hand_out(request, made, entered.token)
    return made


async def _let_in(conn: Connection, request: Request, identity: Identity) -> Entered:
    """The account that is linked, or the one that asks, or the one of the address, or a new one; in this order."""
    if not identity.email_verified:
        raise GoogleFailed("email-not-verified")
    asking = await entry.asking(conn, request)
    linked = await accounts.by_provider(conn, "google", identity.subject)
    if linked is not None:
        if asking is not None and not asking.is_anonymous and asking.user_id != linked.id:
            raise GoogleFailed("other-google-account")
        return await entry.as_account(conn, request, await accounts.hold(conn, linked.id), "google")
    if asking is not None and not asking.is_anonymous:
        return await _link(conn, request, await accounts.hold(conn, asking.user_id), identity)
    found = await accounts.by_email(conn, identity.email)
    if found is not None:
        account = await accounts.hold(conn, found.id)
        if not account.email_verified:
            # Nobody has proved the address before: who made the account may be somebody else, and is put out.
            await accounts.set_password(conn, account.id, None)
            await sessions.end_others(conn, account.id, None, service(request).clock())
        return await _link(conn, request, account, identity)
    if asking is None:
        raise GoogleFailed
    account = await accounts.open_for_guest(
        conn,
        asking.user_id,
        email=identity.email,
        name=identity.name if identity.name and 2 <= len(identity.name) <= 100 else None,
        provider="google",
        provider_id=identity.subject,
    )
    return await entry.as_new_account(conn, request, account, "google")


async def _link(conn: Connection, request: Request, account: Account, identity: Identity) -> Entered:
    """Have an account, which the caller holds, sign in with Google from now on."""
    if account.provider_id not in (None, identity.subject):
        raise GoogleFailed("other-google-account")
    await accounts.link(conn, account.id, "google", identity.subject, identity.email)
    entered = await entry.as_account(conn, request, await accounts.get(conn, account.id), "google")
    person = await entry.acting(conn, account.id, entered.told.person.session.id)
    await entry.record(conn, request, person, "link_google")
    return entered


def _google(request: Request) -> Google:
    found = service(request).google
    if found is None:
        raise NotFound("Sign-in with Google is not set up here.")
    return found


def _redirect(request: Request) -> str:
    return f"{base_url(request)}{PATH}"


def _to_page(request: Request, outcome: Outcome) -> Response:
    return RedirectResponse(f"{base_url(request)}/?sign-in={outcome}", 303, headers={"Cache-Control": "no-store"})


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/auth/google",
        right="anyone",
        scope="closed",
        handler=begin,
        summary="Go to Google to sign in",
        answers={303: Answer(detail="To Google")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path=PATH,
        right="anyone",
        scope="closed",
        handler=callback,
        summary="Come back from Google, signed in",
        query=Back,
        answers={303: Answer(detail="To the page, `sign-in` in its query saying how it came out")},
        faults=(404, 503),
    ),
)
