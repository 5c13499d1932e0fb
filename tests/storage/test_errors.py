from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from storage import errors
from storage.errors import CartwrightError, Invalid, OutOfStock


def tree(cls: type[CartwrightError] = CartwrightError) -> Iterator[type[CartwrightError]]:
    yield cls
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize("cls", list(tree()))
def test_a_class_is_a_sentence_and_is_drawn_in_the_tree(cls: type[CartwrightError]) -> None:
    assert str(cls()) == cls().detail
    assert cls().detail.endswith(".")
    assert re.search(rf"\b{cls.__name__}$", errors.__doc__ or "", re.MULTILINE)


def test_a_code_is_the_name_in_kebab_case() -> None:
    assert OutOfStock().code == "out-of-stock"


def test_an_error_names_its_field() -> None:
    error = Invalid("too many", field="quantity")
    assert (error.detail, error.field, error.actor, error.retry) == ("too many", "quantity", "user", False)
