"""A message that interrupts waits for what it stops, and not for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid4

import pytest

from agent.turn import RunInProgress
from api.answering import interrupting
from storage.runs import Run

PATIENCE = 5.0


@dataclass
class Chat:
    """A chat that runs answer in turn, and a clock that only a stop moves: how each came out and how long it took."""

    stops: list[tuple[Literal["running", "stopped"], float]]
    now: float = 100.0
    given: list[float] = field(default_factory=list)

    async def begin(self) -> str:
        if len(self.given) < len(self.stops):
            raise RunInProgress(uuid4())
        return "begun"

    async def stop(self, run_id: UUID, patience: float) -> Run | None:
        state, took = self.stops[len(self.given)]
        self.given.append(patience)
        self.now += min(took, patience)
        return RUN_OF[state]

    async def interrupted(self) -> str:
        return await interrupting(self.begin, self.stop, lambda: self.now, PATIENCE)


def run(state: Literal["running", "stopped"]) -> Run:
    return Run(
        id=uuid4(), chat_id=uuid4(), message_id=uuid4(), user_message_id=uuid4(), session_id=None, base_url="",
        state=state, epoch=1, attempts=1, retractions=(),
        finish_reason=None, error_code=None, error_text=None, error_retry=None,
    )  # fmt: skip


RUN_OF = {"running": run("running"), "stopped": run("stopped")}


async def test_a_run_that_does_not_stop_is_waited_for_once() -> None:
    chat = Chat([("running", 9)] * 30)
    with pytest.raises(RunInProgress):
        await chat.interrupted()
    assert (chat.given, chat.now) == ([5.0], 105.0)


async def test_stops_that_come_back_early_share_one_patience() -> None:
    chat = Chat([("running", 2)] * 30)
    with pytest.raises(RunInProgress):
        await chat.interrupted()
    assert (chat.given, chat.now) == ([5.0, 3.0, 1.0], 105.0)


async def test_each_run_that_ended_gives_the_next_one_as_long() -> None:
    chat = Chat([("stopped", 4), ("running", 1), ("stopped", 3), ("stopped", 4)])
    assert await chat.interrupted() == "begun"
    assert (chat.given, chat.now) == ([5.0, 5.0, 4.0, 5.0], 112.0)


async def test_others_that_come_between_are_stopped_so_many_times_only() -> None:
    chat = Chat([("stopped", 0)] * 30)
    with pytest.raises(RunInProgress):
        await chat.interrupted()
    assert len(chat.given) == 20
