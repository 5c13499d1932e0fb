"""`python -m bench.recommendations`: latency of recommendations on 43,000 products and 2,000 shoppers.

The catalogue is the large one of `bench.search`, in the same data folder.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from uuid import UUID

from bench import search
from storage import recommendations, sql
from storage.database import Connection, Database, bulk
from storage.embedded import serve
from storage.migrate import migrate
from storage.people import Person
from storage.recommendations import Recommendation

_SQL = sql.load(__file__)

_SHOPPERS = 2000
_WARM_UP = 20


async def _fill(url: str) -> None:
    async with bulk(url) as conn:
        if not await conn.fetch(_SQL["shoppers"]):
            await conn.execute(_SQL["fill"], _SHOPPERS)
            await conn.execute("vacuum analyze")


async def _asked(conn: Connection) -> AsyncIterator[tuple[str, list[Awaitable[Recommendation]]]]:
    shown = [(row["id"], row["store_id"]) for row in await conn.fetch(_SQL["products"])]
    store: UUID = shown[0][1]
    known = [
        Person(user_id=row["id"], session_id=None, is_anonymous=True, role="user")
        for row in await conn.fetch(_SQL["shoppers"])
    ][: len(shown)]
    recommend = recommendations.recommend
    yield "with a product", [recommend(conn, store, product_id=product) for product, _ in shown]
    yield "for a shopper", [recommend(conn, store, person=person) for person in known]
    yield "for nobody known", [recommend(conn, store) for _ in shown]


async def run(folder: Path, shared: Path) -> list[search.Line]:
    """p50 and p95 of each way to ask, one client, the log included."""
    lines: list[search.Line] = []
    async with serve(folder / "large") as url:
        await migrate(url)
        await search.fill(url, search.catalogue(shared), search.LARGE)
        await _fill(url)
        database = await Database.open(url, command_timeout=60)
        async with database.connection() as conn:
            async for name, asked in _asked(conn):
                took = []
                for each in asked:
                    started = perf_counter()
                    await each
                    took.append((perf_counter() - started) * 1000)
                cuts = quantiles(took[_WARM_UP:], n=100)
                lines += [(f"{name}: p50 ms", f"{cuts[49]:.2f}", ""), (f"{name}: p95 ms", f"{cuts[94]:.2f}", "")]
        await database.close()
    return lines


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.recommendations", description="Measure recommendations.")
    parser.add_argument("--data", type=Path, default=Path(".data/bench-search"), help="where the catalogues are kept")
    parser.add_argument("--shared", type=Path, default=search.SHARED, help="the folder of third-party data")
    args = parser.parse_args()
    args.data.mkdir(parents=True, exist_ok=True)
    print(search.table(asyncio.run(run(args.data, args.shared))))


if __name__ == "__main__":
    main()
