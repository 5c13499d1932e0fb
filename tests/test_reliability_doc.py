from __future__ import annotations

import re
from pathlib import Path

REPO = Path(__file__).parents[1]
_TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def test_every_test_the_page_names_exists_and_every_fault_test_is_named() -> None:
    named = set(_TEST.findall((REPO / "docs" / "reliability.md").read_text()))
    assert {(path, name) for path, name in named if name not in _tests(REPO / path)} == set()
    faults = {
        (path.relative_to(REPO).as_posix(), name)
        for path in (REPO / "tests" / "faults").glob("test_*.py")
        for name in _tests(path)
    }
    assert faults - named == set()


def _tests(path: Path) -> list[str]:
    return re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
