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
