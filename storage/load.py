"""`python -m storage load FILE`: a catalogue from CSV or JSONL, in batches, a bad row at a time left out."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TextIO, cast
from uuid import UUID

import asyncpg
import orjson
from tqdm import tqdm

from storage import embedder, stores, upsert, vectors
from storage.database import bulk
from storage.embedder import Embedder
from storage.errors import Invalid
from storage.feed import ProductRow, Reader, Row, variants
from storage.feed_values import BadRow
from storage.settings import StorageSettings
from storage.upsert import Outcome

_BATCH = 1000
_REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
_DELIMITERS = ",;\t|"

Numbered = tuple[int, Row]


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
    parser.add_argument("--store", required=True, metavar="SLUG", help="the store that sells it; added when missing")
    parser.add_argument("--currency", default=None, help="of prices that name none (default: the store's, or EUR)")
    parser.add_argument("--stock", type=int, default=100, help="pieces assumed where a file gives no number (100)")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="where a field is found; COLUMN may be a path such as attributes.type; may be given several times",
    )


def _open(file: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file)) if file.suffix == ".gz" else file.open("rb")


def _size(file: Path) -> int | None:
    return None if file.suffix == ".gz" else file.stat().st_size


def _csv(text: TextIO) -> Iterator[Numbered]:
    sample = text.read(65536)
    text.seek(0)
    header = sample.split("\n", 1)[0]
    rows = csv.DictReader(text, delimiter=max(_DELIMITERS, key=header.count))
    for row in rows:
        yield rows.line_num, {key: value for key, value in row.items() if key is not None}


def _json(line: int, text: bytes) -> Iterator[Numbered]:
    """The records of one JSON text; what is no object is passed on as it is, for the reader to refuse."""
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        record = {"": f"is not JSON: {error}"}
    listed = record.get("products") if isinstance(record, dict) else record
    records = listed if isinstance(listed, list) else [record]
    for each in records:
        if not isinstance(each, dict):
            each = {"": "is not a JSON object"}
        for row in variants(each):
            yield line, row


def read(file: Path, progress: Callable[[int], object] = lambda size: None) -> Iterator[Numbered]:
    """Line number and record of each row of a file; `progress` hears of bytes as they are read."""
    name = file.name.removesuffix(".gz")
    with _open(file) as stream:
        if name.endswith((".jsonl", ".ndjson")):
            for number, line in enumerate(stream, start=1):
                progress(len(line))
                if line.strip():
                    yield from _json(number, line)
        elif name.endswith(".json"):
            yield from _json(1, stream.read())
        else:
            with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
                yield from _csv(text)


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
        except (
            asyncpg.DataError,
            asyncpg.IntegrityConstraintViolationError,
            asyncpg.ProgramLimitExceededError,
        ) as error:
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


async def run(args: Namespace, settings: StorageSettings, url: str) -> int:
    """Load one file; 0 also when some rows were bad (each is printed), 1 when none of its rows could be used."""
    made = embedder.create(settings)
    columns = _columns(args.map)
    async with bulk(url) as conn:
        store = await stores.open_(conn, args.store, args.currency or "EUR")
        reader = Reader(args.currency or store.currency, columns, args.stock)
        fits = await vectors.dimension(conn) == made.dim
        if not fits:
            tqdm.write(f"Vectors of {made.model} do not fit the database; run `python -m storage embed`.", sys.stderr)
        async with vectors.bulk_index(conn):
            with tqdm(unit="B", unit_scale=True, total=_size(args.file), file=sys.stderr) as bar:
                total, bad = await load_products(
                    conn,
                    store.id,
                    read(args.file, bar.update),
                    embedder=made if fits else None,
                    reader=reader,
                    report=lambda problem: tqdm.write(str(problem), sys.stderr),
                )
    tqdm.write(f"{total.added} added, {total.changed} changed, {total.unchanged} unchanged, {bad} bad rows left out.")
    return 1 if bad and total == Outcome() else 0
