from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from storage import belongings, carts, erasing, payment_methods, people, system_audit, throttles
from storage.audit import Cause, Entry, record
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.erasing import OrdersOpen
from storage.money import Money
from storage.people import Person
from storage.throttles import Rate, key
from tests.support.belonging import REFERENCES, belong
from tests.support.factory import buy, make_member, make_message, make_product, make_recommendation, make_store, promote

NEEDLE = "Zyxwell"
# What tables say of whom, besides those that have it in a foreign key.
TEXTS = """
    select c.relname as relation from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'migrations' order by 1
"""


async def somebody(conn: Connection) -> tuple[Person, UUID, UUID]:
    """A person with a row of everything and an order, and the ids of a message and the order."""
    guest = (await people.new_guest(conn, utc_now(), timedelta(days=1), context={"referrer": NEEDLE})).person
    await promote(conn, guest)
    await conn.execute(
        "update users set name = $2, email = $2 || '@example.org', phone = '5550100', profile = '{\"likes\": \"tea\"}' "
        "where id = $1",
        guest.user_id, NEEDLE,
    )  # fmt: skip
    store = await make_store(conn)
    product = await make_product(conn, store)
    message = await make_message(conn, guest, store)
    await conn.execute("insert into parts (message_id, type, text_text) values ($1, 'text', $2)", message, NEEDLE)
    order = await buy(conn, guest, product)
    await make_recommendation(conn, guest, [product.id])
    await belong(conn, guest, message, product)
    await conn.execute(
        "insert into embeddings_meta (object_type, object_id, model, dim, digest) "
        "select 'chat_vector', id, 'm', 256, '' from chat_vectors where user_id = $1",
        guest.user_id,
    )
    method = await payment_methods.add(conn, guest.user_id, "credit_card", label=NEEDLE, reference=NEEDLE)
    await conn.execute(
        "update orders set shipping_address = jsonb_build_object('name', $2::text), billing_address = "
        "jsonb_build_object('name', $2::text), payment_method_id = $3, payment_method = 'credit_card' where id = $1",
        order, NEEDLE, method.id,
    )  # fmt: skip
    await conn.execute(
        "insert into order_payments (order_id, payment_method_id, type, amount, currency, status, due_at) "
        "values ($1, $2, 'payment', 100, 'EUR', 'completed', null)",
        order, method.id,
    )  # fmt: skip
    entry = Entry(entity_type="user", entity_id=guest.user_id, action="x", before={}, after={"name": NEEDLE})
    await record(conn, guest, entry, Cause(ip="203.0.113.7", user_agent=NEEDLE))
    admin = await make_member(conn, role="admin")
    await record(conn, admin, entry, Cause(ip="198.51.100.1", user_agent="admin"))
    await system_audit.note(
        conn, "auth", "warning", "a sign-in was refused", {"user_id": str(guest.user_id), "ip": "203.0.113.7"}
    )
    await conn.execute("insert into mails (recipient, subject, content) values ($1, 'x', 'x')", f"{NEEDLE}@EXAMPLE.org")
    await conn.execute(
        "insert into email_codes (purpose, email, code_hash, expires_at) values ('reset', $1, $2, now())",
        f"{NEEDLE}@example.org", bytes(32),
    )  # fmt: skip
    await throttles.take(conn, key("mail", NEEDLE), Rate(1, timedelta(1)), utc_now())
    return guest, message, order


async def test_nothing_of_a_person_is_left_in_any_table(database: Database) -> None:
    """Walks the catalogue of the database: every reference to a user, and the text of every row of every table."""
    async with database.connection() as conn:
        person, message, order = await somebody(conn)
        vector = await conn.fetchval("select id from chat_vectors where user_id = $1", person.user_id)
    async with database.transaction() as conn:
        cart = await carts.open_in(
            conn, person, await conn.fetchval("select store_id from orders where id = $1", order)
        )
    async with database.connection() as conn:
        columns = [(row["relation"], row["name"]) for row in await conn.fetch(REFERENCES)]
        for table, name in columns:
            assert await conn.fetchval(f"select exists (select from {table} where {name} = $1)", person.user_id), table
    async with database.transaction() as conn:
        assert await erasing.erase(conn, person.user_id, [key("mail", NEEDLE)])
        assert not await erasing.erase(conn, person.user_id, [])
    needles = [NEEDLE, person.user_id, person.session_id, message, vector, cart.id, "203.0.113.7", "5550100", "likes"]
    async with database.connection() as conn:
        for table, name in columns:
            assert not await conn.fetchval(f"select exists (select from {table} where {name} = $1)", person.user_id)
        for (table,) in await conn.fetch(TEXTS):
            for needle in needles:
                found = await conn.fetch(f"select t::text from {table} t where t::text ilike '%{needle}%'")
                assert [row[0] for row in found] == [], f"{needle} in {table}"
        assert await conn.fetchval("select count(*) from throttles") == 0


async def test_an_order_stays_as_the_books_need_it_and_nobodys(database: Database) -> None:
    async with database.connection() as conn:
        person, _, order = await somebody(conn)
        before = await conn.fetchrow("select * from orders where id = $1", order)
    async with database.transaction() as conn:
        await erasing.erase(conn, person.user_id, [])
    async with database.connection() as conn:
        after = await conn.fetchrow("select * from orders where id = $1", order)
        assert before is not None
        assert after is not None
        for name in ("order_number", "status", "currency", "subtotal", "tax", "total", "store_id", "created_at"):
            assert after[name] == before[name]
        owner = await conn.fetchrow("select * from users where id = $1", after["user_id"])
        assert owner is not None
        assert (owner["email"], owner["name"], owner["is_active"], owner["password_hash"]) == (None, None, False, None)
        assert await conn.fetchval("select count(*) from order_items where order_id = $1", order) == 1
        assert await conn.fetchval("select sum(amount) from order_payments where order_id = $1", order) == 100
        others = await conn.fetch("select changes, user_agent from audit_log where user_agent = 'admin'")
    assert [dict(row["changes"]) for row in others] == [{}]


@pytest.mark.parametrize(
    "change",
    [
        "update orders set status = 'shipped' where id = $1",
        "update orders set status = 'return-requested' where id = $1",
        "update order_payments set status = 'pending' where order_id = $1",
        "insert into order_payments (order_id, payment_method_id, type, amount, currency, status)"
        " select order_id, payment_method_id, 'refund', amount, currency, 'failed' from order_payments"
        " where order_id = $1",
    ],
)
async def test_who_has_an_order_under_way_cannot_leave_yet(database: Database, change: str) -> None:
    async with database.connection() as conn:
        person, _, order = await somebody(conn)
        await conn.execute(change, order)
    with pytest.raises(OrdersOpen):
        async with database.transaction() as conn:
            await erasing.erase(conn, person.user_id, [])
    async with database.connection() as conn:
        assert await people.get(conn, person.user_id, None)


async def test_a_gift_card_that_paid_loses_its_balance_and_others_go(database: Database) -> None:
    async with database.connection() as conn:
        person, _, order = await somebody(conn)
        used, unused = [
            await payment_methods.add_gift_card(conn, person.user_id, Money(500, "EUR"), reference=f"{NEEDLE} {n}")
            for n in (1, 2)
        ]
        await conn.execute("update orders set payment_method_id = $2 where id = $1", order, used.id)
    async with database.transaction() as conn:
        await erasing.erase(conn, person.user_id, [])
    async with database.connection() as conn:
        rows = await conn.fetch("select id, balance, reference from payment_methods where kind = 'gift_card'")
    assert [tuple(row) for row in rows] == [(used.id, 0, None)]
    assert unused.id != used.id


async def test_an_export_has_every_table_that_refers_to_a_person_and_no_secret(database: Database) -> None:
    """Walks the catalogue: a table that is added later has to be thought of in belongings.sql."""
    async with database.connection() as conn:
        person, message, _ = await somebody(conn)
        stranger, _, _ = await _other(conn)
        tables = {row["relation"] for row in await conn.fetch(REFERENCES)}
        exported = await belongings.of(conn, person.user_id)
        secrets = await conn.fetch("select encode(token_hash, 'hex') from sessions")
    # What is reserved for an answer is gone with it, and is counted in usage_days.
    assert tables - set(exported) == {"run_reservations"}
    assert [name for name, rows in exported.items() if not rows] == [
        "carts", "ai_options", "cart_items", "order_fulfilments", "order_returns",
    ]  # fmt: skip
    said = str(exported)
    assert f"'text_text': '{NEEDLE}'" in said
    assert str(message) in said
    assert str(stranger.user_id) not in said
    for secret in ("token_hash", "key_hash", "password_hash", "code_hash", *(row[0] for row in secrets)):
        assert secret not in said


async def _other(conn: Connection) -> tuple[Person, UUID, UUID]:
    stranger = await make_member(conn)
    message = await make_message(conn, stranger)
    return stranger, message, message
