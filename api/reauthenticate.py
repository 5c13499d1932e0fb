"""Whoever changes what lets them in, or deletes all, proves once more who they are: an open session is not enough."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from starlette.requests import Request

from api import who
from api.problems import SignInNeeded
from api.service import service
from storage import accounts, sessions, throttles
from storage.accounts import Account, WrongPassword
from storage.errors import Forbidden
from storage.throttles import Rate, key

JUST_NOW = timedelta(minutes=10)

_RATE = Rate(burst=10, every=timedelta(seconds=30))


class SignInAgain(Forbidden):
    """Sign in again first: this takes a password, or a sign-in of the last ten minutes."""


async def proved(request: Request, password: str | None) -> Account:
    """The account that asks, by its password; one without a password by having signed in just now.

    Raises SignInNeeded, WrongPassword, SignInAgain, TooOften.
    """
    here = service(request)
    now = here.clock()
    async with here.database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None or person.session_id is None:
            raise SignInNeeded
        account = await accounts.get(conn, person.user_id)
        if account.password_hash is None:
            if (await sessions.get(conn, person.session_id)).started_at < now - JUST_NOW:
                raise SignInAgain
            return account
        if password is None:
            raise SignInAgain
        await throttles.allow(conn, (counted(account.id), _RATE), now=now)
    if not await here.passwords.check(password, account.password_hash):
        raise WrongPassword
    async with here.database.connection() as conn:
        await throttles.give_back(conn, counted(account.id))
    return account


def counted(user_id: UUID) -> bytes:
    """The key under which these proofs are counted."""
    return key("proved", str(user_id))
