"""Mails that wait to be sent: written in the transaction they tell of, sent after it, deleted once they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in plain text. Without a recipient nobody is written to."""

    id: UUID
    recipient: str | None
    subject: str
    content: str
    attempts: int


async def put(conn: Connection, recipient: str | None, subject: str, content: str, now: datetime) -> None:
    """Have a mail sent once the transaction has committed."""
    await conn.execute(_SQL["put"], recipient, subject, content, now)


async def take(conn: Connection, now: datetime, again_at: datetime, most: int) -> tuple[Mail, ...]:
    """Mails that are due; a taken one that is not reported as sent is due again at `again_at`."""
    return tuple(Mail(**record) for record in await conn.fetch(_SQL["take"], now, again_at, most))


async def sent(conn: Connection, mail_id: UUID) -> None:
    """It is sent, or never will be; nothing of it is kept."""
    await conn.execute(_SQL["sent"], mail_id)


async def next_due(conn: Connection, now: datetime) -> timedelta | None:
    """How long until the next one is due; None where none waits."""
    due: datetime | None = await conn.fetchval(_SQL["next_due"])
    return None if due is None else max(due - now, timedelta(0))
