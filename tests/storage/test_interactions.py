from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import pytest

from storage import interactions
from storage.database import Connection, Database
from storage.interactions import Interaction, Unknown
from storage.people import Person
from tests.support.factory import make_person, make_product, make_recommendation, make_store
from tests.support.orders import ordered

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def kept(conn: Connection, person: Person) -> list[asyncpg.Record]:
    return await conn.fetch("select * from interactions where user_id = $1 order by id", person.user_id)


async def test_what_the_service_saw_is_kept_as_it_was(database: Database) -> None:
    async with database.transaction() as conn:
        person, product = await make_person(conn), await make_product(conn, await make_store(conn))
        done = Interaction(event_type="add_to_cart", product_id=product.id, value=2, data={"cart_id": str(product.id)})
        assert await interactions.record(conn, person, [done]) == 1
        (row,) = await kept(conn, person)
        assert row["occurred_at"] == await conn.fetchval("select now()")
    assert (row["event_type"], row["product_id"], row["event_value"]) == ("add_to_cart", product.id, Decimal(2))
    assert (row["session_id"], row["data"]) == (person.session_id, {"cart_id": str(product.id)})
    assert (row["client_id"], row["recommendation_log_id"], row["device"]) == (None, None, None)


async def test_a_client_id_is_kept_once_for_each_person(database: Database) -> None:
    async with database.transaction() as conn:
        one, other = await make_person(conn), await make_person(conn)
        first = Interaction(event_type="view", client_id="e1", value=Decimal("0.1"), occurred_at=NOON)
        second = Interaction(event_type="click", client_id="e1")
        third = Interaction(event_type="click", client_id="e2", device={"os": "Linux"}, platform="web")
        assert await interactions.record(conn, one, [first]) == 1
        assert await interactions.record(conn, one, [second, third]) == 1
        assert await interactions.record(conn, other, [second]) == 1
        mine = await kept(conn, one)
    assert [(row["event_type"], row["client_id"]) for row in mine] == [("view", "e1"), ("click", "e2")]
    assert (mine[0]["event_value"], mine[0]["occurred_at"]) == (Decimal("0.1"), NOON)
    assert (mine[1]["device"], mine[1]["platform"]) == ({"os": "Linux"}, "web")


async def test_nothing_happened_is_nothing_written(database: Database) -> None:
    async with database.transaction() as conn:
        assert await interactions.record(conn, await make_person(conn), []) == 0


@pytest.mark.parametrize(("event_type", "counts"), [("add_to_cart", True), ("purchase", True), ("view", False)])
async def test_what_was_recommended_and_taken_is_joined_to_it(
    database: Database, event_type: str, counts: bool
) -> None:
    async with database.transaction() as conn:
        person, other, store = await make_person(conn), await make_person(conn), await make_store(conn)
        shown, unseen = await make_product(conn, store), await make_product(conn, store)

        async def logged(who: Person, age: timedelta) -> UUID:
            return await make_recommendation(conn, who, [shown.id, unseen.id], returned=1, age=age)

        await logged(person, timedelta(days=8))
        await logged(person, timedelta(days=3))
        latest = await logged(person, timedelta(days=2))
        await logged(other, timedelta(days=1))
        done = [Interaction(event_type=event_type, product_id=each.id) for each in (shown, unseen)]
        await interactions.record(conn, person, done)
        rows = await kept(conn, person)
    assert [row["recommendation_log_id"] for row in rows] == [latest if counts else None, None]


async def test_a_recommendation_too_old_is_not_counted(database: Database) -> None:
    async with database.transaction() as conn:
        person, product = await make_person(conn), await make_product(conn, await make_store(conn))
        await make_recommendation(conn, person, [product.id], age=timedelta(days=8))
        await interactions.record(conn, person, [Interaction(event_type="purchase", product_id=product.id)])
        (row,) = await kept(conn, person)
    assert row["recommendation_log_id"] is None


async def test_ids_of_nothing_and_of_others_are_found_out(database: Database) -> None:
    async with database.transaction() as conn:
        person, other = await make_person(conn), await make_person(conn)
        product = await make_product(conn, await make_store(conn))
        mine, theirs = [await make_recommendation(conn, who, [product.id]) for who in (person, other)]
        found = await interactions.unknown(
            conn,
            person,
            [
                Interaction(event_type="view", product_id=product.id, recommendation_log_id=mine),
                Interaction(event_type="view", product_id=uuid4()),
                Interaction(event_type="view", recommendation_log_id=theirs, search_log_id=uuid4()),
                Interaction(event_type="view"),
            ],
        )
    assert found == (Unknown(1, "product_id"), Unknown(2, "recommendation_log_id"), Unknown(2, "search_log_id"))


@pytest.mark.parametrize("event_type", ["", "Add to cart", "9lives", "x" * 101])
async def test_a_type_is_one_plain_word(database: Database, event_type: str) -> None:
    async with database.connection() as conn:
        person = await make_person(conn)
        with pytest.raises(asyncpg.CheckViolationError, match="interactions_event_type_check"):
            await interactions.record(conn, person, [Interaction(event_type=event_type)])


async def test_an_order_is_a_purchase_of_each_of_its_products_and_joined_to_what_led_to_it(database: Database) -> None:
    async with database.transaction() as conn:
        person, store = await make_person(conn), await make_store(conn)
        shown, other = await make_product(conn, store), await make_product(conn, store)
        log = await make_recommendation(conn, person, [shown.id])
    order = await ordered(database, person, [(shown, 2), (other, 1)])
    async with database.connection() as conn:
        rows = [row for row in await kept(conn, person) if row["event_type"] == "purchase"]
    told = {row["product_id"]: (row["event_value"], row["recommendation_log_id"], row["data"]) for row in rows}
    bought = {"order_id": str(order.id)}
    assert told == {shown.id: (Decimal(2), log, bought), other.id: (Decimal(1), None, bought)}
