"""What a person, and each of their API keys, may use in a day (UTC): reserved before an answer, settled as it ends.

The settling is a trigger on `runs` (migration `0012_usage`), so that no way for a run to end goes past it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import TooMany

_SQL = sql.load(__file__)


class BudgetSpent(TooMany):
    """The budget of the day is spent; it is filled again at midnight UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most of a day, None without a limit, and what an answer reserves. Costs are millionths of a US dollar."""

    tokens: int | None
    cost_micros: int | None
    reserve_tokens: int
    reserve_cost_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What answers that ended on a day have used, and what those that have not may."""

    day: date
    runs: int = 0
    tokens: int = 0
    cost_micros: int = 0
    reserved_tokens: int = 0
    reserved_cost_micros: int = 0


async def reserve(
    conn: Connection, run_id: UUID, user_id: UUID, api_key_id: UUID | None, budget: Budget, now: datetime
) -> None:
    """Reserve for a run what it may use, of the person's day and the key's; raises BudgetSpent.

    Runs in the transaction that lays the run down, which must not be committed where it raises.
    """
    day = now.astimezone(UTC).date()
    reserved = await conn.fetchval(
        _SQL["reserve"],
        run_id,
        user_id,
        api_key_id,
        day,
        budget.reserve_tokens,
        budget.reserve_cost_micros,
        budget.tokens,
        budget.cost_micros,
    )
    if reserved is None:
        raise BudgetSpent(wait=datetime.combine(day + timedelta(days=1), time(), UTC) - now)


async def of_day(conn: Connection, user_id: UUID, api_key_id: UUID | None, day: date) -> Used:
    """What was used on a day."""
    row = await conn.fetchrow(_SQL["of_day"], user_id, api_key_id, day)
    return Used(**row) if row else Used(day=day)
