"""What persons did: looked at, clicked, put into a cart, bought. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.parts import Json
from storage.people import Person

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing a person did. `event_type` is a word such as view, click, add_to_cart, remove_from_cart, purchase.

    `value` is a number of pieces where the service records it. `client_id` is the id a client gave it, None for what
    the service saw itself; `occurred_at` None is now. The two log ids say which search or recommendation led to it.
    """

    event_type: str
    product_id: UUID | None = None
    value: Decimal | int | None = None
    search_log_id: UUID | None = None
    recommendation_log_id: UUID | None = None
    platform: str | None = None
    device: Mapping[str, Json] | None = None
    data: Mapping[str, Json] = field(default_factory=dict)
    client_id: str | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A place in a list of interactions, and which of its ids names nothing that this person could mean."""

    place: int
    field: str


async def record(conn: Connection, person: Person, happened: Sequence[Interaction]) -> int:
    """Add what a person did, in the transaction in which it happened; how many were new.

    One whose `client_id` the person has used before is left out. An add_to_cart or a purchase that names no
    recommendation is counted for the latest one of the seven days before that showed the person the product.
    """
    written = await conn.fetch(
        _SQL["record"],
        person.user_id,
        person.session_id,
        [
            {
                "event_type": each.event_type,
                "product_id": _text(each.product_id),
                "event_value": _text(each.value),
                "search_log_id": _text(each.search_log_id),
                "recommendation_log_id": _text(each.recommendation_log_id),
                "platform": each.platform,
                "device": each.device,
                "data": each.data,
                "client_id": each.client_id,
                "occurred_at": each.occurred_at,
            }
            for each in happened
        ],
    )
    return len(written)


async def unknown(conn: Connection, person: Person, happened: Sequence[Interaction]) -> tuple[Unknown, ...]:
    """Which of these name a product that is not there, or a search or recommendation that was not this person's."""
    rows = await conn.fetch(
        _SQL["unknown"],
        person.user_id,
        [each.product_id for each in happened],
        [each.search_log_id for each in happened],
        [each.recommendation_log_id for each in happened],
    )
    return tuple(Unknown(row["place"], row["field"]) for row in rows)


def _text(value: UUID | Decimal | int | None) -> str | None:
    """Ids and numbers travel as text inside JSON: a number would pass through a float on its way."""
    return None if value is None else str(value)
