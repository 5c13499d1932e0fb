from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage import sql
from storage.database import Database

STORAGE = Path(sql.__file__).parent
TWINS = sorted(path for path in STORAGE.rglob("*.sql") if path.parent.name != "migrations")
STATEMENTS = [
    pytest.param(path, name, id=f"{path.relative_to(STORAGE).with_suffix('')}.{name}")
    for path in TWINS
    for name in sql.load(str(path))
]


def code(statement: str) -> str:
    """A statement without its lines of comment."""
    return "\n".join(line for line in statement.splitlines() if not line.startswith("--"))


@pytest.mark.parametrize(("path", "name"), STATEMENTS)
async def test_the_migrated_schema_can_prepare_it(module_database: Database, path: Path, name: str) -> None:
    statements = sql.load(str(path))
    async with module_database.connection() as conn:
        transaction = conn.transaction()
        await transaction.start()
        try:
            for statement in map(code, statements.values()):
                if statement.startswith("create temporary table"):
                    await conn.execute(statement)
            await conn.prepare(statements[name])
        finally:
            await transaction.rollback()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TWINS])
def test_every_statement_is_used_by_its_twin_and_by_name(path: Path) -> None:
    used = set(re.findall(r'_SQL\["(\w+)"\]', path.with_suffix(".py").read_text(encoding="utf-8")))
    assert used == set(sql.load(str(path)))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TWINS])
def test_placeholders_are_explained(path: Path) -> None:
    for name, text in sql.load(str(path)).items():
        comments = "\n".join(line for line in text.splitlines() if line.startswith("--"))
        assert set(re.findall(r"\$\d+", code(text))) <= set(re.findall(r"\$\d+", comments)), name
