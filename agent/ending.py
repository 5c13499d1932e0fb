"""The end of a run: whatever is open is closed, what went wrong becomes a part, and the row says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from agent.notices import WAITING, grew
from agent.recorder import Recorder
from storage import messages, notices, runs
from storage.clock import Clock
from storage.database import CONNECTION_LOST, Database
from storage.errors import Busy
from storage.parts import DataPart, Json
from storage.runs import Fenced, FinishReason, RunEnd

_FINISH_REASONS: Mapping[str, FinishReason] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content-filter",
    "tool_call": "tool-calls",
    "error": "error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run came out, before it is written."""

    state: Literal["waiting", "finished", "stopped", "failed"]
    finish_reason: FinishReason
    error_code: str | None = None
    error_text: str | None = None
    error_retry: bool | None = None


def finished(reason: str | None) -> Outcome:
    """The model had nothing more to say; `reason` as pydantic-ai names it."""
    return Outcome(state="finished", finish_reason=_FINISH_REASONS.get(reason or "stop", "other"))


def failed(code: str, text: str, *, retry: bool) -> Outcome:
    """It went wrong; `text` is for the shopper, `retry` whether asking again makes sense."""
    return Outcome(state="failed", finish_reason="error", error_code=code, error_text=text, error_retry=retry)


def failed_before(content: Mapping[str, Json]) -> Outcome:
    """It had gone wrong, and said so, before its process was gone."""
    return failed(str(content["code"]), str(content["message"]), retry=bool(content["retry"]))


def waiting() -> Outcome:
    """A person has to confirm a call before the answer goes on."""
    return Outcome(state="waiting", finish_reason="tool-calls")


def stopped() -> Outcome:
    """Somebody stopped it."""
    return Outcome(state="stopped", finish_reason="other")


async def end(database: Database, recorder: Recorder, outcome: Outcome, clock: Clock) -> None:
    """Close the parts, then set the end of the run. Raises Fenced."""
    async with recorder.settling:
        recorder.settle_open("The call was broken off.")
    if outcome.state == "failed" and not _says_error(recorder):
        content: Mapping[str, Json] = {
            "code": outcome.error_code, "message": outcome.error_text, "retry": outcome.error_retry
        }  # fmt: skip
        recorder.add(DataPart(order=0, step=0, name="error", content=content))
    await recorder.flushed()
    ended = RunEnd(
        state=outcome.state,
        finish_reason=outcome.finish_reason,
        usage=recorder.total_usage(),
        error_code=outcome.error_code,
        error_text=outcome.error_text,
        error_retry=outcome.error_retry,
    )
    await _write(database, recorder, ended, clock())
    recorder.finish(ended, end_metadata(ended))
    await _tell(database, recorder)


def _says_error(recorder: Recorder) -> bool:
    last = recorder.parts[-1] if recorder.parts else None
    return isinstance(last, DataPart) and last.name == "error"


@retry(
    retry=retry_if_exception_type((*CONNECTION_LOST, Busy)),
    wait=wait_random_exponential(multiplier=0.1, max=2),
    stop=stop_after_delay(60),
    reraise=True,
)
async def _write(database: Database, recorder: Recorder, ended: RunEnd, now: datetime) -> None:
    async with database.transaction() as conn:
        if not await runs.end(conn, recorder.run, ended, now):
            found = await runs.of_message(conn, recorder.run.message_id)
            if found is None or found.epoch != recorder.run.epoch or found.state != ended.state:
                raise Fenced
            return
        await messages.describe(conn, recorder.run.message_id, end_metadata(ended))
        for step in recorder.steps:
            await runs.add_step(conn, recorder.run, step)


async def _tell(database: Database, recorder: Recorder) -> None:
    """Other processes' readers see the end, and a run that waited for this one begins; a lost notice costs latency.

    What queues up after this has looked says so itself, once it has committed.
    """
    with suppress(*CONNECTION_LOST, Busy):
        async with database.connection() as conn:
            for payload in grew([recorder.run.message_id]):
                await notices.send(conn, payload)
            if await runs.any_queued(conn, recorder.run.chat_id):
                await notices.send(conn, WAITING)


def end_metadata(ended: RunEnd) -> Mapping[str, Json]:
    """What the message says of itself once it is over."""
    usage = ended.usage
    return {
        "state": ended.state,
        "finishReason": ended.finish_reason,
        "usage": {
            "inputTokens": usage.input_tokens,
            "outputTokens": usage.output_tokens,
            "reasoningTokens": usage.reasoning_tokens,
            "cachedInputTokens": usage.cached_tokens,
            "costMicros": usage.cost_micros,
            "estimated": usage.estimated,
        },
    }
