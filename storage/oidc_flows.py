"""Sign-ins with a provider that have begun: what only the browser that began one, and the provider, can bring back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.tokens import digest

_SQL = sql.load(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One sign-in: the session that began it, the nonce its token must have, the verifier its code goes with (PKCE)."""

    session_id: UUID
    nonce: str
    verifier: str


async def keep(conn: Connection, state: str, flow: Flow, expires_at: datetime) -> None:
    """Keep a sign-in that begins, under its state."""
    await conn.execute(_SQL["keep"], digest(state), flow.session_id, flow.nonce, flow.verifier, expires_at)


async def take(conn: Connection, state: str, now: datetime) -> Flow | None:
    """The sign-in of this state, once; None where there is none, or it took too long."""
    record = await conn.fetchrow(_SQL["take"], digest(state), now)
    return None if record is None else Flow(**record)


async def sweep(conn: Connection, now: datetime, most: int) -> int:
    """Delete sign-ins that never came back, at most so many; how many that were."""
    return len(await conn.fetch(_SQL["sweep"], now, most))
