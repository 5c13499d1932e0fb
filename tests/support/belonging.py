"""A row of everything that may be somebody's, and where the database says that it is."""

from __future__ import annotations

from uuid import UUID, uuid4

from storage import payment_methods, wishlist
from storage.audit import Cause
from storage.database import Connection
from storage.people import Person
from storage.products import Product
from tests.support.factory import make_member

# Every column that refers to a user.
REFERENCES = """
    select c.conrelid::regclass::text as relation, a.attname as name
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'users'::regclass
    order by 1, 2
"""


async def belong(conn: Connection, person: Person, message: UUID, product: Product) -> None:
    """A row of whatever else may be somebody's."""
    user = person.user_id
    await conn.execute("insert into message_feedback (message_id, user_id, vote) values ($1, $2, 1)", message, user)
    await conn.execute(
        "insert into chat_vectors (user_id, chat_id, message_id, content) "
        "select $1, chat_id, id, 'words' from messages where id = $2",
        user, message,
    )  # fmt: skip
    await conn.execute(
        "insert into chat_flags (chat_id, reason, settled_at, settled_by) "
        "select chat_id, 'rude', now(), $1 from messages where id = $2",
        user, message,
    )  # fmt: skip
    action = await conn.fetchval(
        "insert into message_actions (user_id, action_type, payload, digest, expires_at, decided_by, rejected_at, "
        "outcome) values ($1, 'x', '{}', '', now(), $1, now(), 'rejected') returning id",
        user,
    )
    assert action
    await wishlist.put(conn, person, product.id, Cause())
    await conn.execute("insert into addresses (user_id, line1, city, country) values ($1, 'a', 'b', 'DE')", user)
    await payment_methods.manual(conn, user)
    await conn.execute(
        "insert into idempotency_keys (user_id, endpoint, key, request_digest, response_status, response_headers, "
        "expires_at) values ($1, 'x', 'y', '', 200, '{}', now())",
        user,
    )
    await conn.execute(
        "insert into reviews (user_id, product_id, rating, moderated_by) values ($1, $2, 5, $1)", user, product.id
    )
    other = await make_member(conn)
    review = await conn.fetchval(
        "insert into reviews (user_id, product_id, rating) values ($1, $2, 5) returning id", other.user_id, product.id
    )
    await conn.execute("insert into review_helpful_votes (review_id, user_id) values ($1, $2)", review, user)
    await conn.execute(
        "insert into search_logs (query, user_id, search_type, results_count, suitable, response_time_ms) "
        "values ('x', $1, 'x', 0, true, 1)",
        user,
    )
    await conn.execute("insert into ab_tests (test_name, user_id, cohort) values ('greeting', $1, 'warm')", user)
    await conn.execute(
        "insert into api_keys (user_id, name, prefix, key_hash) values ($1, 'x', 'x', $2)", user, uuid4().bytes * 2
    )
    await conn.execute(
        "insert into email_codes (user_id, purpose, email, code_hash, expires_at) "
        "values ($1, 'sign-up', 'a', $2, now())",
        user, uuid4().bytes * 2,
    )  # fmt: skip
    run = await conn.fetchval(
        "insert into runs (chat_id, message_id, user_message_id, base_url, state) "
        "select chat_id, id, id, '', 'queued' from messages where id = $1 returning id",
        message,
    )
    await conn.execute("insert into usage_days (user_id, day, reserved_tokens) values ($1, '2026-11-26', 100)", user)
    await conn.execute(
        "insert into run_reservations (run_id, user_id, day, tokens, cost_micros) "
        "values ($1, $2, '2026-11-26', 100, 0)",
        run, user,
    )  # fmt: skip
