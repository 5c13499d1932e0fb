"""The table in docs/rights.md, made of the endpoints: `python -m api.rights_table` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from uuid import UUID

from api.endpoint import Endpoint
from api.rights import has
from api.routes import ENDPOINTS
from storage.people import Person, Role

_NOBODY = UUID(int=0)
_HEAD = "| call | nobody | guest | user | moderator | admin | API key |\n|---|---|---|---|---|---|---|"


def table(endpoints: Iterable[Endpoint]) -> str:
    """A row an endpoint: who may call it, and the scope that a key needs to."""
    return "\n".join([_HEAD, *map(_row, endpoints)])


def _row(endpoint: Endpoint) -> str:
    askers = [_asker("user", is_anonymous=True), _asker("user"), _asker("moderator"), _asker("admin")]
    may = [endpoint.right == "anyone", *(has(person, endpoint.right) for person in askers)]
    key = {"open": "not looked at", "closed": "no key"}.get(endpoint.scope, f"`{endpoint.scope}`")
    if endpoint.personal:
        key += ", all stores"
    cells = [f"`{endpoint.method} {endpoint.path}`", *("yes" if each else "" for each in may), key]
    return "| " + " | ".join(cells) + " |"


def _asker(role: Role, *, is_anonymous: bool = False) -> Person:
    return Person(user_id=_NOBODY, session_id=None, is_anonymous=is_anonymous, role=role)


if __name__ == "__main__":
    sys.stdout.write(table(ENDPOINTS) + "\n")
