"""The rules of the seeds and of the stream, each asked to refuse what it is there for."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from storage.database import Connection, Database

USER = UUID(int=1)
STORE = UUID(int=2)
CHAT = UUID(int=3)
MESSAGE = UUID(int=4)
PRODUCT = UUID(int=5)
CART = UUID(int=6)

ROWS = f"""
insert into users (id, is_anonymous) values ('{USER}', true);
insert into stores (id, slug, name, currency) values ('{STORE}', 'shop', 'Shop', 'EUR');
insert into chats (id, public_id, user_id) values ('{CHAT}', 'c1', '{USER}');
insert into messages (id, chat_id, public_id, role) values ('{MESSAGE}', '{CHAT}', 'm1', 'assistant');
insert into products (id, store_id, sku, name, price, currency) values ('{PRODUCT}', '{STORE}', 's', 'Lamp', 1, 'EUR');
insert into carts (id, store_id, user_id) values ('{CART}', '{STORE}', '{USER}');
"""


async def insert(conn: Connection, table: str, values: dict[str, str]) -> None:
    """Insert a row of SQL expressions."""
    names = ", ".join(f'"{name}"' for name in values)
    await conn.execute(f"insert into {table} ({names}) values ({', '.join(values.values())})")


def part(kind: str, **values: str) -> dict[str, str]:
    return {"message_id": f"'{MESSAGE}'", "type": f"'{kind}'", **{name: f"'{text}'" for name, text in values.items()}}


def user(**values: str) -> dict[str, str]:
    return {"is_anonymous": "true", **{name: f"'{text}'" for name, text in values.items()}}


def options(**values: str) -> dict[str, str]:
    return {"message_id": f"'{MESSAGE}'", "prompt": "'p'", "model": "'m'", **values}


def product(**values: str) -> dict[str, str]:
    row = {"store_id": f"'{STORE}'", "sku": "'x'", "name": "'X'", "price": "1", "currency": "'EUR'"}
    return row | {name: f"'{text}'" for name, text in values.items()}


def suggested(**values: str) -> dict[str, str]:
    row = {"store_id": f"'{STORE}'", "user_id": f"'{USER}'", "suggested": "true", "title": "'T'", "reason": "'R'"}
    return row | {"score": "50"} | values


def item(**values: str) -> dict[str, str]:
    row = {"cart_id": f"'{CART}'", "product_id": f"'{PRODUCT}'", "unit_price": "1", "currency": "'EUR'"}
    return row | values


def method(**values: str) -> dict[str, str]:
    row = {"user_id": f"'{USER}'", "kind": "'credit_card'"}
    return row | {name: f"'{text}'" for name, text in values.items()}


def gift_card(**values: str) -> dict[str, str]:
    return method(kind="gift_card", currency="EUR", **{"balance": "10", "held": "0"} | values)


def order(**values: str) -> dict[str, str]:
    row = {"user_id": f"'{USER}'", "store_id": f"'{STORE}'", "order_number": "'A'", "currency": "'EUR'"}
    amounts = {"subtotal": "10", "tax": "1", "total": "11", "tax_included": "false"}
    return row | amounts | {name: f"'{text}'" for name, text in values.items()}


TOOL = {"tool_tool_call_id": "t", "tool_name": "view_cart"}

GOOD = [
    ("parts", part("text", text_text="")),
    ("parts", part("reasoning", reasoning_text="hm", provider_metadata="{}")),
    ("parts", part("file", file_media_type="image/png", file_url="https://x.example/a.png")),
    ("parts", part("source_url", source_url_source_id="1", source_url_url="https://x.example")),
    ("parts", part("tool", **TOOL, tool_state="input-streaming", tool_input_text='{"a')),
    ("parts", part("tool", **TOOL, tool_state="output-error", tool_error_text="no")),
    ("parts", part("data", data_name="cart", data_content="{}")),
    ("users", user(email="a@b.example", name="Li", password_hash="x" * 60, provider="google", provider_id="1")),
    ("ai_options", options(temperature="2", top_p="0", frequency_penalty="-2", presence_penalty="2", max_tokens="1")),
    ("cart_items", item(quantity="999")),
    ("cart_items", item(quantity="2", taken="1", left_out_reason="'too-few'")),
    ("carts", suggested(suggested_by_message_id=f"'{MESSAGE}'")),
    ("carts", suggested(outcome="'accepted'", active="false")),
    ("payment_methods", method(reference="tok_1", brand="visa", last_four="1234")),
    ("payment_methods", gift_card(held="10")),
    ("orders", order()),
    ("orders", order(total="10", tax_included="true")),
]

REFUSED = [
    ("parts", part("text"), "parts_text_check"),
    ("parts", part("text", text_text="a", reasoning_text="b"), "parts_reasoning_check"),
    ("parts", part("file", file_url="https://x.example/a.png"), "parts_file_check"),
    ("parts", part("text", text_text="a", file_filename="a.png"), "parts_file_check"),
    ("parts", part("source_url", source_url_source_id="1"), "parts_source_url_check"),
    ("parts", part("source_document", source_document_source_id="1"), "parts_source_document_check"),
    ("parts", part("tool", **TOOL), "parts_tool_check"),
    ("parts", part("text", text_text="a", tool_input_text="{"), "parts_tool_check"),
    ("parts", part("tool", **TOOL, tool_state="done"), "parts_tool_state_check"),
    ("parts", part("tool", **TOOL, tool_state="output-available"), "parts_tool_state_check"),
    ("parts", part("tool", **TOOL, tool_state="approval-requested"), "parts_tool_state_check"),
    ("parts", part("data", data_name="cart"), "parts_data_check"),
    ("parts", part("audio", text_text="a"), "parts_(text|type)_check"),
    ("users", {"is_anonymous": "false"}, "users_email_anonymous_check"),
    ("users", user(email="a@b"), "users_email_check"),
    ("users", user(name="L"), "users_name_check"),
    ("users", user(name="L" * 101), "users_name_check"),
    ("users", user(password_hash="5e884898da28047151d0e56f8dc62927"), "users_password_hash_check"),
    ("users", user(role="owner"), "users_role_check"),
    ("users", user(provider="acme", provider_id="1"), "users_provider_check"),
    ("ai_options", options(temperature="2.01"), "ai_options_temperature_check"),
    ("ai_options", options(top_p="1.1"), "ai_options_top_p_check"),
    ("ai_options", options(frequency_penalty="-2.1"), "ai_options_frequency_penalty_check"),
    ("ai_options", options(presence_penalty="2.1"), "ai_options_presence_penalty_check"),
    ("ai_options", options(max_tokens="0"), "ai_options_max_tokens_check"),
    ("products", product(price="-1"), "products_price_check"),
    ("products", product(stock="-1"), "products_stock_check"),
    ("products", product(discount_percent="100.01"), "products_discount_percent_check"),
    ("products", product(imported_rating="5.1"), "products_imported_rating_check"),
    ("products", product(currency="eur"), "products_currency_check"),
    ("products", product(sku="s"), "products_store_id_sku_key"),
    ("cart_items", item(quantity="0"), "cart_items_quantity_check"),
    ("cart_items", item(quantity="1000"), "cart_items_quantity_check"),
    ("cart_items", item(quantity="2", taken="3"), "cart_items_taken_check"),
    ("cart_items", item(quantity="2", taken="1"), "cart_items_left_out_reason_check"),
    ("cart_items", item(quantity="2", left_out_reason="'late'"), "cart_items_left_out_reason_check"),
    ("carts", {"store_id": f"'{STORE}'"}, "carts_owner_check"),
    ("carts", suggested(score="101"), "carts_score_check"),
    ("carts", suggested(title="null"), "carts_suggested_check"),
    ("carts", suggested(outcome="'accepted'"), "carts_suggested_check"),
    ("carts", suggested(outcome="'sold'", active="false"), "carts_outcome_check"),
    ("carts", suggested(suggested="false"), "carts_suggested_check"),
    ("carts", {"store_id": f"'{STORE}'", "user_id": f"'{USER}'"}, "carts_user_id_store_id_key"),
    ("messages", {"chat_id": f"'{CHAT}'", "public_id": "'m1'", "role": "'user'"}, "messages_chat_id_public_id_key"),
    ("messages", {"chat_id": f"'{CHAT}'", "public_id": "'m2'", "role": "'tool'"}, "messages_role_check"),
    ("chats", {"user_id": f"'{USER}'", "public_id": "''"}, "chats_public_id_check"),
    ("payment_methods", method(kind="cash"), "payment_methods_kind_check"),
    ("payment_methods", method(reference="4111 1111 1111 1111"), "payment_methods_reference_check"),
    ("payment_methods", method(label="my 4111-1111-1111-1111"), "payment_methods_label_check"),
    ("payment_methods", method(last_four="12345"), "payment_methods_last_four_check"),
    ("payment_methods", method(kind="paypal", last_four="1234"), "payment_methods_card_check"),
    ("payment_methods", method(kind="gift_card"), "payment_methods_gift_card_check"),
    ("payment_methods", gift_card(balance="-1"), "payment_methods_(balance|held)_check"),
    ("payment_methods", gift_card(balance="5", held="6"), "payment_methods_held_check"),
    ("orders", order(total="12"), "orders_total_check"),
    ("orders", order(status="lost"), "orders_status_check"),
    ("orders", order(status="cancelled"), "orders_cancelled_at_check"),
    ("addresses", {"user_id": f"'{USER}'", "line1": "''", "city": "'x'", "country": "'DE'"}, "addresses_line1_check"),
]


@pytest.mark.parametrize(("table", "values"), GOOD)
async def test_takes(module_database: Database, table: str, values: dict[str, str]) -> None:
    async with module_database.connection() as conn:
        transaction = conn.transaction()
        await transaction.start()
        try:
            await conn.execute(ROWS)
            await insert(conn, table, values)
        finally:
            await transaction.rollback()


@pytest.mark.parametrize(("table", "values", "rule"), REFUSED)
async def test_refuses(module_database: Database, table: str, values: dict[str, str], rule: str) -> None:
    async with module_database.connection() as conn:
        transaction = conn.transaction()
        await transaction.start()
        try:
            await conn.execute(ROWS)
            with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=rule):
                await insert(conn, table, values)
        finally:
            await transaction.rollback()


async def test_emails_and_user_names_differ_by_more_than_case(database: Database) -> None:
    add = "insert into users (email, username) values ($1, $2)"
    async with database.connection() as conn:
        await conn.execute(add, "Ann@shop.example", "Ann")
        with pytest.raises(asyncpg.UniqueViolationError, match="users_email_key"):
            await conn.execute(add, "ann@SHOP.example", "Bob")
        with pytest.raises(asyncpg.UniqueViolationError, match="users_username_key"):
            await conn.execute(add, "bob@shop.example", "aNN")


async def test_a_chat_has_one_running_run(database: Database) -> None:
    start = """
        with made as (insert into messages (chat_id, public_id, role) values ($1, $2, 'assistant') returning id)
        insert into runs (chat_id, message_id, user_message_id, base_url, state, owner, lease_until)
        select $1, made.id, $3, 'http://shop.example', 'running', 'me', now() from made
        """
    async with database.connection() as conn:
        await conn.execute(ROWS)
        await conn.execute(start, CHAT, "a1", MESSAGE)
        with pytest.raises(asyncpg.UniqueViolationError, match="runs_running_key"):
            await conn.execute(start, CHAT, "a2", MESSAGE)
        await conn.execute("update runs set state = 'finished'")
        await conn.execute(start, CHAT, "a3", MESSAGE)


async def test_suggested_carts_stand_beside_ones_own(database: Database) -> None:
    suggest = """
        insert into carts (store_id, user_id, suggested, suggested_by_message_id, title, reason, score)
        values ($1, $2, true, $3, 'Kit', 'It fits.', $4)
        """
    async with database.connection() as conn:
        await conn.execute(ROWS)
        await conn.execute(suggest, STORE, USER, MESSAGE, 90)
        await conn.execute(suggest, STORE, USER, MESSAGE, 60)
        assert await conn.fetchval("select count(*) from carts where active") == 3


async def test_deleting_a_user_takes_their_chats_and_leaves_the_logs(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(ROWS)
        await conn.execute(f"insert into parts (message_id, type, text_text) values ('{MESSAGE}', 'text', 'hi')")
        await conn.execute(
            "insert into search_logs (query, user_id, search_type, results_count, suitable, response_time_ms) "
            "values ('lamp', $1, 'hybrid', 1, true, 3)",
            USER,
        )
        await conn.execute("delete from users")
        counts = "select (select count(*) from chats), (select count(*) from parts), (select count(*) from search_logs)"
        assert tuple(await conn.fetchrow(counts) or ()) == (0, 0, 1)


async def test_purchase_history_is_what_was_ordered_and_neither_cancelled_nor_returned(database: Database) -> None:
    async with database.connection() as conn:
        await conn.execute(ROWS)
        for number, status in (("1", "delivered"), ("2", "cancelled")):
            await conn.execute(
                """
                with o as (
                    insert into orders
                        (user_id, store_id, order_number, currency, subtotal, total, status, cancelled_at)
                    values ($1, $2, $3, 'EUR', 9, 9, $4::text, case when $4::text = 'cancelled' then now() end)
                    returning id
                )
                insert into order_items (order_id, product_id, sku, name, quantity, returned, unit_price, total_price)
                select o.id, $5, 's', 'Lamp', 3, 1, 3, 9 from o
                """,
                USER,
                STORE,
                number,
                status,
                PRODUCT,
            )
        rows = await conn.fetch("select user_id, product_id, quantity, total_price, currency from purchase_history")
    assert [tuple(row) for row in rows] == [(USER, PRODUCT, 2, 6, "EUR")]


async def test_a_growing_part_is_updated_in_place(database: Database) -> None:
    """HOT updates: no index entry is written when text grows, so a stream of 50 ms flushes stays cheap."""
    async with database.connection() as conn:
        await conn.execute(ROWS)
        await conn.execute(f"insert into parts (message_id, type, text_text) values ('{MESSAGE}', 'text', 'a')")
        for _ in range(20):
            await conn.execute("update parts set text_text = text_text || ' word', updated_at = now()")
        await conn.execute("select pg_stat_force_next_flush()")
        row = await conn.fetchrow("select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'parts'")
    assert row is not None
    assert row["n_tup_upd"] == row["n_tup_hot_upd"] == 20
