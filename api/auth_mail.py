"""The mails of accounts: their words, and how often somebody may have one sent."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request

from api import who
from api.service import service
from storage import throttles
from storage.database import Connection
from storage.throttles import Rate, key

CODE_LIFE = timedelta(minutes=30)

_PER_ADDRESS = Rate(burst=3, every=timedelta(minutes=10))
_PER_IP = Rate(burst=30, every=timedelta(minutes=1))


async def allow(conn: Connection, request: Request, email: str) -> None:
    """One more mail to this address, asked for from there. Raises TooOften."""
    await throttles.allow(
        conn,
        (key("mail", who.ip(request) or ""), _PER_IP),
        (counted(email), _PER_ADDRESS),
        now=service(request).clock(),
    )


def counted(email: str) -> bytes:
    """The key under which mails to an address are counted."""
    return key("mail", email.lower())


def _code(code: str) -> str:
    return f"    {code}\n\nIt is good for {int(CODE_LIFE.total_seconds() / 60)} minutes. Give it to nobody."


def sign_up(code: str) -> tuple[str, str]:
    """Subject and text for an address that is to become an account's."""
    return "Your code", f"To open your account, type this code where you signed up:\n\n{_code(code)}\n" + (
        "\nIf you did not sign up, do nothing: without the code there is no account.\n"
    )


def sign_up_again() -> tuple[str, str]:
    """For an address that is an account's already."""
    return "You have an account already", (
        "Somebody, perhaps you, has signed up with this address. You have an account already: sign in with it, or have "
        "a new password sent if you forgot yours.\n\nIf it was not you, do nothing; nobody has come in.\n"
    )


def reset(code: str) -> tuple[str, str]:
    """For an account whose password was forgotten."""
    return "Your code for a new password", f"To choose a new password, type this code:\n\n{_code(code)}\n" + (
        "\nIf you did not ask for it, do nothing; your password stays as it is.\n"
    )


def new_address(code: str) -> tuple[str, str]:
    """For the new address of an account."""
    return "Your code", f"To use this address for your account, type this code:\n\n{_code(code)}\n"


def password_changed() -> tuple[str, str]:
    """For an account whose password is another one now."""
    return "Your password was changed", (
        "The password of your account was changed, and everybody else who was signed in to it was signed out.\n\n"
        "If it was not you, have a new password sent now.\n"
    )


def address_changed() -> tuple[str, str]:
    """For the address that an account had before."""
    return "Your e-mail address was changed", (
        "Your account uses another e-mail address from now on, and no longer this one.\n\n"
        "If it was not you, tell the shop.\n"
    )
