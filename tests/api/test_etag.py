from __future__ import annotations

import pytest
from starlette.requests import Request

from api.etag import etag, expected


def asking(*if_match: str) -> Request:
    return Request({"type": "http", "headers": [(b"if-match", value.encode()) for value in if_match]})


def test_a_version_is_told_in_quotes_and_understood_again() -> None:
    assert etag(3) == {"ETag": '"3"'}
    assert expected(asking(etag(3)["ETag"])) == frozenset({3})


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        ("*", None),
        ('"1", "12"', {1, 12}),
        ('W/"3"', set()),
        ("3", set()),
        ('"three"', set()),
        ('"-1"', set()),
        ("", set()),
        ('"1", nonsense', {1}),
    ],
)
def test_what_names_no_version_of_ours_matches_none(header: str, versions: set[int] | None) -> None:
    assert expected(asking(header)) == versions


def test_without_the_header_any_version_will_do() -> None:
    assert expected(asking()) is None
