"""Another password: by the one before, or by a code for whoever has forgotten it. Another e-mail address."""

from __future__ import annotations

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api import auth_mail, body, entry, passwords, who
from api.auth import SENT, SIGNED_IN, AuthBody, Code, sent
from api.email_address import EmailAddress
from api.endpoint import Answer, Endpoint
from api.reauthenticate import proved
from api.service import service
from storage import accounts, email_codes, mails, sessions
from storage.accounts import Account
from storage.database import Connection
from storage.email_codes import Asked
from storage.tokens import new_code


class NewPassword(AuthBody):
    """`password` is the one before; an account without one has to have signed in just now."""

    password: str | None = Field(default=None, max_length=1000)
    new_password: str = Field(max_length=1000)


class Forgotten(AuthBody):
    """Whose password was forgotten."""

    email: EmailAddress


class Reset(AuthBody):
    """The code that was mailed to the address, and the new password."""

    email: EmailAddress
    code: str = Field(min_length=1, max_length=20)
    password: str = Field(max_length=1000)


class NewEmail(AuthBody):
    """The new address; `password` as in a change of password."""

    email: EmailAddress
    password: str | None = Field(default=None, max_length=1000)


async def change(request: Request) -> Response:
    """Another password; every other session ends, and this one is replaced."""
    here = service(request)
    said = await body.read(request, NewPassword, here.settings.max_body)
    account = await proved(request, said.password)
    passwords.checked(said.new_password, account.email or "", field="new_password")
    hashed = await here.passwords.hash(said.new_password)
    async with here.database.transaction() as conn:
        held = await accounts.hold(conn, account.id)
        if held.password_hash != account.password_hash:
            raise accounts.WrongPassword
        entered = await _renewed(conn, request, held, hashed, "change_password")
    here.streams.wake()
    here.postman.wake()
    return entry.response(request, entered)


async def ask_reset(request: Request) -> Response:
    """Have a code mailed for a new password. Whether there is such an account is not told."""
    here = service(request)
    said = await body.read(request, Forgotten, here.settings.max_body)
    now, code = here.clock(), new_code()
    async with here.database.connection() as conn:
        await auth_mail.allow(conn, request, said.email)
    async with here.database.transaction() as conn:
        account = await accounts.by_email(conn, said.email)
        asked = Asked(purpose="reset", user_id=account.id if account else None, email=said.email)
        await email_codes.keep(conn, asked, code, now, now + auth_mail.CODE_LIFE)
        # Without an account the rows are the same, so that the answer takes as long; the mail goes to nobody.
        await mails.put(conn, account.email if account else None, *auth_mail.reset(code), now)
    here.postman.wake()
    return sent()


async def reset(request: Request) -> Response:
    """A new password by the code that was mailed; whoever has it is let in, every session before ends."""
    here = service(request)
    said = await body.read(request, Reset, here.settings.max_body)
    passwords.checked(said.password, said.email)
    hashed = await here.passwords.hash(said.password)
    async with here.database.connection() as conn:
        code_id = await email_codes.attempt(
            conn, "reset", user_id=None, email=said.email, code=said.code, now=here.clock()
        )
    async with here.database.transaction() as conn:
        asked = await email_codes.use(conn, code_id)
        if asked.user_id is None:
            raise email_codes.WrongCode(field="code")
        account = await accounts.hold(conn, asked.user_id)
        if (account.email or "").lower() != asked.email.lower():
            raise email_codes.WrongCode(field="code")
        await accounts.verify(conn, account.id)
        entered = await _renewed(conn, request, account, hashed, "reset_password")
    here.streams.wake()
    here.postman.wake()
    return entry.response(request, entered)


async def _renewed(conn: Connection, request: Request, account: Account, hashed: str, action: str) -> entry.Entered:
    """Set the password, end all sessions, let this one in anew, and tell the owner of the address."""
    now = service(request).clock()
    await accounts.set_password(conn, account.id, hashed)
    entered = await entry.as_account(conn, request, await accounts.get(conn, account.id), "code")
    current = entered.told.person.session.id
    ended = await sessions.end_others(conn, account.id, current, now)
    person = await entry.acting(conn, account.id, current)
    await entry.record(conn, request, person, action, {"sessions_ended": ended})
    await mails.put(conn, account.email, *auth_mail.password_changed(), now)
    return entered


async def ask_email(request: Request) -> Response:
    """Have a code mailed to another address, or to the present one to prove it."""
    here = service(request)
    said = await body.read(request, NewEmail, here.settings.max_body)
    account = await proved(request, said.password)
    now, code = here.clock(), new_code()
    async with here.database.connection() as conn:
        await auth_mail.allow(conn, request, said.email)
    async with here.database.transaction() as conn:
        other = await accounts.by_email(conn, said.email)
        taken = other is not None and other.id != account.id
        asked = Asked(purpose="email", user_id=account.id, email=said.email)
        await email_codes.keep(conn, asked, code, now, now + auth_mail.CODE_LIFE)
        words = auth_mail.sign_up_again() if taken else auth_mail.new_address(code)
        await mails.put(conn, said.email, *words, now)
    here.postman.wake()
    return sent()


async def confirm_email(request: Request) -> Response:
    """Have the address whose code was mailed; the address before is told."""
    here = service(request)
    said = await body.read(request, Code, here.settings.max_body)
    now = here.clock()
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        code_id = await email_codes.attempt(
            conn, "email", user_id=person.user_id if person else None, email=None, code=said.code, now=now
        )
    async with here.database.transaction() as conn:
        asked = await email_codes.use(conn, code_id)
        if person is None or asked.user_id != person.user_id:
            raise email_codes.WrongCode(field="code")
        before = await accounts.hold(conn, person.user_id)
        await accounts.set_email(conn, person.user_id, asked.email)
        if (before.email or "").lower() != asked.email.lower():
            await mails.put(conn, before.email, *auth_mail.address_changed(), now)
        await entry.record(conn, request, person, "change_email", {"email_verified": True})
    here.postman.wake()
    return Response(status_code=204)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/auth/password",
        right="account",
        scope="closed",
        handler=change,
        summary="Another password",
        takes=NewPassword,
        answers={200: SIGNED_IN},
        faults=(404, 429),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/password/reset",
        right="anyone",
        scope="closed",
        handler=ask_reset,
        summary="Have a code mailed for a new password",
        takes=Forgotten,
        answers={202: SENT},
        faults=(429, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/password/reset/confirm",
        right="anyone",
        scope="closed",
        handler=reset,
        summary="A new password by the code that was mailed",
        takes=Reset,
        answers={200: SIGNED_IN},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/email",
        right="account",
        scope="closed",
        handler=ask_email,
        summary="Have a code mailed to another address",
        takes=NewEmail,
        answers={202: SENT},
        faults=(404, 429),
    ),
    Endpoint(
        method="POST",
        path="/v1/auth/email/confirm",
        right="account",
        scope="closed",
        handler=confirm_email,
        summary="Have the address whose code was mailed",
        takes=Code,
        answers={204: Answer(detail="It is the account's")},
        faults=(404, 409),
    ),
)
