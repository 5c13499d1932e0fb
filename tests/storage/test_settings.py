from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from storage.settings import StorageSettings


def test_with_nothing_set_there_is_an_embedded_server_in_the_checkout() -> None:
    settings = StorageSettings()
    assert settings.database_url is None
    assert settings.data == Path(".data")


@pytest.mark.parametrize("name", ["DATABASE_URL", "CARTWRIGHT_DATABASE_URL"])
def test_a_database_of_ones_own(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "postgresql://db.example/shop")
    assert StorageSettings().database_url == "postgresql://db.example/shop"


def test_our_own_variable_wins_over_the_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/other")
    monkeypatch.setenv("CARTWRIGHT_DATABASE_URL", "postgresql://db.example/shop")
    assert StorageSettings().database_url == "postgresql://db.example/shop"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert StorageSettings().database_url is None


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTWRIGHT_POOL_SIZE", "3")
    assert StorageSettings().pool_size == 3
    assert StorageSettings(pool_size=4, database_url="postgresql://x").database_url == "postgresql://x"


@pytest.mark.parametrize(("name", "text"), [("POOL_SIZE", "0"), ("ACQUIRE_TIMEOUT", "-1"), ("EMBEDDING_MODEL", " ")])
def test_a_value_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(f"CARTWRIGHT_{name}", text)
    with pytest.raises(ValidationError, match=name.lower()):
        StorageSettings()


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in StorageSettings.model_fields.values())
