"""What shoppers say of products: one review a person and product, seen by others once it is approved.

A product's rating follows by itself (0003_catalogue): approved reviews count beside what the shop brought along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.audit import State as Audited
from storage.database import Connection
from storage.errors import Conflict, NotFound
from storage.people import Person

_SQL = sql.load(__file__)

Sort = Literal["newest", "helpful", "rating"]
State = Literal["waiting", "approved", "rejected"]
Waits = Literal["nobody", "unverified", "everybody"]
"""Whose reviews wait for a moderator; the unverified are guests and whoever has not bought the product."""

Place = tuple[int, UUID]
"""Where a review stands in a list: what it is sorted by, and its id."""


class OwnReview(Conflict):
    """A vote is for the reviews of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review; `author` is None for a guest, `rating` 1 to 5 stars. `key` is what the list it is in is sorted by."""

    id: UUID
    product_id: UUID
    user_id: UUID
    author: str | None
    rating: int
    title: str | None
    comment: str | None
    verified_purchase: bool
    helpful_count: int
    state: State
    created_at: datetime
    updated_at: datetime
    key: int

    @property
    def place(self) -> Place:
        """What the next page begins behind."""
        return self.key, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of a product."""

    rating: int
    title: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A review as it is now, and what it said before, None when it is new."""

    review: Review
    before: Said | None


async def of_product(
    conn: Connection,
    product_id: UUID,
    *,
    sort: Sort = "newest",
    rating: int | None = None,
    after: Place | None = None,
    limit: int = 20,
) -> tuple[Review, ...]:
    """The approved reviews of a product, or those of `rating` stars, behind a place."""
    key, review_id = after or (None, None)
    rows = await conn.fetch(_SQL["of_product"], product_id, sort, rating, key, review_id, limit)
    return tuple(_review(row) for row in rows)


async def stars(conn: Connection, product_id: UUID) -> tuple[int, int, int, int, int]:
    """How many approved reviews give one star, two, ... five."""
    counted = {row["rating"]: row["count"] for row in await conn.fetch(_SQL["stars"], product_id)}
    one, two, three, four, five = (counted.get(number, 0) for number in range(1, 6))
    return one, two, three, four, five


async def mine(conn: Connection, person: Person, product_id: UUID) -> Review:
    """The person's own review of a product, approved or not. Raises NotFound."""
    row = await conn.fetchrow(_SQL["mine"], person.user_id, product_id)
    if row is None:
        raise NotFound("You have not reviewed this product.")
    return _review(row)


async def put(conn: Connection, person: Person, product_id: UUID, said: Said, waits: Waits, cause: Cause) -> Written:
    """Say something of a product, or something else than before. Raises NotFound without such a product.

    It is approved at once unless it `waits`. Other words for what waits or was rejected wait in any case, also when it
    was taken back meanwhile: they do not get past a moderator.
    """
    if not await conn.fetchval(_SQL["product"], product_id):
        raise NotFound("There is no such product.")
    before = await conn.fetchrow(_SQL["mine"], person.user_id, product_id)
    await conn.execute(
        _SQL["put"], person.user_id, product_id, said.rating, said.title, said.comment, waits, person.is_anonymous
    )
    review = await mine(conn, person, product_id)
    told = Written(
        review=review,
        before=Said(rating=before["rating"], title=before["title"], comment=before["comment"]) if before else None,
    )
    if told.before != said:
        await _record(conn, person, review.id, "put", _audited(told.before), _audited(said), cause)
    return told


async def remove(conn: Connection, person: Person, product_id: UUID, cause: Cause) -> bool:
    """Take back what one has said; whether anything was said."""
    row = await conn.fetchrow(_SQL["mine"], person.user_id, product_id)
    if row is None or await conn.fetchval(_SQL["remove"], row["id"]) is None:
        return False
    said = Said(rating=row["rating"], title=row["title"], comment=row["comment"])
    await _record(conn, person, row["id"], "remove", _audited(said), {}, cause)
    return True


async def every(conn: Connection, state: State, *, after: UUID | None = None, limit: int = 20) -> tuple[Review, ...]:
    """The reviews of all products in a state, the oldest first: what a moderator goes through."""
    return tuple(_review(row) for row in await conn.fetch(_SQL["every"], state, after, limit))


async def moderate(conn: Connection, moderator: Person, review_id: UUID, cause: Cause, *, approve: bool) -> Review:
    """Approve or reject a review. Raises NotFound."""
    before = await conn.fetchrow(_SQL["lock"], review_id)
    if before is None:
        raise NotFound("There is no such review.")
    await conn.execute(_SQL["moderate"], review_id, approve, moderator.user_id)
    (row,) = await conn.fetch(_SQL["get"], review_id)
    review = _review(row)
    states: tuple[Audited, Audited] = {"state": before["state"]}, {"state": review.state}
    await _record(conn, moderator, review_id, "approve" if approve else "reject", *states, cause)
    return review


async def vote(conn: Connection, person: Person, review_id: UUID, cause: Cause, *, helpful: bool) -> int:
    """Find an approved review helpful, or no longer; how many do now. A second time changes nothing.

    Raises NotFound without such a review, OwnReview for one's own.
    """
    row = await conn.fetchrow(_SQL["lock"], review_id)
    if row is None or row["state"] != "approved":
        raise NotFound("There is no such review.")
    if row["user_id"] == person.user_id:
        raise OwnReview
    statement = _SQL["vote"] if helpful else _SQL["unvote"]
    if await conn.fetchval(statement, review_id, person.user_id) is not None:
        await _record(conn, person, review_id, "vote", {"helpful": not helpful}, {"helpful": helpful}, cause)
    count: int = await conn.fetchval(_SQL["helpful_count"], review_id)
    return count


async def _record(
    conn: Connection, person: Person, review_id: UUID, action: str, before: Audited, after: Audited, cause: Cause
) -> None:
    entry = Entry(entity_type="review", entity_id=review_id, action=action, before=before, after=after)
    await audit.record(conn, person, entry, cause)


def _audited(said: Said | None) -> Audited:
    return {} if said is None else {"rating": said.rating, "title": said.title, "comment": said.comment}


def _review(row: Record) -> Review:
    return Review(**row)
