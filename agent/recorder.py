"""What a run makes, held in memory as parts: seen by readers at once, written by the flusher soon after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from agent import recovery
from agent.flusher import Flusher
from agent.reader import View
from agent.signal import Signal
from agent.tee import StepUsage
from agent.tool_outcome import Outcome
from storage import parts
from storage.clock import Clock
from storage.database import Connection
from storage.parts import SETTLED, Approval, Json, Part, PartRow, ReasoningPart, TextPart, ToolPart
from storage.runs import Fenced, Run, RunEnd, RunStep, Usage
from storage.text import storable, storable_json


class Recorder:
    """The parts of one run. Implements `agent.tee.Tee`, so a model's deltas land here as they are parsed."""

    def __init__(
        self,
        run: Run,
        message_id: str,
        metadata: Mapping[str, Json],
        flusher: Flusher,
        clock: Clock,
        kept: Sequence[Part] = (),
        steps: Sequence[RunStep] = (),
        laid_down: asyncio.Event | None = None,
    ) -> None:
        self.run = run
        self.step = kept[-1].step if kept else -1
        self.steps: list[RunStep] = list(steps)
        self.lost = False
        self.refused = False
        self._flusher = flusher
        self._clock = clock
        self._laid_down = laid_down
        self._parts: list[Part] = list(kept)
        self._durable: list[Part] = list(kept)
        self._facts: list[Part] = list(kept)
        self._dirty: set[int] = set()
        self._unsaved: list[RunStep] = []
        self._calls: dict[int, int] = {}
        self.changes = Signal()
        self._settling = asyncio.Lock()
        self._ending = False
        self._view = View(
            message_id=message_id,
            start_metadata=metadata,
            parts=self._parts,
            facts=self._facts,
            retractions=run.retractions,
        )

    # What readers see

    def view(self) -> View:
        """The message as it stands now."""
        return self._view

    @property
    def parts(self) -> Sequence[Part]:
        return self._parts

    # What the model says (Tee)

    @property
    def laid_down(self) -> bool:
        """Whether the run's row has committed: before that nothing can be kept, and its lease is nobody's yet."""
        return self._laid_down is None or self._laid_down.is_set()

    async def ready(self) -> None:
        """Returns once it is laid down."""
        if self._laid_down is not None:
            await self._laid_down.wait()

    def step_started(self, model: str) -> None:
        """A model has begun to answer: calls of the step before that nobody ran could not be understood."""
        for order in self._calls.values():
            if (call := self._tool_at(order)).state == "input-streaming":
                self._put(replace(call, state="output-error", error_text="There is no such call.", closed=True))
        self.step += 1
        self._calls.clear()

    def text(self, delta: str) -> None:
        """Words for the reader."""
        if clean := storable(delta):
            self._say(TextPart, clean)

    def reasoning(self, delta: str) -> None:
        """Thoughts of the model."""
        if clean := storable(delta):
            self._say(ReasoningPart, clean)

    def tool_input(self, index: int, tool_call_id: str | None, name: str | None, delta: str) -> None:
        """The input of call number `index` of this response grows."""
        clean = storable(delta)
        order = self._calls.get(index)
        if order is None:
            self._close_words()
            order = self._calls[index] = len(self._parts)
            part = ToolPart(
                order=order,
                step=self.step,
                tool_call_id=storable(tool_call_id or ""),
                tool_name=storable(name or ""),
                input_text=clean,
            )
            self._put(part)
        elif clean:
            part = self._tool_at(order)
            self._put(replace(part, input_text=part.input_text + clean))

    def usage(self, used: StepUsage) -> None:
        """What the response used."""
        now = self._clock()
        began = now - timedelta(milliseconds=used.total_ms)
        first = used.first_token_ms
        step = RunStep(
            step=self.step,
            model=used.model,
            usage=Usage(
                input_tokens=used.input_tokens,
                output_tokens=used.output_tokens,
                reasoning_tokens=used.reasoning_tokens,
                cached_tokens=used.cached_tokens,
                cost_micros=used.cost,
            ),
            finish_reason=used.finish_reason,
            started_at=began,
            first_token_at=None if first is None else began + timedelta(milliseconds=first),
            finished_at=now,
        )
        self.steps.append(step)
        self._unsaved.append(step)

    def end(self) -> None:
        """The response is complete."""
        self._close_words()
        self._flusher.hurry()

    # What comes of tool calls

    async def called(self, call_id: str, name: str, tool_input: Mapping[str, Json]) -> ToolPart:
        """The call is whole and will run; returns once that is durable."""
        part = self._call(call_id) or self._announce(call_id, name)
        text = part.input_text or json.dumps(tool_input)
        part = replace(part, state="input-available", input=storable_json(tool_input), input_text=text)
        self._put(part)
        await self.flushed()
        return part

    async def settle(self, call_id: str, outcome: Outcome) -> None:
        """Record how a call came out; returns once that is durable."""
        async with self._settling:
            for part in self._settled(call_id, outcome):
                self._put(part)
        await self.flushed()

    async def settle_within(self, conn: Connection, call_id: str, outcome: Outcome) -> tuple[Part, ...]:
        """Write how a call came out inside the transaction of its effect; `publish` what this returns after commit.

        The caller holds `settling` from here to `publish`. Raises Fenced when another process holds the run.
        """
        return await self._save(conn, self._settled(call_id, outcome))

    async def ask_within(self, conn: Connection, call_id: str, action_id: UUID, shown: Part) -> tuple[Part, ...]:
        """Write that a call waits for a person, and what the page shows of it; the rest is as in `settle_within`."""
        call = replace(self._unsettled(call_id), state="approval-requested", approval=Approval(id=action_id))
        return await self._save(conn, self._followed(call, (shown,)))

    @property
    def settling(self) -> asyncio.Lock:
        """Held while parts that are not yet in memory are being written: they have taken their orders."""
        return self._settling

    async def reload(self, conn: Connection) -> None:
        """Take the parts as their rows have them, when it is not known whether a write has committed."""
        self.publish(await parts.of_message(conn, self.run.message_id))

    def output(self, call_id: str) -> Json:
        """What a call gave back; None while it has not."""
        part = self._call(call_id)
        return part.output if part is not None and part.state == "output-available" else None

    def asks_for(self, call_id: str) -> bool:
        """Whether a call waits for a person."""
        part = self._call(call_id)
        return part is not None and part.state == "approval-requested"

    @property
    def asks(self) -> bool:
        """Whether any call waits for a person."""
        return any(isinstance(part, ToolPart) and part.state == "approval-requested" for part in self._parts)

    def publish(self, settled: Iterable[Part]) -> None:
        """Show parts that have committed."""
        for part in settled:
            for line in (self._parts, self._durable):
                if part.order == len(line):
                    line.append(part)
                else:
                    line[part.order] = part
        self._count_facts()
        self.changes.give()

    def add(self, part: Part) -> None:
        """Append a part that stands on its own; its order and step are set here."""
        self._close_words()
        self._put(replace(part, order=len(self._parts), step=max(self.step, 0)))

    def settle_open(self, reason: str) -> None:
        """Close whatever is open: words end where they are, calls without an outcome fail with `reason`."""
        self._ending = True
        self._close_words()
        for part in list(self._parts):
            if isinstance(part, ToolPart) and part.state not in SETTLED and part.state != "approval-requested":
                self._put(replace(part, state="output-error", error_text=reason, closed=True))

    def total_usage(self) -> Usage:
        """What all steps used. A step cut short never told: its output is estimated, four characters a token."""
        usage = Usage()
        for step in self.steps:
            usage = usage.plus(step.usage)
        if self.step >= 0 and all(step.step != self.step for step in self.steps):
            usage = usage.plus(Usage(output_tokens=self._said_in(self.step) // 4, estimated=True))
        return usage

    # How it gets into rows

    def take(self) -> tuple[list[Part], list[PartRow]]:
        """The parts that differ from their rows, and the rows to write for them."""
        orders = sorted(self._dirty)
        self._dirty.clear()
        taken = [self._parts[order] for order in orders]
        return taken, [self._row(part, self._kept(part.order)) for part in taken]

    def take_steps(self) -> list[RunStep]:
        """The steps whose usage has not been written yet."""
        steps, self._unsaved = self._unsaved, []
        return steps

    def keep(self, taken: Iterable[Part]) -> None:
        """These have committed."""
        count, changed = len(self._durable), False
        for part in taken:
            if part.order == len(self._durable):
                self._durable.append(part)
            else:
                self._durable[part.order] = part
            # Words that only grow, which is most of what happens, make nothing a fact.
            changed = changed or part.closed or isinstance(part, ToolPart)
        if changed or len(self._durable) > count:
            self._count_facts()
        self.changes.give()

    def put_back(self, taken: Iterable[Part]) -> None:
        """These could not be written; they stay to be tried again."""
        self._dirty.update(part.order for part in taken)
        self._flusher.mark(self)

    def lose(self) -> None:
        """Another process holds the run: nothing more of this one will be written."""
        self.lost = True
        self._dirty.clear()
        self.changes.give()

    def refuse(self) -> None:
        """A part of it cannot be stored, now or later."""
        self.refused = True
        self.lose()

    def leave(self) -> None:
        """The run is over here. Readers who have not seen its end find it in the rows."""
        if self._view.ended is None:
            self.lose()

    async def flushed(self) -> None:
        """Returns once every part is durable as it stands now. Raises Fenced when that can no longer be."""
        count = len(self._parts)
        while not self.lost:
            seen = self.changes.count
            if all(self._kept(order) is self._parts[order] for order in range(count)):
                return
            self._flusher.hurry()
            await self.changes.beyond(seen)
        raise Fenced

    def finish(self, ended: RunEnd, metadata: Mapping[str, Json]) -> None:
        """The end of the run has committed."""
        self._view = replace(self._view, facts=self._durable, ended=ended, end_metadata=metadata)
        self.changes.give()

    # Small steps

    def _count_facts(self) -> None:
        self._facts[:] = recovery.remains(self._durable).kept

    def _said_in(self, step: int) -> int:
        said = 0
        for part in self._parts:
            if part.step == step and isinstance(part, TextPart | ReasoningPart):
                said += len(part.text)
            elif part.step == step and isinstance(part, ToolPart):
                said += len(part.input_text)
        return said

    def _kept(self, order: int) -> Part | None:
        return self._durable[order] if order < len(self._durable) else None

    def _row(self, part: Part, was: Part | None) -> PartRow:
        run = self.run
        return {
            **parts.row(part, was), "run_id": str(run.id), "epoch": run.epoch, "message_id": str(run.message_id)
        }  # fmt: skip

    def _say(self, kind: type[TextPart] | type[ReasoningPart], delta: str) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(last, kind) and not last.closed and last.step == self.step:
            self._put(kind(order=last.order, step=last.step, text=last.text + delta))
            return
        self._close_words()
        self._put(kind(order=len(self._parts), step=self.step, text=delta))

    def _close_words(self) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(last, TextPart | ReasoningPart) and not last.closed:
            self._put(replace(last, closed=True))

    def _announce(self, call_id: str, name: str) -> ToolPart:
        self._close_words()
        part = ToolPart(
            order=len(self._parts), step=self.step, tool_call_id=storable(call_id), tool_name=storable(name)
        )
        self._put(part)
        return part

    def _settled(self, call_id: str, outcome: Outcome) -> tuple[Part, ...]:
        call = self._unsettled(call_id)
        if outcome.error_text is None:
            call = replace(call, state="output-available", output=storable_json(outcome.output), closed=True)
        else:
            call = replace(call, state="output-error", error_text=storable(outcome.error_text), closed=True)
        return self._followed(call, outcome.parts)

    def _unsettled(self, call_id: str) -> ToolPart:
        call = self._call(call_id)
        if call is None:
            raise LookupError(f"no tool call {call_id} in this message")
        if self._ending:
            raise Fenced("The run has ended before the call came out.")
        return call

    def _followed(self, call: ToolPart, others: Iterable[Part]) -> tuple[Part, ...]:
        after = len(self._parts)
        return (call, *(replace(part, order=after + i, step=call.step) for i, part in enumerate(others)))

    async def _save(self, conn: Connection, settled: tuple[Part, ...]) -> tuple[Part, ...]:
        rows = [self._row(part, self._kept(part.order)) for part in settled]
        if self.run.id not in await parts.save(conn, rows):
            raise Fenced
        return settled

    def _call(self, call_id: str) -> ToolPart | None:
        clean = storable(call_id)
        for part in reversed(self._parts):
            if isinstance(part, ToolPart) and part.tool_call_id == clean:
                return part
        return None

    def _tool_at(self, order: int) -> ToolPart:
        part = self._parts[order]
        if not isinstance(part, ToolPart):
            raise TypeError(f"part {order} is no tool call")
        return part

    def _put(self, part: Part) -> None:
        if part.order == len(self._parts):
            self._parts.append(part)
        else:
            self._parts[part.order] = part
        self._dirty.add(part.order)
        self._flusher.mark(self)
        self.changes.give()
