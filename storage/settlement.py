"""What is owed and how it came out: rows of the ledger on their way to a payment provider and back.

A row that is claimed is ours until a moment that is written into it; nobody is called while it is locked. `attempts`
counts the claims, so that whoever comes back late is known and changes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never
from uuid import UUID

import asyncpg

from storage import audit, ledger, sql
from storage.audit import Cause
from storage.database import Connection
from storage.errors import Conflict, NotFound
from storage.ledger import NothingToPayBack
from storage.money import Money
from storage.payment_methods import Kind
from storage.people import Person
from storage.text import storable

_SQL = sql.load(__file__)
_log = logging.getLogger(__name__)
_LONGEST = 500
_PUT_OFF = timedelta(hours=1)


class PaymentNotOpen(Conflict):
    """There is nothing to settle by hand: it is settled, or a payment provider is at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that is to be moved. `id` is the key of idempotency: whatever is asked twice under it happens once.

    `reference` is the provider's name for the payment method; `paid_by` are its references of what this method has paid
    for the order, the oldest first. `undo`: it was called off after a provider had been asked.
    """

    id: UUID
    order_id: UUID
    order_number: str
    kind: Kind
    reference: str | None
    type: Literal["payment", "refund"]
    undo: bool
    amount: Money
    attempt: int
    paid_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """It has happened; `reference` is the provider's name for it."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It has not happened and will not: `reason` is for the shop's people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """It is not known yet: ask again `after` a while; None: a person will say. `failure` is what went wrong, if so."""

    after: timedelta | None
    failure: str | None = None


Outcome = Done | Refused | Waiting


async def claim(conn: Connection, now: datetime, until: datetime) -> Transfer | None:
    """Take what is longest due; nobody else does before `until`. None when nothing is. Runs inside a transaction.

    What the database refuses is logged, put off for an hour and passed over, so that it keeps no other order waiting.
    """
    while (order_id := await conn.fetchval(_SQL["lock_due"], now)) is not None:
        # Looked at anew: what was due before the order was ours may have been taken by whoever had it.
        try:
            with ledger.refusing():
                async with conn.transaction():
                    record = await conn.fetchrow(_SQL["claim"], order_id, now, until)
        except NothingToPayBack as error:
            _log.error("order %s: %s", order_id, error)
            await conn.execute(_SQL["put_off"], order_id, now, now + _PUT_OFF, error.detail)
            continue
        if record is not None:
            return _transfer(record)
    return None


def _transfer(record: asyncpg.Record) -> Transfer:
    fields = dict(record)
    amount = Money(fields.pop("amount"), fields.pop("currency"))
    return Transfer(**fields | {"amount": amount, "paid_by": tuple(fields["paid_by"])})


async def record(conn: Connection, transfer: Transfer, outcome: Outcome, now: datetime) -> bool:
    """Write how it came out, and the order's payment_status with it; False for one that came back too late.

    What was called off meanwhile is due at once to be undone, unless it was refused. Runs inside a transaction.
    """
    await conn.execute(_SQL["lock_order"], transfer.order_id)
    status = await conn.fetchval(_SQL["still"], transfer.id, transfer.attempt)
    if status is None:
        return False
    called_off = status == "voided" and not transfer.undo
    reference: str | None = None
    failure: str | None = None
    due_at: datetime | None = None
    match outcome:
        case Done(reference):
            status = "completed" if status == "pending" else status
            due_at = now if called_off else None
        case Refused(failure):
            status = "failed" if status == "pending" else status
        case Waiting(after, failure):
            due_at = now if called_off else None if after is None else now + after
        case _:
            assert_never(outcome)
    said = failure and storable(failure, _LONGEST)
    await conn.execute(_SQL["record"], transfer.id, status, reference, said, due_at)
    await ledger.credit_waiting(conn, transfer.order_id)
    return True


async def settle_by_hand(
    conn: Connection, actor: Person, payment_id: UUID, reference: str | None, cause: Cause
) -> UUID:
    """A person says that this was paid, or paid back; the order's id. Who may say so was checked.

    Raises NotFound, PaymentNotOpen and NothingToPayBack. Runs inside a transaction.
    """
    order_id: UUID | None = await conn.fetchval(_SQL["order_of"], payment_id)
    if order_id is None:
        raise NotFound("There is no such payment.")
    await conn.execute(_SQL["lock_order"], order_id)
    with ledger.refusing():
        settled = await conn.fetchrow(_SQL["by_hand"], payment_id, reference)
    if settled is None:
        raise PaymentNotOpen
    await ledger.credit_waiting(conn, order_id)
    entry = audit.Entry(
        entity_type="order",
        entity_id=order_id,
        action="settle",
        before={"payment_id": str(payment_id)},
        after={"type": settled["type"], "amount": settled["amount"], "reference": reference},
    )
    await audit.record(conn, actor, entry, cause)
    return order_id
