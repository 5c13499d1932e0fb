"""Why something is in a cart: its changes as the audit log has them, each with what led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person

_SQL = sql.load(__file__)

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The assistant did it: with which tool and input, in which answer, and what the shopper had said.

    `message_id` and `chat_id` are the ids clients use.
    """

    tool: str
    input: object
    message_id: str
    chat_id: str
    asked: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """It came out of a suggested cart that was accepted; `message_id` is the answer's, None without a chat."""

    id: UUID
    title: str
    reason: str
    score: int
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The latest search of the person, in the day before, that had found the product; `rank` counts from 1."""

    query: str
    filters: Mapping[str, object]
    at: datetime
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of the quantity. Without tool call, key and action the person did it on a page."""

    at: datetime
    action: str
    before: int
    after: int
    user_agent: str | None
    action_id: UUID | None
    key: str | None
    tool_call: ToolCall | None
    suggestion: Suggestion | None
    found_by: Finding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An item and its changes, the latest first."""

    id: UUID
    cart_id: UUID
    product_id: UUID
    name: str
    quantity: int
    steps: tuple[Step, ...]


async def cart_item(conn: Connection, person: Person, item_id: UUID) -> Explanation:
    """Why this is in the person's cart. Raises NotFound for what is in no open cart of theirs."""
    item = await conn.fetchrow(_SQL["cart_item"], item_id, person.user_id)
    if item is None:
        raise NotFound("There is no such item in a cart of yours.")
    rows = await conn.fetch(_SQL["changes"], item["cart_id"], item["product_id"], _MOST)
    return Explanation(**item, steps=tuple(_step(row) for row in rows))


def _step(row: Record) -> Step:
    return Step(
        at=row["created_at"],
        action=row["action"],
        before=row["before"],
        after=row["after"],
        user_agent=row["user_agent"],
        action_id=row["action_id"],
        key=row["key_name"],
        tool_call=None if row["tool_name"] is None else _tool_call(row),
        suggestion=None if row["suggestion_id"] is None else _suggestion(row),
        found_by=None if row["search_query"] is None else _finding(row),
    )


def _tool_call(row: Record) -> ToolCall:
    return ToolCall(
        tool=row["tool_name"],
        input=row["tool_input"],
        message_id=row["message_id"],
        chat_id=row["chat_id"],
        asked=row["asked"],
    )


def _suggestion(row: Record) -> Suggestion:
    return Suggestion(
        id=row["suggestion_id"],
        title=row["suggestion_title"],
        reason=row["suggestion_reason"],
        score=row["suggestion_score"],
        message_id=row["suggestion_message_id"],
    )


def _finding(row: Record) -> Finding:
    return Finding(
        query=row["search_query"], filters=row["search_filters"], at=row["searched_at"], rank=row["search_rank"]
    )
