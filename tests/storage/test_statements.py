from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage import sql
from storage.database import Database

STORAGE = Path(sql.__file__).parent
TWINS = sorted(path for path in STORAGE.rglob("*.sql") if path.parent.name != "migrations")
STATEMENTS = [
    pytest.param(text, id=f"{path.relative_to(STORAGE).with_suffix('')}.{name}")
    for path in TWINS
    for name, text in sql.load(str(path)).items()
]


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_the_migrated_schema_can_prepare_it(module_database: Database, statement: str) -> None:
    async with module_database.connection() as conn:
        await conn.prepare(statement)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TWINS])
def test_every_statement_is_used_by_its_twin_and_by_name(path: Path) -> None:
    used = set(re.findall(r'_SQL\["(\w+)"\]', path.with_suffix(".py").read_text(encoding="utf-8")))
    assert used == set(sql.load(str(path)))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TWINS])
def test_placeholders_are_explained(path: Path) -> None:
    for name, text in sql.load(str(path)).items():
        comments = "\n".join(line for line in text.splitlines() if line.startswith("--"))
        code = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
        assert set(re.findall(r"\$\d+", code)) <= set(re.findall(r"\$\d+", comments)), name
