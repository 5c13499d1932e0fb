"""Gift cards given by the shop: money out of nothing, so each is in the audit log."""

from __future__ import annotations

from uuid import UUID

from storage import audit, payment_methods, sql
from storage.audit import Cause
from storage.database import Connection
from storage.errors import NotFound
from storage.money import Money
from storage.payment_methods import PaymentMethod
from storage.people import Person

_SQL = sql.load(__file__)


async def recipient(conn: Connection, user_id: UUID | None, email: str | None) -> UUID:
    """The person of this id or this e-mail address. Raises NotFound."""
    found: UUID | None = await conn.fetchval(_SQL["recipient"], user_id, email)
    if found is None:
        raise NotFound("There is no such person.")
    return found


async def give(conn: Connection, actor: Person, user_id: UUID, balance: Money, cause: Cause) -> PaymentMethod:
    """Give a person a gift card. Who may do that was checked. Runs inside a transaction."""
    card = await payment_methods.add_gift_card(conn, user_id, balance)
    entry = audit.Entry(
        entity_type="payment_method",
        entity_id=card.id,
        action="give",
        before={},
        after={"user_id": str(user_id), "balance": balance.amount, "currency": balance.currency},
    )
    await audit.record(conn, actor, entry, cause)
    return card
