from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import pytest

from api import paging
from api.paging import PageQuery
from api.problems import BadFields


class Key(NamedTuple):
    """A sort key, as a list by time has it."""

    at: datetime
    id: UUID


KEYS = [Key(datetime(2026, 1, day, 12, 30, 0, 123456, tzinfo=UTC), UUID(int=day)) for day in range(1, 6)]


def test_a_list_is_read_page_by_page() -> None:
    read: list[Key] = []
    cursor: str | None = None
    for _ in range(3):
        after = paging.after(PageQuery(limit=2, cursor=cursor), Key)
        found = [key for key in KEYS if after is None or key > after][:3]
        shown, cursor = paging.cut(found, 2, lambda key: key)
        read += shown
    assert (read, cursor) == (KEYS, None)


def test_a_page_that_is_just_full_is_the_last() -> None:
    assert paging.cut(KEYS, 5, lambda key: key) == (KEYS, None)
    assert paging.cut([], 5, lambda key: key) == ([], None)


@pytest.mark.parametrize("cursor", ["", "nonsense", "!", "é", "W10", "WyIyMDI2Il0", "bnVsbA", "/" * 1000])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(BadFields) as refused:
        paging.after(PageQuery(cursor=cursor), Key)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_cursor_with_a_time_that_no_row_has_is_refused(at: str) -> None:
    with pytest.raises(BadFields) as refused:
        paging.after(PageQuery(cursor=paging.cursor([at, UUID(int=1)])), Key)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_cursor_with_a_number_that_no_row_has_is_refused(number: int) -> None:
    with pytest.raises(BadFields) as refused:
        paging.after(PageQuery(cursor=paging.cursor([number])), tuple[int])
    assert refused.value.field == "cursor"
