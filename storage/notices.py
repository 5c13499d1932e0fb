"""Notices between processes: hints that rows have changed, never the change itself (a notice may be lost)."""

from __future__ import annotations

from storage import sql
from storage.database import Connection

_SQL = sql.load(__file__)

CHANNEL = "cartwright"


async def send(conn: Connection, payload: str) -> None:
    """Tell every listening process; the payload is at most 8,000 bytes."""
    await conn.execute(_SQL["send"], CHANNEL, payload)
