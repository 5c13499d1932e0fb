"""Actions: what waits for a person's yes, what was quoted for it, and how it came out, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection
from storage.errors import NotFound
from storage.parts import Json

_SQL = sql.load(__file__)

Outcome = Literal["executed", "rejected", "expired", "changed", "failed"]
"""How an action was settled: it has happened; the person declined; nobody answered in time; what had been shown was no
longer true, so another action asks; the person confirmed and the shop refused."""

ActionState = Literal["pending", "executed", "rejected", "expired", "changed", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A row of `message_actions`. `payload` are the arguments of the tool `action_type`, as they will be used.

    `quoted`: summary, total, facts and card, as the person saw them. `message_id` is None where no chat asked.
    """

    id: UUID
    message_id: UUID | None
    user_id: UUID
    store_id: UUID | None
    replaces_id: UUID | None
    action_type: str
    payload: Mapping[str, Json]
    digest: bytes
    quoted: Mapping[str, Json]
    outcome: Outcome | None
    result: Mapping[str, Json] | None
    reason: str | None
    expires_at: datetime
    confirmed_at: datetime | None
    rejected_at: datetime | None
    executed_at: datetime | None
    created_at: datetime

    def state(self, now: datetime) -> ActionState:
        """How it stands; one that nobody answered in time is expired, whether or not that has been written yet."""
        if self.outcome is not None:
            return self.outcome
        return "pending" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An action to be asked for. `message_id` and `tool_call_id` name the part that asks, where a chat does."""

    action_type: str
    payload: Mapping[str, Json]
    digest: bytes
    quoted: Mapping[str, Json]
    expires_at: datetime
    store_id: UUID | None
    message_id: UUID | None = None
    tool_call_id: str | None = None
    replaces_id: UUID | None = None


async def ask(conn: Connection, user_id: UUID, asking: Asking) -> Action:
    """Insert an action that waits for this user."""
    [record] = await conn.fetch(
        _SQL["ask"],
        user_id,
        asking.store_id,
        asking.message_id,
        asking.tool_call_id,
        asking.action_type,
        asking.payload,
        asking.digest,
        asking.quoted,
        asking.expires_at,
        asking.replaces_id,
    )
    return _action(record)


async def attach(conn: Connection, action_id: UUID, message_id: UUID, tool_call_id: str) -> None:
    """Name the part that asks, where it was written after the action."""
    await conn.execute(_SQL["attach"], action_id, message_id, tool_call_id)


async def get(conn: Connection, action_id: UUID, user_id: UUID) -> Action:
    """An action of this user. Raises NotFound."""
    return _found(await conn.fetchrow(_SQL["get"], action_id, user_id))


async def lock(conn: Connection, action_id: UUID, user_id: UUID) -> Action:
    """The same, held until the transaction ends, so that it is settled once. Raises NotFound."""
    return _found(await conn.fetchrow(_SQL["lock"], action_id, user_id))


async def replacement(conn: Connection, action_id: UUID) -> Action | None:
    """The action that asks again in place of this one."""
    record = await conn.fetchrow(_SQL["replacement"], action_id)
    return None if record is None else _action(record)


async def settle(
    conn: Connection,
    action_id: UUID,
    outcome: Outcome,
    now: datetime,
    *,
    decided_by: UUID | None = None,
    result: Mapping[str, Json] | None = None,
    reason: str | None = None,
) -> Action | None:
    """Set how the action came out, in the transaction of its effect; None where it was settled already."""
    record = await conn.fetchrow(_SQL["settle"], action_id, outcome, decided_by, now, result, reason)
    return None if record is None else _action(record)


async def pending_of(conn: Connection, message_id: UUID) -> int:
    """How many actions of a message have not been settled."""
    count: int = await conn.fetchval(_SQL["pending_of"], message_id)
    return count


async def due(conn: Connection, now: datetime, limit: int) -> list[Action]:
    """Actions that nobody answered in time and that have not been settled, the longest due first."""
    return [_action(record) for record in await conn.fetch(_SQL["due"], now, limit)]


async def listed(
    conn: Connection,
    user_id: UUID,
    now: datetime,
    limit: int,
    *,
    pending: bool = False,
    before: tuple[datetime, UUID] | None = None,
    stores: Sequence[UUID] | None = None,
) -> list[Action]:
    """The user's actions, the latest first, at most `limit`; `before`: created before this one (time and id).

    `stores`: only those asked for in one of them.
    """
    at, action_id = before or (None, None)
    in_stores = None if stores is None else list(stores)
    records = await conn.fetch(_SQL["listed"], user_id, pending, now, at, action_id, limit, in_stores)
    return [_action(record) for record in records]


def _found(record: Record | None) -> Action:
    if record is None:
        raise NotFound("There is no such action.")
    return _action(record)


def _action(record: Record) -> Action:
    return Action(**record)
