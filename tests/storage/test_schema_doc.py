"""docs/schema.md has a home for everything the seeds list, and every home it names exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database

DOC = Path(__file__).parents[2] / "docs" / "schema.md"

_ENTITY = re.compile(r"^ +(\w+) \{\n(.*?)\n +\}", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(\n(.*?)\n *\)", re.DOTALL)
_SECTION = re.compile(r"^## (\w+)\n.*?### Schema\n(.*?)\n### ", re.MULTILINE | re.DOTALL)
_INDEX = re.compile(
    r"INDEX (?:CONCURRENTLY )?([a-z]\w+)"  # the SQL of 003 and 004
    r"|^- `(\w+)`$"  # the list of 000
    r"|^\| `(\w+)` \| (?:UNIQUE|NON-UNIQUE)",  # the tables of 001
    re.MULTILINE,
)

Row = tuple[str, str, str]


@pytest.fixture(scope="module")
def seeds(shared: Path) -> dict[str, str]:
    """The text of each seed by its number."""
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))}


def columns(number: str, text: str) -> Iterator[str]:
    """`table.column` for every column a seed lists."""
    # Seed 000 writes a column's name before its type, the other diagrams after it.
    place = 0 if number == "000" else 1
    for table, body in _ENTITY.findall(text):
        yield from (f"{table}.{line.split()[place]}" for line in body.splitlines())
    for table, body in _TABLE.findall(text):
        yield from (f"{table}.{name}" for name in re.findall(r"^ +(\w+) [A-Z]", body, re.MULTILINE))
    for table, body in _SECTION.findall(text):
        yield from (f"{table}.{name}" for name in re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE))


def documented(heading: str) -> list[Row]:
    """The rows (seed, its name, our name or "-") of the table under a heading of the page."""
    section = DOC.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [(row[0], row[1], row[2]) for row in re.findall(r"^\| (\d{3}) \| `(.+?)` \| `?(.+?)`? \|", section, re.M)]


def test_every_column_of_the_seeds_has_its_row_and_no_row_is_invented(seeds: dict[str, str]) -> None:
    listed = {(number, name) for number, text in seeds.items() for name in columns(number, text)}
    assert len(listed) > 300
    assert listed == {(number, name) for number, name, _ in documented("Seed table and column -> ours")}


def test_every_index_of_the_seeds_has_its_row_and_no_row_is_invented(seeds: dict[str, str]) -> None:
    listed = {
        (number, first or second or third)
        for number, text in seeds.items()
        for first, second, third in _INDEX.findall(text)
    }
    assert len(listed) > 70
    assert listed == {(number, name) for number, name, _ in documented("Seed index -> ours")}


async def test_every_column_named_as_ours_exists(module_database: Database) -> None:
    async with module_database.connection() as conn:
        rows = await conn.fetch(
            "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'"
        )
    live = {row[0] for row in rows}
    assert {ours for _, _, ours in documented("Seed table and column -> ours")} - live == set()


async def test_every_index_named_as_ours_exists(module_database: Database) -> None:
    async with module_database.connection() as conn:
        rows = await conn.fetch("select indexname from pg_indexes where schemaname = 'public'")
    live = {row[0] for row in rows}
    assert {ours for _, _, ours in documented("Seed index -> ours") if ours != "-"} - live == set()


async def test_the_page_names_every_table(module_database: Database) -> None:
    async with module_database.connection() as conn:
        rows = await conn.fetch("select table_name from information_schema.tables where table_schema = 'public'")
    listed = set(
        re.findall(r"`(\w+)`", DOC.read_text(encoding="utf-8").split("## Tables by area")[1].split("What is")[0])
    )
    assert {row[0] for row in rows} <= listed


async def test_every_rule_has_a_name_of_our_own_choosing(module_database: Database) -> None:
    async with module_database.connection() as conn:
        rows = await conn.fetch(
            """
            select conrelid::regclass::text as relation, conname
            from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
            """
        )
    assert [row["conname"] for row in rows if not row["conname"].startswith(row["relation"])] == []


async def test_every_foreign_key_that_may_cascade_has_an_index(module_database: Database) -> None:
    """Without one, each deletion reads the whole referring table."""
    async with module_database.connection() as conn:
        rows = await conn.fetch(
            """
            select c.conname from pg_constraint c
            where c.contype = 'f' and c.confdeltype in ('c', 'n') and not exists (
                select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
            )
            """
        )
    assert [row["conname"] for row in rows] == []
