"""A person leaves with everything that is theirs; of orders stays what the books have to show (docs/people.md).

Guests who cannot come back are forgotten in the same way.

Lock order as in `storage/merging.py`: whoever is in the middle of a change in the person's name is waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from storage import sql, system_audit
from storage.database import Connection
from storage.errors import Conflict

_SQL = sql.load(__file__)


class OrdersOpen(Conflict):
    """An order is under way, or not paid, or a return not closed; the account can be deleted once that is over."""


async def erase(conn: Connection, user_id: UUID, throttles: Sequence[bytes]) -> bool:
    """Delete a person in the caller's transaction; whether they were there. `throttles` are the keys of their counts.

    Orders that are over are kept by nobody: without a name, addresses, reasons, tracking and means of payment.
    Raises OrdersOpen.
    """
    user = await _held(conn, user_id)
    if user is None:
        return False
    if await conn.fetchval(_SQL["orders_open"], user_id):
        raise OrdersOpen
    kept = await conn.fetchval(_SQL["has_orders"], user_id)
    if kept:
        nobody: UUID = await conn.fetchval(_SQL["nobody"])
        await conn.execute(_SQL["strip_orders"], user_id)
        await conn.execute(_SQL["strip_returns"], user_id)
        await conn.execute(_SQL["strip_fulfilments"], user_id)
        await conn.execute(_SQL["strip_payment_methods"], user_id, nobody)
        await conn.execute(_SQL["give_orders"], user_id, nobody)
    await _delete(conn, user_id, user["email"], throttles)
    await system_audit.note(
        conn, "auth", "info", "a person was deleted", {"guest": user["is_anonymous"], "orders_kept": kept}
    )
    return True


async def guests_after(conn: Connection, last: UUID, most: int) -> Sequence[UUID]:
    """The guests whose ids follow this one, in their order."""
    return [row["id"] for row in await conn.fetch(_SQL["guests_after"], last, most)]


async def abandoned(conn: Connection, guests: Sequence[UUID], before: datetime, now: datetime) -> Sequence[UUID]:
    """Those of these guests who cannot come back and have left nothing that others need, in the order of their ids.

    No session of theirs is alive, nothing was heard of them since `before`, and there is no order, no review and no
    money on a gift card.
    """
    return [row["id"] for row in await conn.fetch(_SQL["abandoned"], guests, before, now)]


async def alone(conn: Connection) -> bool:
    """Whether no other process forgets guests; none begins until the transaction ends."""
    locked: bool = await conn.fetchval(_SQL["alone"])
    return locked


async def forget(conn: Connection, user_id: UUID, before: datetime, now: datetime) -> bool:
    """Delete a guest in the caller's transaction, as `erase` does, if they are still abandoned; whether they were."""
    if await _held(conn, user_id) is None or not await abandoned(conn, [user_id], before, now):
        return False
    await _delete(conn, user_id, None, [])
    return True


async def _held(conn: Connection, user_id: UUID) -> Record | None:
    if not conn.is_in_transaction():
        raise RuntimeError("erasing needs a transaction: everything goes or nothing does")
    await conn.execute(_SQL["lock_reservations"], user_id)
    await conn.execute(_SQL["lock_chats"], user_id)
    await conn.execute(_SQL["lock_actions"], user_id)
    await conn.execute(_SQL["lock_carts"], user_id)
    return await conn.fetchrow(_SQL["hold"], user_id)


async def _delete(conn: Connection, user_id: UUID, email: str | None, throttles: Sequence[bytes]) -> None:
    await conn.execute(_SQL["audit_log"], user_id)
    await conn.execute(_SQL["system_audit"], str(user_id))
    await conn.execute(_SQL["interactions"], user_id)
    await conn.execute(_SQL["search_logs"], user_id)
    await conn.execute(_SQL["recommendation_logs"], user_id)
    await conn.execute(_SQL["embeddings"], user_id)
    await conn.execute(_SQL["email_codes"], email)
    await conn.execute(_SQL["mails"], email)
    await conn.execute(_SQL["throttles"], list(throttles))
    await conn.execute(_SQL["user"], user_id)
