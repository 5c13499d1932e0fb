"""What a reader saw end outlives the process that made it, wherever that one dies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import remote
from agent.chunks import Chunk
from agent.cursor import marked, restored
from agent.flusher import Flusher
from agent.reader import Reader, View
from agent.recorder import Recorder
from agent.recovery import remains
from agent.tool_outcome import Outcome
from storage.clock import utc_now
from storage.messages import Message
from storage.parts import Part, ReasoningPart, TextPart, ToolPart
from storage.runs import Run
from tests.support.ui_reducer import Reducer

RUN = Run(
    id=UUID(int=1), chat_id=UUID(int=2), message_id=UUID(int=3), user_message_id=UUID(int=4), session_id=None,
    base_url="", state="running", epoch=1, attempts=1, retractions=(), finish_reason=None, error_code=None,
    error_text=None, error_retry=None,
)  # fmt: skip
ANSWER = Message(RUN.message_id, RUN.chat_id, RUN.user_message_id, "m-1", "assistant", {}, utc_now())
STEPS = st.lists(
    st.lists(st.sampled_from(["text", "reasoning", "call 0", "call 1"]), min_size=1, max_size=6), min_size=1, max_size=3
)


@dataclass(slots=True)
class Idle:
    """In a flusher's place: writes nothing by itself."""

    def mark(self, source: object) -> None:
        pass

    def hurry(self) -> None:
        pass


@dataclass(slots=True)
class Life:
    """A run, its rows, and a reader of its process. `ended`: what the reader saw end, by part id or call."""

    recorder: Recorder
    reader: Reader = field(default_factory=Reader)
    rows: dict[int, Part] = field(default_factory=dict)
    unheard: list[list[Part]] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """What has changed commits; the process does not know yet."""
        taken, _ = self.recorder.take()
        self.rows |= {part.order: part for part in taken}
        self.unheard.append(taken)

    def hear(self) -> None:
        for taken in self.unheard:
            self.recorder.keep(taken)
        self.unheard.clear()

    def read(self) -> None:
        for chunk in self.reader.read(self.recorder.view()):
            match chunk:
                case {"type": "text-delta" | "reasoning-delta", "id": str(part), "delta": str(delta)}:
                    self.words[part] = self.words.get(part, "") + delta
                case {"type": "text-end" | "reasoning-end", "id": str(part)}:
                    self.ended[part] = self.words[part]
                case {"type": "tool-input-available" | "tool-output-available", "toolCallId": str(call)}:
                    self.ended[call] = str(chunk["type"])

    def left(self) -> Sequence[Part]:
        """What the next process would keep, were this one to die now."""
        return remains([self.rows[order] for order in sorted(self.rows)]).kept

    def lost(self) -> list[str]:
        """What a reader saw end and a take-over would take back."""
        kept = {str(part.order): part.text for part in self.left() if isinstance(part, TextPart | ReasoningPart)}
        for part in self.left():
            if isinstance(part, ToolPart) and part.input is not None:
                kept[part.tool_call_id] = f"tool-{'out' if part.closed else 'in'}put-available"
        return [one for one, said in self.ended.items() if kept.get(one) not in (said, "tool-output-available")]


async def _until_done(work: asyncio.Task[object], life: Life) -> None:
    while not work.done():
        await asyncio.sleep(0)
        life.write()
        life.hear()
    await work


@given(STEPS, st.data())
async def test_a_process_may_die_anywhere_and_nothing_is_lost_that_was_seen_to_end(
    steps: list[list[str]], data: st.DataObject
) -> None:
    life = Life(Recorder(RUN, "m-1", {}, cast("Flusher", Idle()), utc_now))

    def meanwhile() -> None:
        for move in data.draw(st.lists(st.sampled_from([life.write, life.hear, life.read]), max_size=3)):
            move()
            assert life.lost() == []

    for number, step in enumerate(steps):
        life.recorder.step_started("m")
        calls = {}
        for said in step:
            match said.split():
                case ["text"]:
                    life.recorder.text("word ")
                case ["reasoning"]:
                    life.recorder.reasoning("thought ")
                case [_, index]:
                    new = index not in calls
                    calls[index] = f"{number}-{index}"
                    life.recorder.tool_input(int(index), calls[index], "look", "{" if new else " ")
            meanwhile()
        life.recorder.end()
        meanwhile()
        for call in calls.values():
            await _until_done(asyncio.ensure_future(life.recorder.called(call, "look", {})), life)
            meanwhile()
        for call in calls.values():
            await _until_done(asyncio.ensure_future(life.recorder.settle(call, Outcome(output={}))), life)
            meanwhile()
    life.write()
    life.hear()
    life.read()
    assert life.lost() == []


THOUGHT = ReasoningPart(order=0, step=0, closed=True, text="Hm.")
WORDS = TextPart(order=1, step=0, closed=True, text="Let me look.")
CALL = ToolPart(order=2, step=0, tool_call_id="c", tool_name="look", input_text="{")
WHOLE = replace(CALL, input_text="{}", input={}, state="input-available")
DONE = replace(WHOLE, state="output-available", output={}, closed=True)


def kinds(chunks: Sequence[Chunk]) -> list[object]:
    return [chunk["type"] for chunk in chunks]


def seen(*parts: Part, retractions: tuple[int, ...] = ()) -> View:
    return remote.view(replace(RUN, retractions=retractions), ANSWER, list(parts))


def test_words_of_a_step_end_once_nothing_takes_the_step_back() -> None:
    reader = Reader()
    assert kinds(reader.read(seen(THOUGHT, WORDS, CALL))) == [
        "start", "start-step", "reasoning-start", "reasoning-delta", "text-start", "text-delta", "tool-input-start",
        "tool-input-delta",
    ]  # fmt: skip
    assert kinds(reader.read(seen(THOUGHT, WORDS, WHOLE))) == [
        "reasoning-end", "text-end", "tool-input-delta", "tool-input-available",
    ]  # fmt: skip


def test_the_last_words_of_an_answer_end_with_their_row() -> None:
    reader = Reader()
    reader.read(seen(THOUGHT, replace(WORDS, closed=False)))
    assert kinds(reader.read(seen(THOUGHT, WORDS))) == ["reasoning-end", "text-end"]


@pytest.mark.parametrize("resets", [True, False])
def test_a_step_made_again_is_told_again_and_the_message_is_the_same(resets: bool) -> None:
    """A reader in the middle of a call; its words had closed. The next process says other words."""
    page, reader = Reducer(), Reader(resets=resets)
    got = marked(reader, seen(THOUGHT, WORDS, CALL), "m")
    page.feed(chunk for chunk, _ in got)
    assert not any(str(chunk["type"]).endswith("-end") for chunk, _ in got)
    other = replace(WORDS, order=0, text="Once more.")
    again = seen(other, replace(DONE, order=1), retractions=(0,))
    place = got[-1][1]
    assert place is not None
    rest = marked(restored(place, again, resets=resets), again, "m")
    assert rest[0][0]["type"] == ("reset-step" if resets else "start")
    fresh = Reducer().feed(Reader().read(again)).message
    if resets:
        page.message["parts"], page._open = [{"type": "step-start"}], {}
        page.feed(chunk for chunk, _ in rest[1:])
    else:
        page = Reducer().feed(chunk for chunk, _ in rest)
    for message in (page.message, fresh):
        for part in message["parts"]:
            part.pop("rawInput", None)
    assert page.message == fresh
