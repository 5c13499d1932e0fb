"""Signing up, in and out, and who is asking."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import auth_mail, body, entry, passwords, who
from api.email_address import EmailAddress
from api.endpoint import Answer, Endpoint
from api.entry import PersonDetails, SignedIn
from api.service import service
from storage import accounts, email_codes, mails, sessions, system_audit, throttles
from storage.accounts import Account, WrongPassword
from storage.email_codes import Asked
from storage.errors import Conflict
from storage.throttles import Rate, key
from storage.tokens import new_code

_PER_ACCOUNT = Rate(burst=10, every=timedelta(seconds=30))
_PER_IP = Rate(burst=60, every=timedelta(seconds=5))
_NAME = Field(default=None, min_length=2, max_length=100)


class HasAccount(Conflict):
    """You are signed in; sign out first."""


class AuthBody(BaseModel):
    """What bodies here have in common: a field nobody knows is refused, not overlooked."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SignUp(AuthBody):
    """What an account is opened with. `password`: 8 characters or more, 72 bytes at most."""

    email: EmailAddress
    password: str = Field(max_length=1000)
    name: str | None = _NAME


class SignIn(AuthBody):
    """What somebody signs in with; `bearer` has the token in the answer and no cookie."""

    email: EmailAddress
    password: str = Field(max_length=1000)
    bearer: bool = False


class Code(AuthBody):
    """A code as it was mailed."""

    code: str = Field(min_length=1, max_length=20)


class CodeSent(BaseModel):
    """A code was mailed, if there is whom to mail it to; good for so many seconds."""

    expires_in: int


class Me(BaseModel):
    """Who is asking, null without a session; and whether one can sign in with Google here."""

    person: PersonDetails | None
    google: bool


async def me(request: Request) -> Response:
    """Who is asking; makes nobody."""
    here = service(request)
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        found = None
        if person is not None and person.session_id is not None:
            found = await entry.details(conn, await accounts.get(conn, person.user_id), person)
    told = Me(person=found, google=here.google is not None)
    return JSONResponse(told.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


async def sign_up(request: Request) -> Response:
    """Have a code mailed that opens an account. Whether the address has one already is told in the mail only."""
    here = service(request)
    said = await body.read(request, SignUp, here.settings.max_body)
    passwords.checked(said.password, said.email)
    async with here.database.connection() as conn:
        await auth_mail.allow(conn, request, said.email)
    hashed = await here.passwords.hash(said.password)
    code = new_code()
    async with here.database.transaction() as conn:
        person, guest = await who.person_or_guest(conn, request)
        if not person.is_anonymous:
            raise HasAccount
        taken = await accounts.by_email(conn, said.email) is not None
        now = here.clock()
        asked = Asked(purpose="sign-up", user_id=person.user_id, email=said.email, password_hash=hashed, name=said.name)
        # Of an address that is taken nobody is told the code, so it opens nothing.
        await email_codes.keep(conn, asked, code, now, now + auth_mail.CODE_LIFE)
        subject, text = auth_mail.sign_up_again() if taken else auth_mail.sign_up(code)
        await mails.put(conn, said.email, subject, text, now)
        await entry.record(conn, request, person, "sign_up_asked")
    here.postman.wake()
    made = sent()
    who.welcome(request, made, guest)
    return made


def sent() -> Response:
    """The answer, whether or not there was whom to mail a code to."""
    told = CodeSent(expires_in=int(auth_mail.CODE_LIFE.total_seconds()))
    return JSONResponse(told.model_dump(), status_code=202)


async def confirm_sign_up(request: Request) -> Response:
    """Open the account whose code was mailed, for the guest who signed up."""
    here = service(request)
    said = await body.read(request, Code, here.settings.max_body)
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        code_id = await email_codes.attempt(
            conn, "sign-up", user_id=person.user_id if person else None, email=None, code=said.code, now=here.clock()
        )
    async with here.database.transaction() as conn:
        asked = await email_codes.use(conn, code_id)
        if asked.user_id is None:
            raise email_codes.WrongCode(field="code")
        account = await accounts.open_for_guest(
            conn, asked.user_id, email=asked.email, name=asked.name, password_hash=asked.password_hash
        )
        entered = await entry.as_new_account(conn, request, account, "code")
    return entry.response(request, entered)


async def sign_in(request: Request) -> Response:
    """Let somebody in by password, with all they have as a guest."""
    here = service(request)
    said = await body.read(request, SignIn, here.settings.max_body)
    async with here.database.connection() as conn:
        from_there = key("sign-in", who.ip(request) or "")
        await throttles.allow(conn, (from_there, _PER_IP), (counted(said.email), _PER_ACCOUNT), now=here.clock())
        found = await accounts.by_email(conn, said.email)
    right = await here.passwords.check(said.password, found.password_hash if found else None)
    if not right or found is None:
        await _refused(request, found)
        raise WrongPassword
    anew = await _anew(request, said.password, found)
    async with here.database.transaction() as conn:
        account = await accounts.hold(conn, found.id)
        if account.password_hash != found.password_hash:
            raise WrongPassword
        if anew is not None:
            await accounts.set_password(conn, account.id, anew)
        await throttles.give_back(conn, counted(said.email))
        entered = await entry.as_account(conn, request, account, "password")
    return entry.response(request, entered, bearer=said.bearer)


def counted(email: str) -> bytes:
    """The key under which sign-ins to an address are counted, whether or not it has an account."""
    return key("sign-in", email.lower())


async def _refused(request: Request, found: Account | None) -> None:
    cause = who.cause(request)
    payload = {"user_id": str(found.id) if found else None, "ip": cause.ip, "user_agent": cause.user_agent}
    async with service(request).database.connection() as conn:
        await system_audit.note(conn, "auth", "warning", "a sign-in was refused", payload)


async def _anew(request: Request, password: str, account: Account) -> str | None:
    """The password with today's cost, where it was kept with another one."""
    hashes = service(request).passwords
    outdated = account.password_hash is not None and hashes.outdated(account.password_hash)
    return await hashes.hash(password) if outdated else None


async def sign_out(request: Request) -> Response:
    """End the session that asks; nothing to end is as good."""
    here = service(request)
    async with here.database.transaction() as conn:
        person = await entry.asking(conn, request)
        if person is not None and person.session_id is not None:
            await sessions.end(conn, person.user_id, person.session_id, here.clock())
            await entry.record(conn, request, person, "sign_out")
    here.streams.wake()
    made = Response(status_code=204)
    who.take_back(request, made)
    return made


SIGNED_IN = Answer(detail="Signed in; the session's cookie is set", model=SignedIn)
SENT = Answer(detail="A code is mailed, if there is whom to mail it to", model=CodeSent)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/auth/me",
        right="anyone",
        scope="closed",
        handler=me,
        summary="Who is asking",
        answers={200: Answer(detail="The person, or null", model=Me)},
        faults=(503,),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/sign-up",
        right="anyone",
        scope="closed",
        handler=sign_up,
        summary="Have a code mailed that opens an account",
        takes=SignUp,
        answers={202: SENT},
        faults=(409, 429, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/sign-up/confirm",
        right="anyone",
        scope="closed",
        handler=confirm_sign_up,
        summary="Open the account whose code was mailed",
        takes=Code,
        answers={200: SIGNED_IN},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/sign-in",
        right="anyone",
        scope="closed",
        handler=sign_in,
        summary="Sign in with a password",
        takes=SignIn,
        answers={200: SIGNED_IN},
        faults=(404, 429, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/sign-out",
        right="anyone",
        scope="closed",
        handler=sign_out,
        summary="End the session that asks",
        answers={204: Answer(detail="It has ended")},
        faults=(503,),
    ),
)
