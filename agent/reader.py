"""A reader is a cursor over the parts of a message: whatever they hold beyond it are its next chunks.

How far a part has been read is one number, its offset: 0 nothing, then 1 for its start, 1 for each character, 1 for
each later change of state. Growth is passed on as it is seen; a chunk that *ends* something waits until the row it
speaks of has committed and its step has come so far that no take-over takes it back: what a reader saw end stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from agent import chunks
from agent.chunks import Chunk, Metadata
from storage.parts import DataPart, FilePart, Part, ReasoningPart, SourceDocumentPart, SourceUrlPart, TextPart, ToolPart
from storage.runs import RunEnd

_AVAILABLE, _ASKED, _ANSWERED, _SETTLED = 1, 2, 3, 4

Grown: TypeAlias = tuple[Chunk, int]
"""A chunk, and the offset in its part after it."""


@dataclass(frozen=True, slots=True)
class View:
    """A message as it stands, by order from 0: `parts` as they are seen, `facts` what no take-over takes back of them.

    Facts have committed, and are what `recovery.remains` would keep, or all once the run has ended.
    Each take-over of the run has added to `retractions` the order from which it took parts back. `ended` is set once
    the end of the run has committed, and with it `end_metadata`.
    """

    message_id: str
    start_metadata: Metadata
    parts: Sequence[Part]
    facts: Sequence[Part]
    retractions: Sequence[int] = ()
    ended: RunEnd | None = None
    end_metadata: Metadata = field(default_factory=dict)


class Cut(Exception):
    """The reader's connection must break: a clean end would pass half an answer off as a whole one."""


class Retracted(Cut):
    """Parts this reader has had were taken back, and it cannot be told so."""


@dataclass(slots=True)
class Reader:
    """One reader of one message. `read` moves it as far as the view goes.

    One that `resumes` gets what is there already as a replay, in which a finished tool input is not announced again:
    `tool-input-available` makes the client call its `onToolCall`. One that `resets` knows the chunk `reset-step`. One
    that `joins` is in the step of the first part it looks at.
    """

    resumes: bool = False
    resets: bool = False
    started: bool = False
    finished: bool = False
    step: int | None = None
    offsets: list[int] = field(default_factory=list)
    done: int = 0
    retractions: int | None = None
    joins: bool = False

    def read(self, view: View) -> list[Chunk]:
        """The chunks from here to the end of what `view` holds; none when there is nothing new.

        Raises Retracted when parts it has had were taken back and it does not know `reset-step`.
        """
        return list(self.advance(view))

    def advance(self, view: View) -> Iterator[Chunk]:
        """The same one by one. With each chunk the reader stands right behind it, so that its place is exact."""
        replay = self.resumes and not self.started
        if not self.started:
            self.started = True
            yield chunks.start(view.message_id, view.start_metadata)
        yield from self._step_back(view)
        yield from self._read_parts(view, replay=replay)
        if view.ended is not None and self.done == len(view.parts) and not self.finished:
            self.finished = True
            yield from _ending(view.ended, view.end_metadata, in_step=self.step is not None)

    def has_had(self, order: int) -> bool:
        """Whether it has had anything of the part at `order`."""
        return len(self.offsets) > order and self.offsets[order] > 0

    def _step_back(self, view: View) -> Iterator[Chunk]:
        if self.retractions is None:
            self.retractions = len(view.retractions)
        taken_back = view.retractions[self.retractions :]
        self.retractions = len(view.retractions)
        if not taken_back or not self.has_had(min(taken_back)):
            return
        if not self.resets:
            raise Retracted
        del self.offsets[min(taken_back) :]
        self.done = min(self.done, len(self.offsets))
        yield chunks.RESET_STEP

    def _read_parts(self, view: View, *, replay: bool) -> Iterator[Chunk]:
        for order in range(self.done, len(view.parts)):
            part = view.parts[order]
            kept = view.facts[order] if order < len(view.facts) else None
            if self.joins:
                self.step, self.joins = part.step, False
            if part.step != self.step:
                if not self._may_enter(part, kept, order):
                    return
                if self.step is not None:
                    yield chunks.FINISH_STEP
                self.step = part.step
                self._reach(order)
                yield chunks.START_STEP
            self._reach(order)
            grown, offset = growth(part, kept, self.offsets[order], replay=replay)
            for chunk, after in grown:
                self.offsets[order] = after
                yield chunk
            self.offsets[order] = offset
            if offset == 0:
                self.offsets.pop()
                return
            if order == self.done and (view.ended is not None or is_over(part, kept)):
                self.done += 1

    def _may_enter(self, part: Part, kept: Part | None, order: int) -> bool:
        """Whether its step can begin: no part of the step before is still open, and the part can start."""
        return order == self.done and growth(part, kept, 0)[1] > 0

    def _reach(self, order: int) -> None:
        if order == len(self.offsets):
            self.offsets.append(0)


def behind(view: View, action_ids: Collection[str]) -> Reader:
    """A reader who has had the message up to where the first of these actions was settled, calls that waited included.

    It is told the message's `start` again, and then what has come since.
    """
    settled = _settled_at(view.parts)
    count = min((settled[one] for one in action_ids if one in settled), default=len(view.parts))
    reader = Reader(step=view.parts[count - 1].step if count else None)
    for part in view.parts[:count]:
        offset = growth(part, part, 0)[1]
        if isinstance(part, ToolPart) and part.approval is not None:
            waited = settled.get(str(part.approval.id), count) >= count
            offset = len(part.input_text) + 1 + _ASKED if waited else offset
            part = replace(part, closed=part.closed and not waited)
        reader.offsets.append(offset)
        if part.closed and reader.done == part.order:
            reader.done += 1
    return reader


def _settled_at(parts: Sequence[Part]) -> dict[str, int]:
    """Action -> the order of the first part that says how it came out."""
    found: dict[str, int] = {}
    for part in parts:
        match part:
            case DataPart(name="action", content={"id": str(action_id), "state": state}) if state != "pending":
                found.setdefault(action_id, part.order)
    return found


def is_over(part: Part, kept: Part | None) -> bool:
    """Whether nothing more can come of this part."""
    return part.closed and kept is not None and kept.closed


def growth(part: Part, kept: Part | None, offset: int, *, replay: bool = False) -> tuple[list[Grown], int]:
    """What `part` holds beyond `offset`, and the offset after it; `kept` is the part as it stays."""
    match part:
        case TextPart() | ReasoningPart():
            return _words(part, kept, offset)
        case ToolPart():
            return _tool_call(part, kept if isinstance(kept, ToolPart) else None, offset, replay=replay)
        case FilePart() | SourceUrlPart() | SourceDocumentPart() | DataPart():
            if offset or kept is None:
                return [], offset
            return [(_whole(part), 1)], 1
        case _:
            assert_never(part)


def _words(part: TextPart | ReasoningPart, kept: Part | None, offset: int) -> tuple[list[Grown], int]:
    is_text = isinstance(part, TextPart)
    part_id, end = str(part.order), len(part.text) + 2
    out: list[Grown] = []
    if offset == 0:
        starts = chunks.text_start if is_text else chunks.reasoning_start
        out.append((starts(part_id, part.provider_metadata), offset := 1))
    if offset - 1 < len(part.text):
        delta, said = chunks.text_delta if is_text else chunks.reasoning_delta, part.text[offset - 1 :]
        out.append((delta(part_id, said), offset := len(part.text) + 1))
    if offset < end and kept is not None and kept.closed:
        ends = chunks.text_end if is_text else chunks.reasoning_end
        out.append((ends(part_id, part.provider_metadata), offset := end))
    return out, offset


def _tool_call(part: ToolPart, kept: ToolPart | None, offset: int, *, replay: bool) -> tuple[list[Grown], int]:
    """Between two looks a call may have gone through several states; its whole input is told all the same."""
    out: list[Grown] = []
    if offset == 0:
        out.append((chunks.tool_input_start(part.tool_call_id, part.tool_name), offset := 1))
    said = offset - 1
    if said < len(part.input_text):
        delta = chunks.tool_input_delta(part.tool_call_id, part.input_text[said:])
        out.append((delta, offset := len(part.input_text) + 1))
    if kept is None:
        return out, offset
    base, stage = len(part.input_text) + 1, offset - len(part.input_text) - 1
    now = _stage(kept)
    if now > stage:
        out.extend((chunk, base + reached) for chunk, reached in _tool_states(kept, stage, now, replay=replay))
    return out, base + max(now, stage)


def _stage(part: ToolPart) -> int:
    match part.state:
        case "input-streaming":
            return 0
        case "input-available":
            return _AVAILABLE
        case "approval-requested":
            return _ASKED
        case "approval-responded":
            return _ANSWERED
        case "output-available" | "output-error" | "output-denied":
            return _SETTLED
        case _:
            assert_never(part.state)


def _tool_states(part: ToolPart, stage: int, now: int, *, replay: bool) -> list[Grown]:
    call_id, name = part.tool_call_id, part.tool_name
    out: list[Grown] = []
    if not replay and stage == 0 and part.input is not None:
        out.append((chunks.tool_input_available(call_id, name, part.input, part.provider_metadata), _AVAILABLE))
    if stage < _ASKED <= now and part.approval is not None:
        out.append((chunks.tool_approval_request(str(part.approval.id), call_id), _ASKED))
    match part.state:
        case "output-available":
            out.append((chunks.tool_output_available(call_id, part.output), _SETTLED))
        case "output-error" if part.input is None:
            error = chunks.tool_input_error(call_id, name, part.input_text, part.error_text or "")
            out.append((error, _SETTLED))
        case "output-error":
            out.append((chunks.tool_output_error(call_id, part.error_text or ""), _SETTLED))
        case "output-denied":
            out.append((chunks.tool_output_denied(call_id), _SETTLED))
        case "input-streaming" | "input-available" | "approval-requested" | "approval-responded":
            pass
        case _:
            assert_never(part.state)
    return out


def _whole(part: FilePart | SourceUrlPart | SourceDocumentPart | DataPart) -> Chunk:
    match part:
        case FilePart():
            return chunks.file(part.url, part.media_type, part.provider_metadata)
        case SourceUrlPart():
            return chunks.source_url(part.source_id, part.url, part.title, part.provider_metadata)
        case SourceDocumentPart():
            return chunks.source_document(
                part.source_id, part.media_type, part.title, part.filename, part.provider_metadata
            )
        case DataPart():
            return chunks.data(part.name, part.data_id, part.content)
        case _:
            assert_never(part)


def _ending(ended: RunEnd, metadata: Metadata, *, in_step: bool) -> list[Chunk]:
    close: list[Chunk] = [chunks.FINISH_STEP] if in_step else []
    match ended.state:
        case "finished" | "waiting":
            return [*close, chunks.finish(ended.finish_reason, metadata)]
        case "failed":
            told = [chunks.message_metadata(metadata), chunks.error(ended.error_text or "")]
            return [*told, *close, chunks.finish("error", {})]
        case "stopped":
            return [*close, chunks.message_metadata(metadata), chunks.abort("stopped")]
        case _:
            assert_never(ended.state)
