from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from storage import products, reviews
from storage.audit import Cause
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.people import Person
from storage.products import Product
from storage.reviews import OwnReview, Review, Said
from tests.support.factory import buy, forget, make_member, make_person, make_product, make_store

CAUSE = Cause()


async def product_of(conn: Connection, rating: Decimal | None = None, count: int = 0) -> Product:
    return await make_product(conn, await make_store(conn), rating=rating, rating_count=count)


async def said(conn: Connection, product: Product, rating: int = 5, person: Person | None = None) -> Review:
    """An approved review of somebody."""
    who = person or await make_member(conn)
    return (await reviews.put(conn, who, product.id, Said(rating=rating), "nobody", CAUSE)).review


async def rated(conn: Connection, product: Product) -> tuple[Decimal | None, int]:
    now = await products.get(conn, product.id)
    return now.rating, now.rating_count


async def test_a_person_has_one_review_of_a_product_and_may_change_it(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await make_member(conn)
        first = await reviews.put(conn, person, product.id, Said(rating=2, title="Meh"), "nobody", CAUSE)
        second = await reviews.put(conn, person, product.id, Said(rating=4, comment="Grew on me."), "nobody", CAUSE)
        (found,) = await reviews.of_product(conn, product.id)
    assert (first.before, second.before) == (None, Said(rating=2, title="Meh"))
    assert first.review.id == second.review.id == found.id
    assert (found.rating, found.title, found.comment) == (4, None, "Grew on me.")


async def test_nobody_reviews_what_is_not_there(database: Database) -> None:
    async with database.transaction() as conn:
        person = await make_member(conn)
        with pytest.raises(NotFound):
            await reviews.put(conn, person, person.user_id, Said(rating=1), "nobody", CAUSE)
        with pytest.raises(NotFound):
            await reviews.mine(conn, person, person.user_id)
        assert not await reviews.remove(conn, person, person.user_id, CAUSE)


@pytest.mark.parametrize(
    ("guest", "bought", "waits", "state"),
    [
        (False, True, "unverified", "approved"),
        (False, False, "unverified", "waiting"),
        (True, True, "unverified", "waiting"),
        (True, False, "nobody", "approved"),
        (False, True, "everybody", "waiting"),
    ],
)
async def test_who_waits_for_a_moderator(
    database: Database, guest: bool, bought: bool, waits: reviews.Waits, state: reviews.State
) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await (make_person if guest else make_member)(conn)
        if bought:
            await buy(conn, person, product)
        review = (await reviews.put(conn, person, product.id, Said(rating=5), waits, CAUSE)).review
        shown = await reviews.of_product(conn, product.id)
    assert (review.state, review.verified_purchase, len(shown)) == (state, bought, int(state == "approved"))


async def test_an_order_that_was_cancelled_is_no_purchase(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await make_member(conn)
        await buy(conn, person, product, cancelled=True)
        assert not (
            await reviews.put(conn, person, product.id, Said(rating=5), "nobody", CAUSE)
        ).review.verified_purchase


async def test_a_moderator_decides_and_other_words_wait_again(database: Database) -> None:
    async with database.transaction() as conn:
        product, person, moderator = await product_of(conn), await make_member(conn), await make_member(conn)
        await buy(conn, person, product)
        review = (await reviews.put(conn, person, product.id, Said(rating=1, title="x"), "everybody", CAUSE)).review
        assert [each.id for each in await reviews.every(conn, "waiting")] == [review.id]
        rejected = await reviews.moderate(conn, moderator, review.id, CAUSE, approve=False)
        assert rejected.state == "rejected"
        assert [each.id for each in await reviews.every(conn, "rejected")] == [review.id]
        assert await reviews.every(conn, "waiting") == ()
        again = await reviews.put(conn, person, product.id, Said(rating=1, title="y"), "nobody", CAUSE)
        assert again.review.state == "waiting"
        approved = await reviews.moderate(conn, moderator, review.id, CAUSE, approve=True)
        assert approved.state == "approved"
        assert [each.id for each in await reviews.every(conn, "approved")] == [review.id]
        with pytest.raises(NotFound):
            await reviews.moderate(conn, moderator, product.id, CAUSE, approve=True)


async def test_what_was_rejected_is_not_approved_by_taking_it_back_and_saying_it_again(database: Database) -> None:
    async with database.transaction() as conn:
        product, person, moderator = await product_of(conn), await make_member(conn), await make_member(conn)
        await buy(conn, person, product)
        review = (await reviews.put(conn, person, product.id, Said(rating=1, title="x"), "unverified", CAUSE)).review
        assert review.state == "approved"
        await reviews.moderate(conn, moderator, review.id, CAUSE, approve=False)
        assert await reviews.remove(conn, person, product.id, CAUSE)
        for state in ("waiting", "approved", "rejected"):
            assert await reviews.every(conn, state) == ()
        with pytest.raises(NotFound):
            await reviews.moderate(conn, moderator, review.id, CAUSE, approve=True)
        again = await reviews.put(conn, person, product.id, Said(rating=1, title="x"), "unverified", CAUSE)
        assert (again.before, again.review.state) == (None, "waiting")


async def test_what_is_taken_back_goes_with_its_votes_and_may_be_said_again(database: Database) -> None:
    async with database.transaction() as conn:
        product, person, reader = await product_of(conn), await make_member(conn), await make_member(conn)
        review = await said(conn, product, 5, person)
        await reviews.vote(conn, reader, review.id, CAUSE, helpful=True)
        assert [await reviews.remove(conn, person, product.id, CAUSE) for _ in range(2)] == [True, False]
        with pytest.raises(NotFound):
            await reviews.vote(conn, reader, review.id, CAUSE, helpful=True)
        again = await said(conn, product, 4, person)
        assert (again.helpful_count, again.state, await rated(conn, product)) == (0, "approved", (Decimal("4.0"), 1))


async def test_a_purchase_that_is_cancelled_verifies_nothing_any_more(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await make_member(conn)
        order = await buy(conn, person, product)
        assert (await said(conn, product, 5, person)).verified_purchase
        await conn.execute("update orders set status = 'cancelled', cancelled_at = now() where id = $1", order)
        (seen,) = await reviews.of_product(conn, product.id)
        assert not seen.verified_purchase
        assert not (await reviews.mine(conn, person, product.id)).verified_purchase


async def test_approved_reviews_count_beside_what_a_shop_brought_along(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn, Decimal("4.0"), 8), await make_member(conn)
        await said(conn, product, 1)
        mine = await said(conn, product, 1, person)
        assert await rated(conn, product) == (Decimal("3.4"), 10)
        await reviews.moderate(conn, person, mine.id, CAUSE, approve=False)
        assert await rated(conn, product) == (Decimal("3.7"), 9)
        await reviews.moderate(conn, person, mine.id, CAUSE, approve=True)
        await said(conn, product, 5, person)
        assert await rated(conn, product) == (Decimal("3.8"), 10)
        await reviews.remove(conn, person, product.id, CAUSE)
        assert await rated(conn, product) == (Decimal("3.7"), 9)


@pytest.mark.parametrize(
    ("imported", "count", "given", "now"),
    [
        (None, 0, (), (None, 0)),
        (None, 0, (4, 5), (Decimal("4.5"), 2)),
        (Decimal("3.0"), 0, (5,), (Decimal("4.0"), 1)),
        (Decimal("4.5"), 12, (), (Decimal("4.5"), 12)),
    ],
)
async def test_ratings(
    database: Database,
    imported: Decimal | None,
    count: int,
    given: tuple[int, ...],
    now: tuple[Decimal | None, int],
) -> None:
    async with database.transaction() as conn:
        product = await product_of(conn, imported, count)
        for rating in given:
            await said(conn, product, rating)
        assert await rated(conn, product) == now


async def test_a_user_who_goes_takes_reviews_and_votes_along(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await make_member(conn)
        await said(conn, product, 1, person)
        other = await said(conn, product, 5)
        await reviews.vote(conn, person, other.id, CAUSE, helpful=True)
        await forget(conn, person)
        assert await rated(conn, product) == (Decimal("5.0"), 1)
        (left,) = await reviews.of_product(conn, product.id)
    assert left.helpful_count == 0


async def test_ratings_are_exact_when_many_speak_at_once(database: Database) -> None:
    async with database.transaction() as conn:
        product = await product_of(conn)
        people = [await make_member(conn) for _ in range(20)]

    async def speaks(place: int, person: Person) -> None:
        async with database.transaction() as conn:
            await said(conn, product, 1 + place % 5, person)

    await asyncio.gather(*(speaks(place, person) for place, person in enumerate(people)))
    async with database.connection() as conn:
        assert await rated(conn, product) == (Decimal("3.0"), 20)
        assert await reviews.stars(conn, product.id) == (4, 4, 4, 4, 4)


async def test_a_vote_counts_once_and_not_for_oneself(database: Database) -> None:
    async with database.transaction() as conn:
        product, author, reader = await product_of(conn), await make_member(conn), await make_person(conn)
        review = await said(conn, product, 5, author)
        assert await reviews.vote(conn, reader, review.id, CAUSE, helpful=True) == 1
        assert await reviews.vote(conn, reader, review.id, CAUSE, helpful=True) == 1
        assert await reviews.vote(conn, reader, review.id, CAUSE, helpful=False) == 0
        assert await reviews.vote(conn, reader, review.id, CAUSE, helpful=False) == 0
        with pytest.raises(OwnReview):
            await reviews.vote(conn, author, review.id, CAUSE, helpful=True)
        await reviews.moderate(conn, author, review.id, CAUSE, approve=False)
        with pytest.raises(NotFound):
            await reviews.vote(conn, reader, review.id, CAUSE, helpful=True)


async def test_votes_at_once_are_all_counted(database: Database) -> None:
    async with database.transaction() as conn:
        review = await said(conn, await product_of(conn))
        readers = [await make_person(conn) for _ in range(8)]

    async def votes(person: Person) -> None:
        async with database.transaction() as conn:
            await reviews.vote(conn, person, review.id, CAUSE, helpful=True)

    await asyncio.gather(*(votes(person) for person in readers * 2))
    async with database.connection() as conn:
        (found,) = await reviews.of_product(conn, review.product_id)
    assert found.helpful_count == 8


@pytest.mark.parametrize(
    ("sort", "order"), [("newest", [3, 2, 1, 0]), ("helpful", [1, 3, 2, 0]), ("rating", [2, 1, 3, 0])]
)
async def test_pages_follow_the_order(database: Database, sort: reviews.Sort, order: list[int]) -> None:
    async with database.transaction() as conn:
        product, reader = await product_of(conn), await make_person(conn)
        made = [await said(conn, product, rating) for rating in (1, 4, 5, 3)]
        await reviews.vote(conn, reader, made[1].id, CAUSE, helpful=True)
        pages, after = [], None
        for _ in range(2):
            page = await reviews.of_product(conn, product.id, sort=sort, after=after, limit=2)
            after = page[-1].place
            pages += [review.id for review in page]
        assert pages == [made[place].id for place in order]
        assert await reviews.of_product(conn, product.id, sort=sort, after=after) == ()
        assert [each.rating for each in await reviews.of_product(conn, product.id, rating=4)] == [4]


async def test_the_audit_log_has_each_change_once(database: Database) -> None:
    async with database.transaction() as conn:
        product, person = await product_of(conn), await make_member(conn)
        for rating in (2, 2, 3):
            review = (await reviews.put(conn, person, product.id, Said(rating=rating), "nobody", CAUSE)).review
        other = await make_member(conn, role="moderator")
        for _ in range(2):
            await reviews.vote(conn, other, review.id, CAUSE, helpful=True)
            await reviews.moderate(conn, other, review.id, CAUSE, approve=False)
            await reviews.moderate(conn, other, review.id, CAUSE, approve=True)
        await reviews.remove(conn, person, product.id, CAUSE)
        rows = await conn.fetch("select action, changes from audit_log where entity_id = $1 order by id", review.id)
    assert [row["action"] for row in rows] == [
        "put", "put", "vote", "reject", "approve", "reject", "approve", "remove"
    ]  # fmt: skip
    assert rows[1]["changes"]["before"]["rating"] == 2
    assert rows[1]["changes"]["after"]["rating"] == 3
    assert rows[-1]["changes"]["before"] == {"rating": 3, "title": None, "comment": None}
