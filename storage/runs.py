"""Runs: one answer being made. The row says who makes it (a lease with an epoch), how it stands and what it used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from storage import sql
from storage.database import Connection
from storage.errors import Conflict

_SQL = sql.load(__file__)

RunState = Literal["queued", "running", "waiting", "finished", "stopped", "failed"]
FinishReason = Literal["stop", "length", "content-filter", "tool-calls", "error", "other"]


class Fenced(Conflict):
    """Another process holds this run by now; what this one had still to write is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens and money (millionths of a US dollar); `estimated` when the provider did not get to say."""

    input_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    cost_micros: int = 0
    estimated: bool = False

    def plus(self, other: Usage) -> Usage:
        """The two together."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_micros=self.cost_micros + other.cost_micros,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as its row has it; `epoch` fences every write of the process that holds the lease."""

    id: UUID
    chat_id: UUID
    message_id: UUID
    user_message_id: UUID
    state: RunState
    epoch: int
    finish_reason: FinishReason | None
    error_code: str | None
    error_text: str | None
    error_retry: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a run ended."""

    state: Literal["waiting", "finished", "stopped", "failed"]
    finish_reason: FinishReason
    usage: Usage
    error_code: str | None = None
    error_text: str | None = None
    error_retry: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """One request to a model within a run."""

    step: int
    model: str
    usage: Usage
    finish_reason: str | None
    started_at: datetime
    first_token_at: datetime | None
    finished_at: datetime


async def start(
    conn: Connection,
    *,
    chat_id: UUID,
    message_id: UUID,
    user_message_id: UUID,
    owner: str,
    now: datetime,
    lease_until: datetime,
) -> Run:
    """Insert a running run held by `owner`."""
    [record] = await conn.fetch(_SQL["start"], chat_id, message_id, user_message_id, owner, now, lease_until)
    return Run(**record)


async def active(conn: Connection, chat_id: UUID) -> Run | None:
    """The chat's run that is running now."""
    record = await conn.fetchrow(_SQL["active"], chat_id)
    return Run(**record) if record else None


async def of_message(conn: Connection, message_id: UUID) -> Run | None:
    """The run that makes or made this answer."""
    record = await conn.fetchrow(_SQL["of_message"], message_id)
    return Run(**record) if record else None


async def answering(conn: Connection, user_message_id: UUID) -> Run | None:
    """The latest run that answers this message of a shopper."""
    record = await conn.fetchrow(_SQL["answering"], user_message_id)
    return Run(**record) if record else None


async def extend(conn: Connection, owner: str, run_ids: list[UUID], lease_until: datetime) -> None:
    """Keep the leases `owner` holds on these runs until `lease_until`."""
    await conn.execute(_SQL["extend"], owner, run_ids, lease_until)


async def end(conn: Connection, run: Run, ended: RunEnd, now: datetime) -> bool:
    """Set how the run ended; False when another process holds it by now and nothing was written."""
    usage = ended.usage
    record = await conn.fetchrow(
        _SQL["end"],
        run.id,
        run.epoch,
        ended.state,
        ended.finish_reason,
        ended.error_code,
        ended.error_text,
        ended.error_retry,
        usage.input_tokens,
        usage.output_tokens,
        usage.reasoning_tokens,
        usage.cached_tokens,
        usage.cost_micros,
        usage.estimated,
        now,
    )
    return record is not None


async def add_step(conn: Connection, run: Run, step: RunStep) -> None:
    """Keep what one request to the model used."""
    usage = step.usage
    await conn.execute(
        _SQL["add_step"],
        run.id,
        step.step,
        step.model,
        usage.input_tokens,
        usage.output_tokens,
        usage.reasoning_tokens,
        usage.cached_tokens,
        usage.cost_micros,
        usage.estimated,
        step.started_at,
        step.first_token_at,
        step.finished_at,
        step.finish_reason,
        run.epoch,
    )


async def fail_orphans(conn: Connection, now: datetime) -> list[UUID]:
    """Fail the runs whose lease ran out: their process is gone. Returns their ids."""
    return [record["id"] for record in await conn.fetch(_SQL["fail_orphans"], now)]
