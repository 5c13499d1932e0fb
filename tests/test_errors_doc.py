"""Every error says in one sentence what is the matter, and docs/protocol.md lists the codes the API answers with."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import problems
from storage.errors import CartwrightError

ROOT = Path(__file__).parents[1]
FLOORS = ("storage", "tools", "prompts", "agent", "api")
# Refusals that stay inside: for the model, for `load`, between processes. No endpoint lets them out.
INSIDE = {"bad-row", "conflict", "fenced", "too-many"}
_ROW = re.compile(r"^\| (\d{3}) \| `([a-z-]+)` \| (.+) \|$", re.MULTILINE)


def _modules() -> Iterator[str]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            names = path.relative_to(ROOT).with_suffix("").parts
            if "sample" not in names and names[-1] != "__main__":
                yield ".".join(names).removesuffix(".__init__")


def _classes() -> list[type[CartwrightError]]:
    for module in _modules():
        importlib.import_module(module)

    def below(cls: type[CartwrightError]) -> Iterator[type[CartwrightError]]:
        yield cls
        for child in cls.__subclasses__():
            yield from below(child)

    return sorted({cls for cls in below(CartwrightError) if cls.__module__.split(".")[0] in FLOORS}, key=str)


CLASSES = _classes()


def told() -> dict[str, int]:
    """Code -> status of whatever the API can answer with: refusals of the service, and what its handlers name."""
    found = {
        cls.__new__(cls).code: status
        for cls in CLASSES
        if (status := next((status for kind, status in problems._STATUS if issubclass(cls, kind)), None)) is not None
    }
    outside = {code: status for code, status in found.items() if code not in INSIDE}
    return outside | dict(_named()) | {"not-found": 404, "method-not-allowed": 405}


def _named() -> Iterator[tuple[str, int]]:
    for path in sorted((ROOT / "api").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="problem"),
                    args=[ast.Constant(value=int(status)), ast.Constant(value=str(code)), *_],
                ):
                    yield code, status


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_an_error_says_in_one_sentence_what_is_the_matter(cls: type[CartwrightError]) -> None:
    own = cls.__dict__.get("__doc__")
    assert own, "an error needs a docstring of its own"
    sentence = inspect.cleandoc(own)
    assert re.fullmatch(r"[^\n]+\.", sentence)
    assert cls.actor in ("model", "user", "operator")


def test_the_page_lists_the_codes_of_problems_and_no_others() -> None:
    rows = _ROW.findall((ROOT / "docs" / "protocol.md").read_text(encoding="utf-8"))
    assert {code: int(status) for status, code, _ in rows} == told()
    assert len(rows) == len(told())
