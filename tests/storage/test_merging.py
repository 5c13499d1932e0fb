from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from storage import accounts, carts, interactions, merging, payment_methods, people, reviews
from storage.audit import Cause
from storage.carts import MOST_PIECES
from storage.database import Connection, Database
from storage.interactions import Interaction
from storage.merging import Merged
from storage.money import Money
from storage.people import Person
from storage.products import Product
from tests.support.belonging import REFERENCES, belong
from tests.support.factory import (
    buy,
    change_product,
    make_member,
    make_message,
    make_product,
    make_recommendation,
    make_store,
)  # fmt: skip

NOW = datetime.now(UTC)


async def guest(conn: Connection) -> Person:
    return (await people.new_guest(conn, NOW, timedelta(days=1))).person


async def merge(database: Database, guest_id: UUID, account: Person) -> Merged | None:
    async with database.transaction() as conn:
        await accounts.hold(conn, account.user_id)
        return await merging.guest_into(conn, guest_id, account, Cause())


async def put(database: Database, person: Person, product: Product, quantity: int) -> UUID:
    async with database.transaction() as conn:
        cart_id = await carts.open_for(conn, person, product.id)
        await carts.set_quantity(conn, cart_id, product.id, quantity)
        return cart_id


async def test_every_reference_to_a_user_is_moved(database: Database) -> None:
    """Walks the catalogue of the database: a table that is added later has to be thought of in merging.sql."""
    async with database.connection() as conn:
        columns = [(row["relation"], row["name"]) for row in await conn.fetch(REFERENCES)]
        theirs, account = await guest(conn), await make_member(conn)
        store = await make_store(conn)
        product = await make_product(conn, store)
        message = await make_message(conn, theirs, store)
        await buy(conn, theirs, product)
        await make_recommendation(conn, theirs, [product.id])
        await belong(conn, theirs, message, product)
    await put(database, theirs, product, 1)
    async with database.connection() as conn:
        empty = [
            f"{table}.{name}"
            for table, name in columns
            if not await conn.fetchval(f"select exists (select from {table} where {name} = $1)", theirs.user_id)
        ]
    assert empty == []
    merged = await merge(database, theirs.user_id, account)
    assert merged is not None
    async with database.connection() as conn:
        for table, name in columns:
            left = await conn.fetchval(f"select count(*) from {table} where {name} = $1", theirs.user_id)
            assert left == 0, f"{table}.{name}"
            if (table, name) != ("email_codes", "user_id"):
                moved = await conn.fetchval(f"select count(*) from {table} where {name} = $1", account.user_id)
                assert moved >= 1, f"{table}.{name}"


@pytest.mark.parametrize(
    ("theirs", "held", "stock", "for_sale", "after"),
    [
        (2, 3, 10, True, 5),
        (2, 3, 4, True, 4),
        (60, 60, 500, True, MOST_PIECES),
        (2, 3, 1, True, 3),  # sold meanwhile: neither cart is cut down, the obstacle is told as before
        (4, 3, 0, True, 4),
        (2, 3, 10, False, 3),
        (2, 0, 10, True, 2),
    ],
)
async def test_pieces_are_added_up_within_stock_and_never_taken_away(
    database: Database, theirs: int, held: int, stock: int, for_sale: bool, after: int
) -> None:
    async with database.connection() as conn:
        one, account = await guest(conn), await make_member(conn)
        store = await make_store(conn)
        product, other = await make_product(conn, store, stock=999), await make_product(conn, store)
    await put(database, one, product, theirs)
    cart_id = await put(database, account, product if held else other, held or 1)
    async with database.connection() as conn:
        await change_product(conn, product, stock=stock, is_active=for_sale, price=500)
    merged = await merge(database, one.user_id, account)
    assert merged is not None
    ((told),) = merged.cart_items
    assert (told.guest, told.account, told.quantity) == (theirs, held, after)
    async with database.connection() as conn:
        cart = await carts.get(conn, account, cart_id)
        assert {item.product_id: item.quantity for item in cart.items}[product.id] == after
        assert cart.version == 3
        assert await carts.own_ids(conn, account) == (cart_id,)


async def test_of_what_one_may_have_once_the_accounts_stays(database: Database) -> None:
    async with database.connection() as conn:
        one, account = await guest(conn), await make_member(conn)
        product = await make_product(conn, await make_store(conn), rating=None, rating_count=0)
        for person, stars in ((one, 1), (account, 5)):
            await conn.execute(
                "insert into reviews (user_id, product_id, rating) values ($1, $2, $3)",
                person.user_id, product.id, stars,
            )  # fmt: skip
            await conn.execute(
                "insert into ab_tests (test_name, user_id, cohort) values ('greeting', $1, $2)",
                person.user_id, f"cohort {stars}",
            )  # fmt: skip
            await interactions.record(conn, person, [Interaction(event_type="view", client_id="same")])
        mine = await reviews.mine(conn, account, product.id)
        await conn.execute(
            "insert into review_helpful_votes (review_id, user_id) values ($1, $2)", mine and mine.id, one.user_id
        )
    merged = await merge(database, one.user_id, account)
    assert merged is not None
    assert (merged.reviews, merged.cohorts, merged.events) == (0, 0, 0)
    async with database.connection() as conn:
        kept = await reviews.mine(conn, account, product.id)
        assert kept is not None
        assert (kept.rating, kept.helpful_count) == (5, 0)
        assert await conn.fetchval("select cohort from ab_tests where user_id = $1", account.user_id) == "cohort 5"
        assert await conn.fetchval("select count(*) from interactions") == 1
        rating = await conn.fetchval("select rating from products where id = $1", product.id)
    assert rating == Decimal(5)


async def test_what_was_paid_with_stays_with_what_it_paid(database: Database) -> None:
    async with database.connection() as conn:
        one, account = await guest(conn), await make_member(conn)
        product = await make_product(conn, await make_store(conn))
        order = await buy(conn, one, product)
        both = [await payment_methods.manual(conn, person.user_id) for person in (one, account)]
        await conn.execute("update orders set payment_method_id = $2 where id = $1", order, both[0].id)
        for person, amount in ((one, 500), (account, 700)):
            await payment_methods.add_gift_card(conn, person.user_id, Money(amount, "EUR"), reference="GIFT")
    merged = await merge(database, one.user_id, account)
    assert merged is not None
    assert (merged.orders, merged.payment_methods) == (1, 1)
    async with database.connection() as conn:
        assert await conn.fetchval("select payment_method_id from orders where id = $1", order) == both[1].id
        methods = await payment_methods.of(conn, account)
    assert sorted(method.balance for method in methods if method.balance is not None) == [500, 700]


async def test_a_guest_who_is_gone_brings_nothing(database: Database) -> None:
    async with database.connection() as conn:
        one, account, other = await guest(conn), await make_member(conn), await make_member(conn)
    assert await merge(database, one.user_id, account) is not None
    assert await merge(database, one.user_id, account) is None
    # An account is not merged into another one, whoever asks for it.
    assert await merge(database, other.user_id, account) is None
