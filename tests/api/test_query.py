from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field
from starlette.requests import Request

from api import query
from api.problems import BadFields
from api.query import Query


class Wanted(Query):
    """What a list may be asked for."""

    brand: list[str] = Field(default_factory=list)
    limit: int = Field(default=20, ge=1, le=100)
    sort: Literal["price", "name"] | None = None
    q: str = ""


def request(text: str) -> Request:
    return Request({"type": "http", "query_string": text.encode(), "headers": []})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Wanted()),
        ("limit=5&sort=price", Wanted(limit=5, sort="price")),
        ("brand=A", Wanted(brand=["A"])),
        ("brand=A&brand=B+C", Wanted(brand=["A", "B C"])),
        ("q=%20caf%C3%A9%00%20", Wanted(q="café")),
        ("q=", Wanted()),
    ],
)
def test_parameters_become_a_model(text: str, expected: Wanted) -> None:
    assert query.read(request(text), Wanted) == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("limit=1&limit=2", "limit"),
        ("sort=colour", "sort"),
        ("colour=red", "colour"),
        ("q=a&q=b", "q"),
    ],
)
def test_what_is_wrong_is_named(text: str, field: str) -> None:
    with pytest.raises(BadFields) as refused:
        query.read(request(text), Wanted)
    assert [fault.field for fault in refused.value.faults] == [field]
