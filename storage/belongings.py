"""Everything of a person, as it is in the tables, but for digests of secrets."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.parts import Json

_SQL = sql.load(__file__)

_TABLES = {
    "users": _SQL["users"],
    "sessions": _SQL["sessions"],
    "api_keys": _SQL["api_keys"],
    "email_codes": _SQL["email_codes"],
    "usage_days": _SQL["usage_days"],
    "addresses": _SQL["addresses"],
    "payment_methods": _SQL["payment_methods"],
    "chats": _SQL["chats"],
    "chat_vectors": _SQL["chat_vectors"],
    "message_actions": _SQL["message_actions"],
    "message_feedback": _SQL["message_feedback"],
    "chat_flags": _SQL["chat_flags"],
    "carts": _SQL["carts"],
    "wishlist_items": _SQL["wishlist_items"],
    "orders": _SQL["orders"],
    "reviews": _SQL["reviews"],
    "review_helpful_votes": _SQL["review_helpful_votes"],
    "interactions": _SQL["interactions"],
    "search_logs": _SQL["search_logs"],
    "recommendation_logs": _SQL["recommendation_logs"],
    "ab_tests": _SQL["ab_tests"],
    "idempotency_keys": _SQL["idempotency_keys"],
    "audit_log": _SQL["audit_log"],
    "messages": _SQL["messages"],
    "parts": _SQL["parts"],
    "ai_options": _SQL["ai_options"],
    "runs": _SQL["runs"],
    "cart_items": _SQL["cart_items"],
    "order_items": _SQL["order_items"],
    "order_fulfilments": _SQL["order_fulfilments"],
    "order_returns": _SQL["order_returns"],
    "order_payments": _SQL["order_payments"],
}


async def of(conn: Connection, user_id: UUID) -> Mapping[str, list[Json]]:
    """The rows of a person by table, the oldest first; as of one moment in a repeatable read transaction."""
    return {name: [row[0] for row in await conn.fetch(query, user_id)] for name, query in _TABLES.items()}
