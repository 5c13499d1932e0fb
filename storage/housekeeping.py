"""What has expired leaves, by one process at a time."""

from __future__ import annotations

from datetime import datetime

from storage import email_codes, oidc_flows, open_streams, sessions, sql, throttles
from storage.database import Connection

_SQL = sql.load(__file__)


async def sweep(conn: Connection, now: datetime, sessions_before: datetime, most: int) -> int:
    """Delete sessions that were over before a moment, and what is of no use any more at `now`; how many rows that were.

    In the caller's transaction, whose lock keeps other processes off.
    """
    if not await conn.fetchval(_SQL["alone"]):
        return 0
    return (
        await sessions.sweep(conn, sessions_before, most)
        + await email_codes.sweep(conn, now, most)
        + await throttles.sweep(conn, now, most)
        + await open_streams.sweep(conn, now, most)
        + await oidc_flows.sweep(conn, now, most)
    )
