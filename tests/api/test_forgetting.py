"""Guests who cannot come back are forgotten, and only these."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

import server
from agent.settings import AgentSettings
from api.forgetting import Forgetter
from api.settings import ApiSettings
from storage import erasing, payment_methods, people
from storage.clock import utc_now
from storage.database import Database
from storage.people import Person
from storage.settings import StorageSettings
from tests.support.belonging import REFERENCES, belong
from tests.support.factory import buy, make_message, make_product, make_recommendation, make_store, promote
from tests.support.orders import eur

NOW = datetime(2026, 11, 26, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = 90 * DAY


async def guest(database: Database, *, seen: datetime = NOW - 100 * DAY, lasts: timedelta = DAY) -> Person:
    async with database.connection() as conn:
        return (await people.new_guest(conn, seen, lasts)).person


async def swept(database: Database, *, most: int = 500, sweeps: int = 1) -> list[int]:
    forgetter = Forgetter(database=database, clock=lambda: NOW, after=KEPT, most=most)
    return [await forgetter.sweep() for _ in range(sweeps)]


async def left(database: Database) -> set[object]:
    async with database.connection() as conn:
        return {row["id"] for row in await conn.fetch("select id from users")}


async def test_who_was_long_away_goes_with_everything(database: Database) -> None:
    person = await guest(database)
    async with database.connection() as conn:
        product = await make_product(conn, await make_store(conn))
        message = await make_message(conn, person)
        await make_recommendation(conn, person, [product.id])
        await belong(conn, person, message, product)
        await conn.execute("delete from reviews where user_id = $1", person.user_id)
        await conn.execute("update chats set updated_at = $1", NOW - 100 * DAY)
        columns = [(row["relation"], row["name"]) for row in await conn.fetch(REFERENCES)]
    assert await swept(database) == [1]
    async with database.connection() as conn:
        for table, name in columns:
            assert not await conn.fetchval(f"select exists (select from {table} where {name} = $1)", person.user_id)
        assert await conn.fetchval("select count(*) from messages") == 0
        noted = await conn.fetch("select message, payload from system_audit")
    assert [(row["message"], row["payload"]) for row in noted] == [("guests were deleted", {"count": 1})]


@pytest.mark.parametrize(
    "why", ["seen lately", "a session", "an account", "a chat lately", "an order", "a review", "a gift card"]
)
async def test_who_can_come_back_or_left_something_stays(database: Database, why: str) -> None:
    seen = NOW - 89 * DAY if why == "seen lately" else NOW - 100 * DAY
    person = await guest(database, seen=seen, lasts=101 * DAY if why == "a session" else DAY)
    async with database.connection() as conn:
        match why:
            case "an account":
                await promote(conn, person)
            case "a chat lately":
                await make_message(conn, person)
                await conn.execute("update chats set updated_at = $1", NOW - 89 * DAY)
            case "an order":
                await buy(conn, person, await make_product(conn, await make_store(conn)))
            case "a review":
                product = await make_product(conn, await make_store(conn))
                await conn.execute(
                    "insert into reviews (product_id, user_id, rating) values ($1, $2, 5)", product.id, person.user_id
                )
            case "a gift card":
                await payment_methods.add_gift_card(conn, person.user_id, eur(1))
    assert await swept(database) == [0]
    assert person.user_id in await left(database)
    async with database.transaction() as conn:
        assert await erasing.forget(conn, person.user_id, NOW - KEPT, NOW) is False


async def test_an_empty_gift_card_and_a_session_that_ended_keep_nobody(database: Database) -> None:
    person = await guest(database, lasts=200 * DAY)
    async with database.connection() as conn:
        await payment_methods.add_gift_card(conn, person.user_id, eur(0))
        await conn.execute("update sessions set ended_at = $1", NOW - 95 * DAY)
    assert await swept(database) == [1]


async def test_a_sweep_is_bounded_and_the_next_one_goes_on(database: Database) -> None:
    for _ in range(5):
        await guest(database)
    stays = await guest(database, lasts=365 * DAY)
    assert await swept(database, most=2, sweeps=4) == [2, 2, 1, 0]
    assert await left(database) == {stays.user_id}


async def test_two_processes_forget_each_guest_once(database: Database) -> None:
    for _ in range(6):
        await guest(database)
    one, other = await asyncio.gather(swept(database), swept(database))
    assert sum(one + other) + sum(await swept(database)) == 6
    assert await left(database) == set()


async def test_who_cannot_be_deleted_does_not_keep_the_others(database: Database) -> None:
    kept = await guest(database)
    async with database.connection() as conn:
        await conn.execute(
            "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;"
            f"create trigger refuse before delete on users for each row when (old.id = '{kept.user_id}')"
            " execute function refuse()"
        )
    await guest(database)
    forgetter = Forgetter(database=database, clock=lambda: NOW, after=KEPT)
    with pytest.raises(asyncpg.RaiseError):
        await forgetter.sweep()
    assert await forgetter.sweep() == 1
    assert await left(database) == {kept.user_id}


@pytest.mark.parametrize("days", [0, 90])
async def test_the_service_forgets_unless_it_is_told_not_to(database_url: str, days: int) -> None:
    settings = server.Settings(
        storage=StorageSettings(database_url=database_url), agent=AgentSettings(), api=ApiSettings(guest_days=days)
    )
    async with server.running(settings, utc_now):
        assert ("cartwright-forgetter" in {task.get_name() for task in asyncio.all_tasks()}) is (days > 0)
    assert "cartwright-forgetter" not in {task.get_name() for task in asyncio.all_tasks()}
