"""`python -m storage sample`: three small stores of our own writing, with pictures, policies and reviews.

A store that is there already is left alone, so that a restart does not undo what shoppers have bought;
`--again` writes its files over it.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from uuid import UUID

from tqdm import tqdm

from storage import embedder, vectors
from storage.database import bulk
from storage.embedder import Embedder
from storage.errors import Invalid
from storage.feed import Reader
from storage.load import Problem, load_products
from storage.sample import catalogue, write
from storage.sample.catalogue import SampleStore
from storage.settings import StorageSettings
from storage.upsert import Outcome


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a store of the sample; no outcome: it was there and has been left alone."""

    name: str
    outcome: Outcome | None


def arguments(parser: ArgumentParser) -> None:
    """What `sample` understands."""
    parser.add_argument("--again", action="store_true", help="write over stores that are there (stock, prices, texts)")


async def load_sample(conn: write.Writer, embedder: Embedder | None, *, again: bool = False) -> tuple[Written, ...]:
    """Write the sample, a transaction a store. With no embedder there are no vectors; `embed` makes them later."""
    return tuple([await _store(conn, catalogue.read(slug), embedder, again=again) for slug in catalogue.SLUGS])


async def _store(conn: write.Writer, sample: SampleStore, embedder: Embedder | None, *, again: bool) -> Written:
    async with conn.transaction():
        store_id = await write.add_store(conn, sample)
        if store_id is None:
            if not again:
                return Written(sample.name, None)
            store_id = await write.change_store(conn, sample)
        return Written(sample.name, await _contents(conn, store_id, sample, embedder))


async def _contents(conn: write.Writer, store_id: UUID, sample: SampleStore, embedder: Embedder | None) -> Outcome:
    reader = Reader(sample.currency)
    rows = enumerate(sample.rows, start=1)
    outcome, _ = await load_products(conn, store_id, rows, embedder=embedder, reader=reader, report=_refuse)
    await write.pictures(conn, store_id, sample.pictures)
    await write.policies(conn, store_id, sample.policies, embedder)
    await write.reviews(conn, store_id, sample.reviews)
    return outcome


def _refuse(problem: Problem) -> None:
    raise Invalid(f"the sample is broken: product {problem.line}: {problem.reason}", field=problem.field)


async def run(args: Namespace, settings: StorageSettings, url: str) -> int:
    """Load the sample and say what was done."""
    made = embedder.create(settings)
    async with bulk(url) as conn:
        fits = await vectors.dimension(conn) == made.dim
        if not fits:
            tqdm.write(f"Vectors of {made.model} do not fit the database; run `python -m storage embed`.", sys.stderr)
        for written in await load_sample(conn, made if fits else None, again=args.again):
            tqdm.write(_line(written))
    return 0


def _line(written: Written) -> str:
    match written.outcome:
        case None:
            return f"{written.name}: there already, left alone."
        case Outcome(added, changed, unchanged):
            return f"{written.name}: {added} products added, {changed} changed, {unchanged} unchanged."
