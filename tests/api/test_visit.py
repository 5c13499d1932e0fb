from __future__ import annotations

from collections.abc import Mapping

import pytest
from starlette.requests import Request

from api import visit

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Mobile/15E148"


def request(headers: Mapping[str, str]) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in {"host": "shop.example", **headers}.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": raw})


@pytest.mark.parametrize(
    ("headers", "context"),
    [
        ({}, {}),
        ({"user-agent": PHONE}, {"device": "mobile"}),
        ({"user-agent": "Mozilla/5.0 (iPad; CPU OS 19_0)"}, {"device": "tablet"}),
        ({"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"}, {"device": "desktop"}),
        ({"user-agent": "curl/8"}, {"device": "other"}),
        ({"referer": "https://news.example/a"}, {"referrer": "https://news.example/a"}),
        ({"referer": "https://shop.example/"}, {}),
        ({"referer": "http://[broken"}, {}),
        (
            {"x-cartwright-visit": "referrer=https%3A%2F%2Fnews.example&utm_campaign=summer&other=x&utm_term="},
            {"referrer": "https://news.example", "utm_campaign": "summer"},
        ),
        ({"x-cartwright-visit": "utm_source=" + "x" * 300}, {"utm_source": "x" * 200}),
        ({"x-cartwright-visit": "utm_source=a%00b"}, {"utm_source": "ab"}),
    ],
)
def test_what_is_kept_of_where_a_visit_came_from(headers: dict[str, str], context: dict[str, str]) -> None:
    assert visit.context(request(headers)) == context
