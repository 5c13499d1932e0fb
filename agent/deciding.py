"""A person's yes or no to an action: its effect, its row, its part and how the answer goes on, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

from agent import door, job
from agent.job import Job
from agent.turn import Lease, RunInProgress
from storage import actions, audit, chats, messages, parts, runs
from storage.actions import Action, Outcome
from storage.audit import Cause
from storage.chats import Chat
from storage.clock import Clock
from storage.database import Connection
from storage.embedder import Embedder
from storage.errors import CartwrightError, Conflict, NotFound
from storage.messages import Message
from storage.parts import Approval, Json, Part, ToolPart
from storage.people import Person
from storage.runs import Run, RunState
from storage.text import storable, storable_json
from tools import confirmation
from tools.confirmation import CHANGED, EXPIRED, NOTHING, QuoteChanged
from tools.context import ToolContext
from tools.quote import Change
from tools.tool import Tool

_LONGEST_REASON = 1000


class AlreadyDecided(Conflict):
    """The action was decided the other way; nothing can change that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that is taken from whoever decides."""

    action_id: UUID
    approved: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shop:
    embedder: Embedder
    clock: Clock
    base_url: str = ""
    cause: Cause = field(default_factory=Cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(_Shop):
    """What it takes to carry an action out, and who would make the answer on."""

    tools: Mapping[str, Tool]
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The action as it stands now; `again` asks in its place. `job` is there where the answer goes on: submit it."""

    action: Action
    again: Action | None = None
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class _Came:
    """How an action came out, before it is written."""

    outcome: Outcome
    result: Mapping[str, Json] | None = None
    reason: str | None = None
    output: Json = None
    error_text: str | None = None
    follow: tuple[Part, ...] = ()
    changed: QuoteChanged | None = None

    @property
    def changes(self) -> Sequence[Change]:
        return () if self.changed is None else self.changed.changes


async def decide(conn: Connection, person: Person, said: Said, desk: Desk) -> Decided:
    """Confirm or decline an action of this person's, once; the caller holds the transaction.

    Decided already, it is told as it came out, also to one who says otherwise now: see `same_way`. A refusal of the
    tool is an outcome. Raises NotFound, RunInProgress while the answer that asked is still being made, and whatever
    is nobody's decision (Busy, faults): then nothing has happened and the same may be asked again.
    """
    asked = await actions.get(conn, said.action_id, person.user_id)
    place = None
    if asked.outcome is None and asked.message_id is not None:
        place = await _Place.open(conn, asked.message_id)
    action = await actions.lock(conn, asked.id, person.user_id)
    if action.outcome is not None:
        if place is not None:
            await place.leave(conn)
        return Decided(action=action, again=await actions.replacement(conn, action.id))
    ctx = _context(conn, person, action, desk, place)
    came = await _came(ctx, action, said, desk)
    settled, again = await _settle(ctx, action, came, place)
    going = None if place is None else await place.go_on_or_rest(conn, person, desk)
    return Decided(action=settled, again=again, job=going)


def same_way(decided: Decided, approved: bool) -> None:
    """Raises AlreadyDecided where the action was decided the other way before."""
    if (decided.action.outcome == "rejected") == approved and decided.action.outcome != "expired":
        raise AlreadyDecided


async def expire(conn: Connection, action: Action, embedder: Embedder, clock: Clock) -> bool:
    """Settle an action that nobody answered in time; False where somebody else is at it. The answer does not go on."""
    place = None
    if action.message_id is not None:
        try:
            place = await _Place.open(conn, action.message_id)
        except (RunInProgress, NotFound):
            return False
    current = await actions.lock(conn, action.id, action.user_id)
    if current.outcome is None:
        person = Person(action.user_id, None, is_anonymous=False, role="user")
        shop = _Shop(embedder=embedder, clock=clock)
        ctx = _context(conn, person, current, shop, place)
        await _settle(ctx, current, _Came("expired", reason=EXPIRED), place, decided=False)
    if place is not None:
        await place.rest(conn)
    return True


async def _came(ctx: ToolContext, action: Action, said: Said, desk: Desk) -> _Came:
    reason = storable(said.reason, _LONGEST_REASON) if said.reason else None
    if action.state(ctx.clock()) == "expired":
        return _Came("expired", reason=EXPIRED)
    if not said.approved:
        return _Came("rejected", reason=reason)
    tool = desk.tools.get(action.action_type)
    if tool is None:
        return _failed("not-found", "There is no such tool any more.")
    try:
        # A savepoint: what the tool refuses has had no effect, and is written down all the same.
        async with ctx.conn.transaction():
            done = await confirmation.carry_out(ctx, tool, action)
    except CartwrightError as error:
        if error.retry or error.actor == "operator":
            raise
        return _failed(error.code, door.sentence(error))
    if isinstance(done, QuoteChanged):
        told = [{"fact": one.fact, "before": one.before, "after": one.after} for one in done.changes]
        return _Came("changed", result={"changes": told}, error_text=f"{NOTHING} {CHANGED}", changed=done)
    output = storable_json(cast("Json", done.output))
    return _Came("executed", result={"output": output}, output=output, follow=door.follow(done), reason=reason)


def _failed(code: str, detail: str) -> _Came:
    return _Came("failed", result={"error": {"code": code, "detail": detail}}, error_text=detail)


async def _settle(
    ctx: ToolContext, action: Action, came: _Came, place: _Place | None, *, decided: bool = True
) -> tuple[Action, Action | None]:
    now, by = ctx.clock(), ctx.person.user_id if decided else None
    settled = await actions.settle(
        ctx.conn, action.id, came.outcome, now, decided_by=by, result=came.result, reason=came.reason
    )
    if settled is None:
        raise AlreadyDecided
    if decided and came.outcome != "expired":
        entry = audit.Entry(
            entity_type="action",
            entity_id=action.id,
            action=came.outcome,
            before={"state": "pending"},
            after={"state": came.outcome, "tool": action.action_type},
        )
        await audit.record(ctx.conn, ctx.person, entry, ctx.cause)
    again = None if came.changed is None else await confirmation.ask_again(ctx, settled, came.changed)
    if place is not None:
        await place.write(ctx, settled, came, again)
    return settled, again


def _context(conn: Connection, person: Person, action: Action, shop: _Shop, place: _Place | None) -> ToolContext:
    call = place.call(action.id) if place is not None else None
    return ToolContext(
        conn=conn,
        person=person,
        store_id=action.store_id,
        embedder=shop.embedder,
        clock=shop.clock,
        base_url=shop.base_url if place is None else place.run.base_url,
        cause=replace(
            shop.cause,
            message_id=action.message_id,
            tool_call_id=call.tool_call_id if call is not None else None,
            action_id=action.id,
        ),
    )


@dataclass(slots=True)
class _Place:
    """The answer that asked: its chat is locked, its run is over and held under an epoch of this transaction's own."""

    chat: Chat
    message: Message
    run: Run
    before: RunState
    parts: list[Part]

    @classmethod
    async def open(cls, conn: Connection, message_id: UUID) -> _Place:
        """Raises NotFound, and RunInProgress while it is being made."""
        message = await messages.get(conn, message_id)
        chat = await chats.lock(conn, message.chat_id) if message is not None else None
        found = await runs.of_message(conn, message_id)
        if message is None or chat is None or found is None:
            raise NotFound("The answer that asked is gone.")
        await runs.lock(conn, found.id)
        held = await runs.of_message(conn, message_id)
        run = await runs.reopen(conn, message_id)
        if held is None or run is None:
            raise RunInProgress(found.id)
        return cls(chat, message, run, held.state, list(await parts.of_message(conn, message_id)))

    def call(self, action_id: UUID) -> ToolPart | None:
        """The tool call that waits for this action."""
        for part in self.parts:
            if isinstance(part, ToolPart) and part.approval is not None and part.approval.id == action_id:
                return part
        return None

    async def write(self, ctx: ToolContext, action: Action, came: _Came, again: Action | None) -> None:
        """Settle the call that waited, and say so on the page; where the action is asked for again, so is the call."""
        call = self.call(action.id)
        if call is None or call.state != "approval-requested":
            return
        grown: list[Part] = [_settled(call, came)]
        shown = [door.data_part(confirmation.action_part(action, ctx, call.tool_call_id, came.changes)), *came.follow]
        grown += [replace(part, order=len(self.parts) + at, step=call.step) for at, part in enumerate(shown)]
        if again is not None:
            order = len(self.parts) + len(shown)
            asks = replace(
                call, order=order, tool_call_id=f"{call.tool_call_id}-{again.id.hex[-8:]}",
                approval=Approval(id=again.id),
            )  # fmt: skip
            part = door.data_part(confirmation.action_part(again, ctx, asks.tool_call_id, came.changes))
            grown += [asks, replace(part, order=order + 1, step=call.step)]
        await self._save(ctx.conn, call, grown)
        if again is not None:
            await actions.attach(ctx.conn, again.id, self.message.id, asks.tool_call_id)

    async def _save(self, conn: Connection, was: ToolPart, grown: Iterable[Part]) -> None:
        fence = {"run_id": str(self.run.id), "epoch": self.run.epoch, "message_id": str(self.message.id)}
        rows = [
            cast("parts.PartRow", {**parts.row(part, was if part.order == was.order else None), **fence})
            for part in grown
        ]
        await parts.save(conn, rows)

    async def go_on_or_rest(self, conn: Connection, person: Person, desk: Desk) -> Job | None:
        """Once nothing of it waits any more the answer goes on, unless the chat has gone on without it.

        Where a key for some stores decided, it goes on for that key; no other decision makes it tell more than before.
        """
        done = self.before == "waiting" and await actions.pending_of(conn, self.message.id) == 0
        if not done or self.chat.leaf_id != self.message.id or await runs.active(conn, self.chat.id) is not None:
            await self.rest(conn)
            return None
        key_id = desk.cause.api_key_id if person.for_stores else None
        run = await runs.go_on(conn, self.run.id, desk.lease.owner, desk.clock() + desk.lease.lasts, key_id)
        await messages.begin_again(conn, self.message.id)
        return await job.read(conn, run)

    async def rest(self, conn: Connection) -> None:
        """It is over as it was, or finished where it had waited and nothing of it does any more."""
        if self.before != "waiting" or await actions.pending_of(conn, self.message.id):
            await self.leave(conn)
            return
        await runs.rest(conn, self.run.id, "finished")
        await messages.describe(conn, self.message.id, {"state": "finished"})

    async def leave(self, conn: Connection) -> None:
        """It is over as it was."""
        await runs.rest(conn, self.run.id, self.before)


def _settled(call: ToolPart, came: _Came) -> ToolPart:
    approved = came.outcome in ("executed", "changed", "failed")
    reason = came.reason if call.approval is not None else None
    approval = replace(call.approval, approved=approved, reason=reason) if call.approval is not None else None
    call = replace(call, approval=approval, closed=True)
    match came.outcome:
        case "executed":
            return replace(call, state="output-available", output=came.output)
        case "changed" | "failed":
            return replace(call, state="output-error", error_text=came.error_text)
        case "rejected" | "expired":
            return replace(call, state="output-denied")
