"""`python -m bench.search`: relevance, part numbers, suitability, latency and vector recall on the Icecat catalogue.

Relevance is measured on the 19,406 products as they are; latency and the recall of the vector index on as many variants
more as make 43,000. Both catalogues stay in the data folder, so that only the first run has to load them.
"""

from __future__ import annotations

import gzip
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter

import orjson
import uvloop

from bench import judgements
from bench.judgements import Judgements
from storage import feed_file, load, search, sql, stores, vectors
from storage.database import Connection, Database, bulk
from storage.embedded import serve
from storage.embedder import Embedder, WordLlamaEmbedder
from storage.feed import Reader
from storage.migrate import migrate
from storage.search import SearchQuery

_SQL = sql.load(__file__)

SHARED = Path(__file__).parents[2] / "shared" / "data"
LARGE = 43_000
# Cosine distances closer than this are the same: halfvec has some three digits.
_EQUAL = 1e-4

Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement needs."""

    conn: Connection
    embedder: Embedder
    judged: Judgements
    goals: Sequence[str]


def catalogue(shared: Path) -> Path:
    """The file of products."""
    return shared / "chorus_icecat" / "shared" / "products.jsonl.gz"


async def fill(url: str, file: Path, rows: int) -> None:
    """Load the catalogue, with variants until there are so many rows."""
    async with bulk(url) as conn:
        store = await stores.open_(conn, "Chorus", "EUR")
        async with vectors.bulk_index(conn):
            await load.load_products(
                conn,
                store.id,
                feed_file.read(file),
                embedder=WordLlamaEmbedder.load(),
                reader=Reader("EUR"),
                report=lambda problem: print(problem, file=sys.stderr),
            )
            have = len(await conn.fetch(_SQL["skus"]))
            await conn.execute(_SQL["grow"], max(0, rows - have))
        await conn.execute("vacuum analyze")


async def _ranked(bench: Bench, text: str, limit: int, max_price: int | None = None) -> list[str]:
    page = await search.search(bench.conn, bench.embedder, SearchQuery(text=text, limit=limit, max_price=max_price))
    return [hit.product.sku for hit in page.hits]


async def relevance(bench: Bench) -> list[Line]:
    """The four measures over the queries that have something suitable."""
    found = {query: await _ranked(bench, query, 100) for query in bench.judged.rated}
    measures = (
        ("nDCG@10, unjudged = 0", judgements.ndcg, ">= .82"),
        ("nDCG@10, judged only", judgements.condensed, ">= .88"),
        ("MRR@10", judgements.reciprocal_rank, ""),
        ("recall@100", judgements.recall, ">= .91"),
    )
    rated = bench.judged.rated
    return [
        (name, f"{mean(measure(found[query], rated[query]) for query in rated):.4f}", wanted)
        for name, measure, wanted in measures
    ]


async def part_numbers(bench: Bench) -> list[Line]:
    """How often the product of a part number comes first, by what was done to the number."""
    wanted = {"exact": ">= .99", "typo": ">= .85"}
    hits: dict[str, list[bool]] = {}
    for item in bench.judged.known:
        hits.setdefault(item.kind, []).append(await _ranked(bench, item.query, 1) == [item.product])
    return [(f"part number, {kind}", f"{mean(hit):.4f}", wanted.get(kind, ">= .99")) for kind, hit in hits.items()]


async def suitability(bench: Bench) -> list[Line]:
    """How far "nothing suitable" can be believed, and how much of it is noticed."""
    said = {
        query: (await search.search(bench.conn, bench.embedder, SearchQuery(text=query))).suitable
        for query in (*bench.judged.rated, *bench.judged.missing)
    }
    refused = [query for query, suitable in said.items() if not suitable]
    right = len(set(refused) & set(bench.judged.missing))
    return [
        ("nothing suitable, precision", f"{right / max(1, len(refused)):.2f}", f"of {len(refused)}"),
        ("nothing suitable, recall", f"{right / len(bench.judged.missing):.2f}", f"of {len(bench.judged.missing)}"),
    ]


async def latency(bench: Bench, name: str, texts: Sequence[str], max_price: int | None = None) -> list[Line]:
    """Milliseconds of `search` with its log, one client on the event loop that the server has, embedding included.

    The server is warm: each text has been asked once before.
    """
    for text in dict.fromkeys(texts):
        await _ranked(bench, text, 10, max_price)
    took = []
    for text in texts:
        started = perf_counter()
        await _ranked(bench, text, 10, max_price)
        took.append((perf_counter() - started) * 1000)
    cuts = quantiles(took, n=100)
    return [(f"{name}: p50 ms", f"{cuts[49]:.2f}", "<= 3"), (f"{name}: p95 ms", f"{cuts[94]:.2f}", "<= 8")]


async def vector_recall(bench: Bench, name: str, texts: Sequence[str]) -> list[Line]:
    """Share of the ten exactly nearest that the index finds; of equally near ones any will do."""
    shares = []
    for text, vector in zip(texts, await bench.embedder.embed(texts), strict=True):
        async with bench.conn.transaction():
            await bench.conn.fetch(_SQL["look"], search.look(text))
            found = [row["distance"] for row in await bench.conn.fetch(_SQL["found"], vector, 10)]
            true = [row["distance"] for row in await bench.conn.fetch(_SQL["nearest"], vector, 10)]
        shares.append(sum(distance <= true[-1] + _EQUAL for distance in found) / len(true))
    return [(f"vector recall@10, {name}", f"{mean(shares):.4f}", ">= .97")]


def table(lines: Sequence[Line]) -> str:
    """The lines as rows of a table."""
    return "\n".join(f"| {name:<34} | {value:>8} | {wanted:<8} |" for name, value, wanted in lines)


async def run(folder: Path, shared: Path) -> list[Line]:
    """Every measurement, in the order of the table."""
    judged = judgements.read(shared / "chorus_icecat" / "dev")
    file = catalogue(shared)
    with gzip.open(shared / "webshop_goals" / "dev.jsonl.gz") as stream:
        goals = [orjson.loads(line)["goal"] for line in islice(stream, 300)]
    texts = [*judged.rated, *judged.missing]
    lines: list[Line] = []
    for name, rows in (("catalogue", 0), ("large", LARGE)):
        async with serve(folder / name) as url:
            await migrate(url)
            await fill(url, file, rows)
            database = await Database.open(url, command_timeout=60)
            async with database.connection() as conn:
                bench = Bench(conn, WordLlamaEmbedder.load(), judged, goals)
                if not rows:
                    lines += await relevance(bench) + await part_numbers(bench) + await suitability(bench)
                else:
                    lines += await latency(bench, "judged queries", texts * 5)
                    lines += await latency(bench, "judged below 50.00", texts * 5, max_price=5000)
                    lines += await latency(bench, "part numbers", [item.query for item in judged.known][:300])
                    lines += await latency(bench, "instructions", goals)
                    lines += await vector_recall(bench, "judged queries", texts)
                    lines += await vector_recall(bench, "instructions", goals)
            await database.close()
    return lines


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.search", description="Measure search.")
    parser.add_argument("--data", type=Path, default=Path(".data/bench-search"), help="where the catalogues are kept")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of third-party data")
    args = parser.parse_args()
    args.data.mkdir(parents=True, exist_ok=True)
    print(table(uvloop.run(run(args.data, args.shared))))


if __name__ == "__main__":
    main()
