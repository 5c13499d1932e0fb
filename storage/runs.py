"""Runs: one answer being made. The row says who makes it (a lease with an epoch), how it stands and what it used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from asyncpg import Record

from storage import sql
from storage.database import Connection
from storage.errors import Conflict

_SQL = sql.load(__file__)

MAX_ATTEMPTS = 4
"""The first owner and three take-overs."""

_USAGE = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "cost_micros")

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
    """A run as its row has it; `epoch` fences every write of the process that holds the lease.

    Each take-over counts the epoch up by one and adds to `retractions` the order of the first part it took back.
    """

    id: UUID
    chat_id: UUID
    message_id: UUID
    user_message_id: UUID
    session_id: UUID | None
    base_url: str
    state: RunState
    epoch: int
    attempts: int
    retractions: tuple[int, ...]
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


def from_record(record: Mapping[str, Any]) -> Run:
    """The run a row of `runs` holds."""
    return Run(**{**record, "retractions": tuple(record["retractions"])})


def _maybe(record: Record | None) -> Run | None:
    return None if record is None else from_record(dict(record))


async def active(conn: Connection, chat_id: UUID) -> Run | None:
    """The chat's run that is running now."""
    return _maybe(await conn.fetchrow(_SQL["active"], chat_id))


async def any_queued(conn: Connection, chat_id: UUID) -> bool:
    """Whether a run of the chat waits for its turn."""
    found: bool = await conn.fetchval(_SQL["any_queued"], chat_id)
    return found


async def get(conn: Connection, run_id: UUID) -> Run | None:
    """A run by its id."""
    return _maybe(await conn.fetchrow(_SQL["get"], run_id))


async def of_message(conn: Connection, message_id: UUID) -> Run | None:
    """The run that makes or made this answer."""
    return _maybe(await conn.fetchrow(_SQL["of_message"], message_id))


async def answering(conn: Connection, user_message_id: UUID) -> Run | None:
    """The latest run that answers this message of a shopper."""
    return _maybe(await conn.fetchrow(_SQL["answering"], user_message_id))


async def lock(conn: Connection, run_id: UUID) -> int | None:
    """Wait until no other transaction writes parts of the run; none can until this one is over. Returns its epoch."""
    epoch: int | None = await conn.fetchval(_SQL["lock"], run_id)
    return epoch


async def extend(conn: Connection, owner: str, run_ids: list[UUID], lease_until: datetime) -> frozenset[UUID]:
    """Keep the leases `owner` holds on these runs until `lease_until`; returns those it still holds."""
    records = await conn.fetch(_SQL["extend"], owner, run_ids, lease_until)
    return frozenset(record["id"] for record in records)


async def request_stop(conn: Connection, run_id: UUID, now: datetime) -> None:
    """Ask whoever holds the run to stop it; one that still waits for its turn is stopped at once."""
    await conn.execute(_SQL["request_stop"], run_id, now)


async def to_stop(conn: Connection, owner: str) -> list[UUID]:
    """The runs of `owner` that somebody asked to stop."""
    return [record["id"] for record in await conn.fetch(_SQL["to_stop"], owner)]


async def take_over(
    conn: Connection, owner: str, now: datetime, lease_until: datetime, held: Sequence[UUID] = ()
) -> Run | None:
    """Take one run whose lease ran out, or one whose turn has come, under a new epoch. None when there is none.

    Runs that are `held` are not taken: their owner, this one, lives and was only kept from saying so.

    The caller holds the transaction, and in it takes back the parts of the unfinished step (`retract`).
    """
    return _maybe(await conn.fetchrow(_SQL["take_over"], owner, now, lease_until, list(held)))


async def retract(conn: Connection, run: Run, order: int) -> None:
    """Take back the parts from `order` on, for good."""
    await conn.execute(_SQL["retract"], run.id, run.message_id, order)


async def reopen(conn: Connection, message_id: UUID) -> Run | None:
    """Hold a run that is over, to write what became of a call that waited; None while it is being made.

    The caller holds the transaction, and in it ends with `rest` or `go_on`.
    """
    return _maybe(await conn.fetchrow(_SQL["reopen"], message_id))


async def rest(conn: Connection, run_id: UUID, state: RunState) -> None:
    """Let a reopened run be over, in this state."""
    await conn.execute(_SQL["rest"], run_id, state)


async def go_on(
    conn: Connection, run_id: UUID, owner: str, lease_until: datetime, api_key_id: UUID | None = None
) -> Run:
    """Let a reopened run be made on, by `owner`, as if it had just begun, and as if asked with that API key."""
    [record] = await conn.fetch(_SQL["go_on"], run_id, owner, lease_until, api_key_id)
    return from_record(dict(record))


async def told(conn: Connection, message_id: UUID, now: datetime) -> None:
    """Note that a reader has had this answer, if it has ended, to its end."""
    await conn.execute(_SQL["told"], message_id, now)


async def untold(conn: Connection, message_id: UUID) -> bool:
    """Whether this is an answer that has ended and that no reader has had to its end."""
    found: bool = await conn.fetchval(_SQL["untold"], message_id)
    return found


async def hand_back(conn: Connection, owner: str, run_ids: list[UUID], now: datetime) -> None:
    """Let another process take these runs at once; the attempt is not counted."""
    await conn.execute(_SQL["hand_back"], owner, run_ids, now)


async def give_up(conn: Connection, run: Run, code: str, text: str, now: datetime, *, retry: bool) -> None:
    """Leave a run that cannot be made on: it is taken over at once, to be ended with this error."""
    await conn.execute(_SQL["give_up"], run.id, run.epoch, code, text, retry, now)


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


async def steps(conn: Connection, run_id: UUID) -> list[RunStep]:
    """What the requests of the run have used so far, in order."""
    return [
        RunStep(
            step=record["step"],
            model=record["model"],
            usage=Usage(**{name: record[name] for name in _USAGE}, estimated=record["estimated"]),
            finish_reason=record["finish_reason"],
            started_at=record["started_at"],
            first_token_at=record["first_token_at"],
            finished_at=record["finished_at"],
        )
        for record in await conn.fetch(_SQL["steps"], run_id)
    ]
