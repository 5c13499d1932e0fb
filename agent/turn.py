"""A turn: a shopper's message comes in, and the answer to be made is laid down with it in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from agent.job import Job, branch_to
from storage import messages, parts, runs, turns
from storage.ai_options import AiOptions
from storage.chats import Chat
from storage.clock import Clock
from storage.database import Connection
from storage.errors import Conflict, Invalid, NotFound
from storage.messages import Message
from storage.parts import FilePart, TextPart
from storage.people import Person
from storage.runs import Run
from storage.turns import Opened, Rows, Said

_TITLE_LENGTH = 80


WhenBusy = Literal["reject", "interrupt", "enqueue"]
"""What becomes of a message to a chat that is being answered: refused, put in the answer's place, or answered next."""


class RunInProgress(Conflict):
    """The chat is being answered; wait for that run or stop it."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(f"The chat is being answered by run {run_id}; wait for it or stop it.")
        self.run_id = run_id


@dataclass(frozen=True, slots=True)
class Question:
    """A shopper's message as the client has it."""

    name: str
    parts: tuple[TextPart | FilePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for: an answer to a new message, to an edited one, or another answer to an old one.

    A regenerate may bring the `question` that is to be answered; it counts only where we never got it, because the
    request that brought it failed. `api_key_id` is the key the request came with.
    """

    chat: str
    trigger: Literal["submit-message", "regenerate-message"]
    message: str | None
    parts: tuple[TextPart | FilePart, ...]
    store_id: UUID | None
    base_url: str
    when_busy: WhenBusy = "reject"
    question: Question | None = None
    api_key_id: UUID | None = None

    @property
    def title(self) -> str:
        """What a chat that begins with this is called."""
        said = self.question.parts if self.question else self.parts
        return next((part.text for part in said if isinstance(part, TextPart)), "")[:_TITLE_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A run laid down with its `options`, or the one that was there already: the same message came again."""

    run: Run
    answer: Message
    store_id: UUID | None
    options: AiOptions | None = None

    @property
    def is_new(self) -> bool:
        """Whether the run was laid down just now."""
        return self.options is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who will make the answer, and for how long that is believed without a sign of life."""

    owner: str
    lasts: timedelta


OptionsFor = Callable[[UUID | None], Awaitable[AiOptions]]
"""What an answer in a chat about this store is made with."""


Foreseen = Callable[[Job], None]
"""Told of an answer as soon as nothing more has to be read for it; its rows have not been written then."""


async def lay_down(
    conn: Connection,
    person: Person,
    asked: Asked,
    options_for: OptionsFor,
    lease: Lease,
    clock: Clock,
    foreseen: Foreseen | None = None,
) -> Turn:
    """Insert message, answer, options and run; the caller holds the transaction.

    `foreseen` is told of the job where there is one to be made now. Whatever is raised after it undoes the turn.

    Raises NotFound for another person's chat, RunInProgress while the chat is being answered, Invalid, and whatever
    `options_for` raises.
    """
    opened = await turns.open_(conn, asked.chat, person.user_id, asked.store_id, asked.title)
    chat = opened.chat
    asked = await _as_heard(conn, chat, asked)
    known = await messages.find(conn, chat.id, asked.message) if asked.message and not opened.is_new else None
    if asked.trigger == "submit-message" and known is not None:
        again = await _same(conn, known, asked)
        if again is not None:
            return Turn(run=again, answer=await _answer(conn, again), store_id=chat.store_id)
    active = None if opened.is_new else await runs.active(conn, chat.id)
    if active is not None and asked.when_busy != "enqueue":
        raise RunInProgress(active.id)
    if asked.trigger == "submit-message":
        question = await _question(conn, opened, known, asked)
        said: Said | None = (question, asked.parts)
    else:
        question, said = await _asked_before(conn, chat, known), None
    options, now = await options_for(chat.store_id), clock()
    turn = _turn(opened, person, asked, question, options, now, waits=active is not None)
    if foreseen is not None and turn.run.state == "running":
        foreseen(await _job(conn, turn, options, person, said))
    await turns.lay_down(
        conn,
        Rows(
            question=said,
            answer=turn.answer,
            options=options,
            run=turn.run,
            owner=lease.owner,
            now=now,
            lease_until=now + lease.lasts,
            api_key_id=asked.api_key_id,
        ),
    )
    return turn


def _turn(
    opened: Opened,
    person: Person,
    asked: Asked,
    question: Message,
    options: AiOptions,
    now: datetime,
    *,
    waits: bool,
) -> Turn:
    answer = Message(
        id=opened.answer_id,
        chat_id=opened.chat.id,
        parent_id=question.id,
        public_id=str(opened.answer_id),
        role="assistant",
        metadata={"createdAt": now.isoformat(), "model": options.model},
        created_at=opened.began_at,
    )
    run = Run(
        id=opened.run_id,
        chat_id=opened.chat.id,
        message_id=answer.id,
        user_message_id=question.id,
        session_id=person.session_id,
        base_url=asked.base_url,
        state="queued" if waits else "running",
        epoch=1,
        attempts=0 if waits else 1,
        retractions=(),
        finish_reason=None,
        error_code=None,
        error_text=None,
        error_retry=None,
    )
    return Turn(run=run, answer=answer, store_id=opened.chat.store_id, options=options)


async def _job(conn: Connection, turn: Turn, options: AiOptions, person: Person, said: Said | None) -> Job:
    """`said` is the message it answers where that is new; the rows know what was said before it."""
    last = turn.run.user_message_id if said is None else said[0].parent_id
    before = await branch_to(conn, last) if last is not None else ()
    return Job(
        run=turn.run,
        answer=turn.answer,
        options=options,
        person=person,
        store_id=turn.store_id,
        branch=[*before, said] if said is not None else before,
    )


async def _as_heard(conn: Connection, chat: Chat, asked: Asked) -> Asked:
    """A regenerate whose question never got here is the first time it is asked."""
    question = asked.question
    if question is None or await messages.find(conn, chat.id, question.name) is not None:
        return asked
    return replace(asked, trigger="submit-message", message=question.name, parts=question.parts, question=None)


async def _same(conn: Connection, known: Message, asked: Asked) -> Run | None:
    """The run that answers this message, if it says what it said before; an edit says something else."""
    if known.role != "user":
        raise Invalid("This message is an answer; send a message of the shopper's.", field="messages")
    if await parts.of_message(conn, known.id) != asked.parts:
        return None
    return await runs.answering(conn, known.id)


async def _answer(conn: Connection, run: Run) -> Message:
    answer = await messages.get(conn, run.message_id)
    if answer is None:
        raise NotFound("The answer to this message is gone.")
    return answer


async def _question(conn: Connection, opened: Opened, known: Message | None, asked: Asked) -> Message:
    """The message as its row will have it; one that is edited makes room for it."""
    parent_id = opened.chat.leaf_id
    if known is not None:
        parent_id = known.parent_id
        await messages.supersede(conn, known.id)
    return Message(
        id=opened.question_id,
        chat_id=opened.chat.id,
        parent_id=parent_id,
        public_id=asked.message or str(opened.question_id),
        role="user",
        metadata={},
        created_at=opened.began_at,
    )


async def _asked_before(conn: Connection, chat: Chat, known: Message | None) -> Message:
    target = known if known is not None else await messages.get(conn, chat.leaf_id) if chat.leaf_id else None
    if target is not None and target.role == "assistant" and target.parent_id is not None:
        target = await messages.get(conn, target.parent_id)
    if target is None or target.role != "user":
        raise NotFound("There is no answer in this chat to make again.")
    return target
