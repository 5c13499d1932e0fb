from __future__ import annotations

from pathlib import Path

import pytest

from storage import sql


def twin(folder: Path, text: str) -> str:
    (folder / "things.sql").write_text(text)
    return str(folder / "things.py")


def test_statements_are_found_by_name_with_their_comments(tmp_path: Path) -> None:
    file = twin(tmp_path, "-- About things.\n\n-- name: one\nselect 1;\n-- name: two\n-- $1 id\nselect $1;\n")
    assert dict(sql.load(file)) == {"one": "select 1;", "two": "-- $1 id\nselect $1;"}


def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one is there twice"):
        sql.load(twin(tmp_path, "-- name: one\nselect 1;\n-- name: one\nselect 2;\n"))


def test_a_statement_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without a name"):
        sql.load(twin(tmp_path, "select 1;\n-- name: one\nselect 2;\n"))


def test_nobody_can_change_what_was_loaded(tmp_path: Path) -> None:
    statements = sql.load(twin(tmp_path, "-- name: one\nselect 1;\n"))
    with pytest.raises(TypeError):
        statements["one"] = "drop table users"  # type: ignore[index]
