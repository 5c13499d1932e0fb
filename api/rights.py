"""Who may call what: each endpoint says it (api/endpoint.py); here alone it is looked at, before any handler."""

from __future__ import annotations

from typing import Literal, assert_never

from starlette.requests import Request

from api import key, who
from api.problems import ScopeMissing, SignInNeeded
from storage.errors import Forbidden
from storage.people import Person, Role

Right = Literal["anyone", "person", "account", "moderator", "admin"]
"""Who may call: anyone, also without a session; a person, guests too; one with an account; a role or one above it.

Whose rows they are is another question, answered by the statements: what is another's does not exist (404).
"""

Scope = Literal[
    "catalogue:read", "carts:read", "carts:write", "orders:read", "orders:write", "chats:read", "chats:write",
    "reviews:write", "events:write", "tools", "moderation", "admin",
]  # fmt: skip
"""What an API key may have been given; `write` includes `read` of the same."""

KeyRight = Scope | Literal["open", "closed"]
"""The scope a call takes of an API key: `open` takes none and looks at no key, `closed` no key can have."""

_RANKS: tuple[Role, ...] = ("user", "moderator", "admin")


async def admit(request: Request, right: Right, scope: KeyRight, *, personal: bool = False) -> None:
    """Let in whoever has the right, and whose API key has the scope and, where it is `personal`, is for every store.

    Raises BadKey and SignInNeeded (401), Forbidden and ScopeMissing (403), NotFound for what a key does not see.
    """
    if scope != "open":
        await key.let_in(request)
        needs(request, scope)
        if personal and key.stores_of(request) is not None:
            raise ScopeMissing("This belongs to a person and to no store: no API key for some stores opens it.")
    if right == "anyone":
        return
    person = await who.person(request)
    if person is None:
        raise SignInNeeded
    if not has(person, right):
        raise Forbidden("This takes an account." if right == "account" else f"This takes the role {right}.")


def needs(request: Request, scope: KeyRight) -> None:
    """Refuse an API key that was not given this scope. Raises ScopeMissing."""
    shown = key.known(request)
    if shown is None or scope == "open" or scope in shown.scopes or scope.replace(":read", ":write") in shown.scopes:
        return
    raise ScopeMissing("No API key opens this." if scope == "closed" else f"This takes an API key with {scope}.")


def has(person: Person, right: Right) -> bool:
    """Whether the person may; a role includes those below it."""
    match right:
        case "anyone" | "person":
            return True
        case "account":
            return not person.is_anonymous
        case "moderator" | "admin":
            return _RANKS.index(person.role) >= _RANKS.index(right)
        case _:
            assert_never(right)
