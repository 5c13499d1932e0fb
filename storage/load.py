"""`python -m storage load FILE`: a catalogue from CSV or JSONL, in batches, a bad row at a time left out."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from uuid import UUID

import asyncpg
from tqdm import tqdm

from storage import embedder, stores, upsert, vectors
from storage.database import bulk
from storage.embedder import Embedder
from storage.errors import Invalid
from storage.feed import ProductRow, Reader, Row
from storage.feed_file import Numbered, read
from storage.feed_values import BadRow
from storage.settings import StorageSettings
from storage.upsert import Outcome

_BATCH = 1000
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
_ANY_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out: its line in the file (from 1), the field and the reason."""

    line: int
    field: str | None
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field or 'row'}: {self.reason}"


def arguments(parser: ArgumentParser) -> None:
    """What `load` understands."""
    parser.add_argument("file", type=Path, help="CSV, JSONL or a JSON product feed; .gz too")
    parser.add_argument(
        "--store", required=True, type=_name, metavar="SLUG", help="the store that sells it; added when missing"
    )
    parser.add_argument("--currency", type=_currency, help="of prices that name none (default: the store's, or EUR)")
    parser.add_argument("--stock", type=_pieces, default=100, help="pieces assumed where a file gives no number (100)")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="where a field is found; COLUMN may be a path such as attributes.type; may be given several times",
    )


def _name(text: str) -> str:
    if not 1 <= len(text.strip()) <= 200:
        raise ArgumentTypeError("a store's name has 1 to 200 characters")
    return text.strip()


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{3}", text):
        raise ArgumentTypeError(f"{text!r} is not an ISO 4217 currency such as EUR")
    return text.upper()


def _pieces(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**31:
        raise ArgumentTypeError(f"{text!r} is not a number of pieces")
    return int(text)


@dataclass(slots=True)
class Loading:
    """Writes rows into one store; `seen` holds the line of each sku of this run."""

    conn: asyncpg.Connection[asyncpg.Record]
    store_id: UUID
    reader: Reader
    embedder: Embedder | None
    report: Callable[[Problem], None]
    seen: dict[str, int]
    bad: int = 0

    async def batch(self, rows: Iterable[Numbered]) -> Outcome:
        """Write some rows, those that are bad reported and left out."""
        good: list[tuple[int, ProductRow]] = []
        for line, record in rows:
            try:
                row = self._row(line, record)
            except BadRow as error:
                self._refuse(Problem(line, error.field, error.detail))
            else:
                good.append((line, row))
        return await self._write(good)

    def _row(self, line: int, record: Row) -> ProductRow:
        if "" in record:
            raise BadRow(str(record[""]))
        row = self.reader.row(record)
        if row.sku in self.seen:
            raise BadRow(f"{row.sku} is on line {self.seen[row.sku]} already", field="sku")
        self.seen[row.sku] = line
        return row

    async def _write(self, rows: list[tuple[int, ProductRow]]) -> Outcome:
        """One transaction; when the database refuses something the halves are tried alone, down to the one row."""
        if not rows:
            return Outcome()
        try:
            return await upsert.upsert(self.conn, self.store_id, [row for _, row in rows], self.embedder)
        except _REFUSALS as error:
            if len(rows) == 1:
                self._refuse(Problem(rows[0][0], None, str(error)))
                return Outcome()
        half = len(rows) // 2
        return await self._write(rows[:half]) + await self._write(rows[half:])

    def _refuse(self, problem: Problem) -> None:
        self.bad += 1
        self.report(problem)


async def load_products(
    conn: asyncpg.Connection[asyncpg.Record],
    store_id: UUID,
    rows: Iterable[Numbered],
    *,
    embedder: Embedder | None,
    reader: Reader,
    report: Callable[[Problem], None],
) -> tuple[Outcome, int]:
    """Write numbered records into a store in batches; what was done, and how many rows were bad.

    With an embedder, vectors are made for texts that have none yet. Writing the same rows again changes nothing.
    """
    loading = Loading(conn, store_id, reader, embedder, report, {})
    total = Outcome()
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        total += await loading.batch(batch)
    return total, loading.bad


def _columns(pairs: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals:
            raise Invalid(f"--map {pair}: it is FIELD=COLUMN", field="map")
        columns[name] = column
    return columns


def _first_currency(rows: Sequence[Numbered], reader: Reader) -> str:
    """The currency of the first row that can be read: a new store sells in it."""
    for _, record in rows:
        with suppress(BadRow):
            return reader.row(record).currency
    return reader.currency


async def run(args: Namespace, settings: StorageSettings, url: str) -> int:
    """Load one file; 0 also when some rows were bad (each is printed), 1 when none of its rows could be used."""
    if not args.file.is_file():
        raise Invalid(f"there is no file {args.file}", field="file")
    made = embedder.create(settings)
    columns = _columns(args.map)
    with tqdm(unit="B", unit_scale=True, total=args.file.stat().st_size, file=sys.stderr) as bar:
        rows = read(args.file, bar.update)
        head = list(islice(rows, _BATCH))
        currency = args.currency or _first_currency(head, Reader(_ANY_CURRENCY, columns, args.stock))
        async with bulk(url) as conn:
            store = await stores.open_(conn, args.store, currency)
            fits = await vectors.dimension(conn) == made.dim
            if not fits:
                tqdm.write(
                    f"Vectors of {made.model} do not fit the database; run `python -m storage embed`.", sys.stderr
                )
            async with vectors.bulk_index(conn):
                total, bad = await load_products(
                    conn,
                    store.id,
                    chain(head, rows),
                    embedder=made if fits else None,
                    reader=Reader(args.currency or store.currency, columns, args.stock, sold_in=store.currency),
                    report=lambda problem: tqdm.write(str(problem), sys.stderr),
                )
    tqdm.write(f"{total.added} added, {total.changed} changed, {total.unchanged} unchanged, {bad} bad rows left out.")
    return 1 if bad and total == Outcome() else 0
