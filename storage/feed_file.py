"""A catalogue's file, read row by row: CSV, JSONL or a JSON product feed, packed or not."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, TextIO, cast

import orjson

from storage.errors import Invalid
from storage.feed import Row, variants

Numbered = tuple[int, Row]

_DELIMITERS = ",;\t|"
_LONGEST_FIELD = 16 * 1024 * 1024
# What decoding with `surrogateescape` makes of bytes that are not UTF-8.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


class _Heard(io.RawIOBase):
    """A file that tells how many bytes were read."""

    def __init__(self, file: Path, progress: Callable[[int], object]) -> None:
        super().__init__()
        self._file = file.open("rb", buffering=0)
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = self._file.readinto(buffer)
        self._progress(size)
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def read(file: Path, progress: Callable[[int], object] = lambda size: None) -> Iterator[Numbered]:
    """Line number and record of each row of a file; `progress` hears of its bytes as they are read.

    What is no row is a record with its fault under the name "", for whoever takes the rows to refuse. Raises Invalid
    for a file that cannot be read at all.
    """
    name = file.name.removesuffix(".gz")
    with cast("IO[bytes]", io.BufferedReader(_Heard(file, progress))) as raw, _unpacked(file, raw) as stream:
        try:
            if name.endswith((".jsonl", ".ndjson")):
                for number, line in enumerate(stream, start=1):
                    if line.strip():
                        yield from _json(number, line)
            elif name.endswith(".json"):
                yield from _json(1, stream.read())
            else:
                with io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="") as text:
                    yield from _csv(text)
        except (gzip.BadGzipFile, EOFError) as error:
            raise Invalid(f"{file} is not packed by gzip, or not whole: {error}", field="file") from error


def _unpacked(file: Path, raw: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if file.suffix == ".gz" else raw


def _csv(text: TextIO) -> Iterator[Numbered]:
    csv.field_size_limit(_LONGEST_FIELD)
    first = text.readline()
    if _NOT_UTF8.search(first):
        raise Invalid("the file is not in UTF-8", field="file")
    rows = csv.reader(chain([first], text), delimiter=max(_DELIMITERS, key=first.count))
    names = next(rows, [])
    while True:
        line = rows.line_num + 1
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, {"": f"is not CSV: {error}"}
            continue
        if any(map(_NOT_UTF8.search, values)):
            yield line, {"": "is not in UTF-8"}
        elif values:
            yield line, dict(zip(names, values, strict=False))


def _json(line: int, text: bytes) -> Iterator[Numbered]:
    """The records of one JSON text."""
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
