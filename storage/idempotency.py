"""Replies kept under the key of their request, so that the same request again is answered and not done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import Conflict, Invalid
from storage.parts import Json

_SQL = sql.load(__file__)


class KeyInUse(Conflict):
    """A request with this Idempotency-Key is still under way; wait for it, or ask again in a moment."""

    retry = True


class KeyReused(Invalid):
    """This Idempotency-Key came with another request before; take a new key for a new request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whose key it is, of which endpoint, and the digest of the request it came with. `key`: 1 to 255 characters."""

    user_id: UUID
    endpoint: str
    key: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A reply as it was given."""

    status: int
    headers: Mapping[str, str]
    body: Json


async def claim(conn: Connection, asked: Claim, now: datetime) -> Kept | None:
    """Take the key until the transaction ends; the reply, if the request has been answered before.

    The lock is a statement of its own, so that the next one sees what whoever had it before has committed. Raises
    KeyInUse instead of waiting, and KeyReused.
    """
    if not conn.is_in_transaction():
        raise RuntimeError("claim needs a transaction: the key is taken no longer than that")
    if not await conn.fetchval(_SQL["lock"], asked.user_id, asked.endpoint, asked.key):
        raise KeyInUse
    record = await conn.fetchrow(_SQL["find"], asked.user_id, asked.endpoint, asked.key, now)
    if record is None:
        return None
    if record["request_digest"] != asked.digest:
        raise KeyReused
    return Kept(status=record["response_status"], headers=record["response_headers"], body=record["response_body"])


async def keep(conn: Connection, asked: Claim, reply: Kept, now: datetime, expires_at: datetime) -> None:
    """Keep the reply to a claimed request, in the transaction of its effect; also removes some that have expired."""
    await conn.execute(
        _SQL["keep"],
        asked.user_id,
        asked.endpoint,
        asked.key,
        asked.digest,
        reply.status,
        dict(reply.headers),
        reply.body,
        now,
        expires_at,
    )
