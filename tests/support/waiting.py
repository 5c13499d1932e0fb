"""Until somebody waits for a lock that another transaction holds."""

from __future__ import annotations

from storage.database import Connection

# In a transaction, who waits is otherwise what it was when it was first looked at.
_AGAIN = "select pg_stat_clear_snapshot()"


async def until_waiting(watching: Connection, waiting: Connection) -> None:
    """Come back when the second connection waits; the first, which may hold the lock, looks."""
    waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = $1"
    while not await watching.fetchval(waits, waiting.get_server_pid()):
        await watching.execute(_AGAIN)


async def until_someone_waits(watching: Connection) -> None:
    """Come back when any connection to this database waits."""
    waits = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    while not await watching.fetch(waits):
        await watching.execute(_AGAIN)
