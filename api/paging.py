"""Lists in pages. A cursor is the sort key of the last item shown, so what is added meanwhile shifts no page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from api.problems import BadFields, Fault
from api.query import Query

ItemT = TypeVar("ItemT")
RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT")


class PageQuery(Query):
    """Which page of a list."""

    limit: int = Field(default=20, ge=1, le=100, description="How many items at most.")
    cursor: str | None = Field(default=None, max_length=1000, description="`next` of the page before.")


class Page(BaseModel, Generic[ItemT]):
    """`next` is the cursor of the page that follows; null on the last one."""

    items: list[ItemT]
    next: str | None


def after(asked: PageQuery, key: type[KeyT]) -> KeyT | None:
    """The sort key that the asked page begins behind, None for the first page. Raises BadFields.

    `key` is its type: a NamedTuple or a tuple such as `tuple[datetime, UUID]`.
    """
    if asked.cursor is None:
        return None
    try:
        text = base64.b64decode(asked.cursor + "=" * (-len(asked.cursor) % 4), altchars=b"-_", validate=True)
        found = TypeAdapter(key).validate_json(text)
        for part in found if isinstance(found, tuple) else (found,):
            _check_sent(part)
        return found
    except (ValueError, OverflowError, binascii.Error, ValidationError) as error:
        raise BadFields([Fault(field="cursor", detail="this is no cursor of this list")]) from error


def cut(found: Sequence[RowT], limit: int, key: Callable[[RowT], object]) -> tuple[Sequence[RowT], str | None]:
    """Of `limit + 1` rows fetched, those of the page and the cursor of the next one."""
    if len(found) <= limit:
        return found, None
    shown = found[:limit]
    return shown, cursor(key(shown[-1]))


def cursor(key: object) -> str:
    """The cursor of the page that begins behind this sort key."""
    return base64.urlsafe_b64encode(to_json(key)).decode().rstrip("=")


def _check_sent(part: object) -> None:
    """Raises ValueError or OverflowError for what the database has no such value of; no list ever gave it away."""
    if isinstance(part, datetime):
        part.astimezone(UTC)
    if isinstance(part, int):
        part.to_bytes(8, "big", signed=True)
