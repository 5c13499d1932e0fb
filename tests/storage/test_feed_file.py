from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from storage.errors import Invalid
from storage.feed_file import Numbered, read

CSV = 'sku,name,price\n1,"Two\nlines",5\n\n2,Müsli,6\n3,short\n4,long,7,8\n'


def rows(folder: Path, name: str, content: bytes) -> list[Numbered]:
    (folder / name).write_bytes(content)
    return list(read(folder / name))


def test_a_row_of_csv_is_known_by_the_line_it_begins_on(tmp_path: Path) -> None:
    assert rows(tmp_path, "a.csv", CSV.encode()) == [
        (2, {"sku": "1", "name": "Two\nlines", "price": "5"}),
        (5, {"sku": "2", "name": "Müsli", "price": "6"}),
        (6, {"sku": "3", "name": "short"}),
        (7, {"sku": "4", "name": "long", "price": "7"}),
    ]


def test_a_row_that_is_not_utf8_is_one_bad_row(tmp_path: Path) -> None:
    # The marks of the end of a line, and of the order of bytes, are no part of a name.
    content = b"\xef\xbb\xbfsku;name\r\n1;M\xfcsli\r\n2;Tea\r\n"
    assert rows(tmp_path, "a.csv", content) == [(2, {"": "is not in UTF-8"}), (3, {"sku": "2", "name": "Tea"})]


def test_a_long_description_is_read(tmp_path: Path) -> None:
    content = f"sku,description\n1,{'x' * 200_000}\n"
    assert len(str(rows(tmp_path, "a.csv", content.encode())[0][1]["description"])) == 200_000


def test_a_quote_that_is_never_closed_ends_with_a_row_told_as_bad(tmp_path: Path) -> None:
    content = 'sku,name\n1,"open\n' + "2,tea\n" * 3_000_000
    line, record = rows(tmp_path, "a.csv", content.encode())[0]
    assert (line, record) == (2, {"": "is not CSV: field larger than field limit (16777216)"})


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json", "a.csv.gz", "a.jsonl.gz", "a.json.gz"])
def test_progress_comes_to_the_size_of_the_file(tmp_path: Path, name: str) -> None:
    content = b'{"id": "1"}\n' * 1000 if "jsonl" in name else b'{"products": [{"id": "1"}]}'
    content = CSV.encode() if "csv" in name else content
    file = tmp_path / name
    file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    heard: list[int] = []
    assert list(read(file, heard.append))
    assert sum(heard) == file.stat().st_size


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", "sku;name\n1;Tea\n".encode("utf-16"), "not in UTF-8"),
        ("a.csv.gz", b"sku,name\n", "not packed by gzip"),
        ("a.jsonl.gz", gzip.compress(b'{"id": "1"}\n' * 1000)[:-9], "not whole"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        rows(tmp_path, name, content)
