"""docs/operations.md names every setting with its default, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from agent.settings import AgentSettings
from api.settings import ApiSettings
from storage.settings import StorageSettings

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
EACH: tuple[type[BaseSettings], ...] = (ApiSettings, AgentSettings, StorageSettings)
_ROW = re.compile(r"^\| `CARTWRIGHT_(\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def default(field: FieldInfo) -> str:
    """A default as the page writes it; what is unset or empty is `none`."""
    value = field.default
    if value is None or value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def documented() -> dict[str, tuple[str, str]]:
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name.lower(): (given, description) for name, given, description in rows}


def test_the_page_lists_the_settings_and_nothing_else() -> None:
    settings = {name: field for cls in EACH for name, field in cls.model_fields.items()}
    assert documented() == {name: (default(field), field.description) for name, field in settings.items()}


def test_every_variable_that_is_mentioned_anywhere_exists() -> None:
    names = {name for cls in EACH for name in cls.model_fields}
    pages = [*PAGE.parent.glob("*.md"), *PAGE.parents[1].glob("*.md"), PAGE.parents[1] / "Makefile"]
    mentioned = {name for page in pages for name in re.findall(r"CARTWRIGHT_(\w+)", page.read_text(encoding="utf-8"))}
    assert {name.lower() for name in mentioned} <= names


NUMBERS = [
    (cls, name) for cls in EACH for name, field in cls.model_fields.items() if field.annotation in (int, float, bool)
]


@pytest.mark.parametrize(("cls", "name"), NUMBERS)
def test_a_setting_is_read_from_its_variable(
    cls: type[BaseSettings], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CARTWRIGHT_{name.upper()}", "nonsense")
    with pytest.raises(ValidationError, match=name):
        cls()
