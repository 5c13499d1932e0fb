"""Passwords: bcrypt in threads of its own, so that the event loop never waits for it, and not too many at once."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from storage.errors import Busy, Invalid

SHORTEST = 8
LONGEST = 72
"""Characters at least, bytes of UTF-8 at most: bcrypt reads no further, so more is refused rather than cut."""

# A hash of nothing: checking against it takes as long as against a real one, and never succeeds.
_NOBODYS = "." * 53

T = TypeVar("T")


class BadPassword(Invalid):
    """This password cannot be taken; choose one of 8 characters or more, and 72 bytes at most."""


class Passwords:
    """Hashes and checks. `cost` is bcrypt's, `workers` how many run at once, `waiting` how many more may wait."""

    def __init__(self, cost: int, *, workers: int = 2, waiting: int = 32) -> None:
        self._cost = cost
        self._most = workers + waiting
        self._under_way = 0
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="cartwright-bcrypt")

    def close(self) -> None:
        """Begin nothing new; what is under way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """The 60 characters that are kept of a password. Raises Busy."""
        salt = bcrypt.gensalt(self._cost)
        return (await self._apart(lambda: bcrypt.hashpw(_bytes(password), salt))).decode()

    async def check(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; without a hash it takes as long and is not. Raises Busy."""
        against = (hashed or f"$2b${self._cost:02}${_NOBODYS}").encode()
        given = _bytes(password)
        if len(given) > LONGEST:
            return False
        return await self._apart(lambda: bcrypt.checkpw(given, against)) and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether a hash was made with another cost than it would be today."""
        return hashed.split("$")[2] != f"{self._cost:02}"

    async def _apart(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._most:
            raise Busy("Too many people sign in right now; try again in a moment.")
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1


def checked(password: str, email: str, *, field: str = "password") -> str:
    """The password, if it can be taken for an account of this address. Raises BadPassword."""
    if len(password) < SHORTEST or len(_bytes(password)) > LONGEST:
        raise BadPassword(field=field)
    if password.lower() in (email.lower(), email.lower().partition("@")[0]):
        raise BadPassword("A password is not the e-mail address.", field=field)
    return password


def _bytes(password: str) -> bytes:
    """The same password typed on another keyboard is the same bytes."""
    return unicodedata.normalize("NFC", password).encode()
