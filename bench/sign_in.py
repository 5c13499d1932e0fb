"""`python -m bench.sign_in`: whether the time of an answer tells that an address has an account.

A sign-in with a wrong password and a request for a new password, in turns for an address that has an account and for
one that has none; each address is used once.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import bcrypt
import httpx

from bench import contender
from storage import sql
from storage.database import Connection, bulk
from storage.settings import StorageSettings
from storage.start import ready

_SQL = sql.load(__file__)
_COST = 12
_WARM = 5
_WAYS = {"sign-in": "/v1/auth/sign-in", "reset": "/v1/auth/password/reset"}


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds of the answers for addresses that are known and that are not."""

    way: str
    known: Sequence[float]
    unknown: Sequence[float]

    @property
    def told_apart(self) -> float:
        """How often a known address takes longer than an unknown one; .5 is what a guess is right."""
        pairs = [(one > other) + (one == other) / 2 for one in self.known for other in self.unknown]
        return sum(pairs) / len(pairs)

    def line(self) -> str:
        """A row of a table."""
        known, unknown = (
            f"{median(each):.2f} ({quantiles(each, n=20)[0]:.2f} to {quantiles(each, n=20)[-1]:.2f})"
            for each in (self.known, self.unknown)
        )
        return f"| {self.way} | {known} | {unknown} | {self.told_apart:.3f} |"


async def _ask(http: httpx.AsyncClient, way: str, email: str) -> float:
    said = {"email": email} | ({"password": "a wrong password"} if way == "sign-in" else {})
    start = time.perf_counter()
    response = await http.post(_WAYS[way], json=said)
    took = (time.perf_counter() - start) * 1000
    assert response.status_code == (401 if way == "sign-in" else 202), response.text
    return took


async def compare(conn: Connection, url: str, way: str, count: int) -> Compared:
    """So many of each, one after the other; what one address of the network may ask is forgotten between."""
    known: list[float] = []
    unknown: list[float] = []
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        for number in range(count + _WARM):
            for kind, found in (("known", known), ("unknown", unknown)):
                await conn.execute(_SQL["forget"])
                # A mail that the request before has caused is on its way meanwhile.
                await asyncio.sleep(0.05)
                found.append(await _ask(http, way, f"{kind}-{number}@example.org"))
    return Compared(way, known[_WARM:], unknown[_WARM:])


async def run(folder: Path, count: int) -> None:
    """Print a row for each way in."""
    hashed = bcrypt.hashpw(b"a password that nobody types", bcrypt.gensalt(_COST)).decode()
    # Its database is ours too, and ends after it.
    server = replace(contender.ours(None, folder / "data"), data=None)
    async with ready(StorageSettings(data=folder / "data")) as url, bulk(url) as conn:
        await conn.execute(_SQL["accounts"], count + _WARM, hashed)
        with contender.started(server, folder / "log"):
            for way in _WAYS:
                print((await compare(conn, server.url, way, count)).line(), flush=True)


def main() -> None:
    """Print a table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    asked = parser.parse_args()
    print("| way | known ms (5 % to 95 %) | unknown | a known one takes longer |\n|---|---|---|---|", flush=True)
    with TemporaryDirectory(prefix="cartwright-bench-", ignore_cleanup_errors=True) as folder:
        asyncio.run(run(Path(folder), asked.count))


if __name__ == "__main__":
    main()
