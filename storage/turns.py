"""A turn: the chat is opened, and what is asked in it is laid down with the answer to be made, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage import parts, sql
from storage.ai_options import AiOptions
from storage.chats import Chat
from storage.database import Connection
from storage.errors import NotFound
from storage.messages import Message
from storage.parts import Part
from storage.runs import Run

_SQL = sql.load(__file__)

Said = tuple[Message, Sequence[Part]]
"""A message with its parts."""

_OPENED = ("is_new", "question_id", "answer_id", "run_id", "began_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A chat, whether it was made for this, and the ids of the rows to come, so that they are known before they are."""

    chat: Chat
    is_new: bool
    question_id: UUID
    answer_id: UUID
    run_id: UUID
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a turn lays down. `question` is a new message with its parts, None where an old one is answered.

    A run that is running is `owner`'s from `now` to `lease_until`. `api_key_id` is the key that asks, if one does.
    """

    question: Said | None
    answer: Message
    options: AiOptions
    run: Run
    owner: str
    now: datetime
    lease_until: datetime
    api_key_id: UUID | None = None


async def open_(conn: Connection, public_id: str, user_id: UUID, store_id: UUID | None, title: str) -> Opened:
    """The person's chat of this name, made where there is none, and locked until the transaction ends.

    Raises `NotFound` when the name is another person's chat.
    """
    record = await conn.fetchrow(_SQL["open"], public_id, user_id, store_id, title)
    if record is None:
        raise NotFound("There is no such chat.")
    chat = Chat(**{name: value for name, value in record.items() if name not in _OPENED})
    return Opened(chat=chat, **{name: record[name] for name in _OPENED})


async def lay_down(conn: Connection, rows: Rows) -> None:
    """Insert the question, if it is new, its answer with options and run, and make that the end of the branch shown."""
    question, said = rows.question or (None, ())
    run, options, is_running = rows.run, rows.options, rows.run.state == "running"
    await conn.execute(
        _SQL["lay_down"],
        run.chat_id,
        run.user_message_id,
        question.parent_id if question else None,
        question.public_id if question else None,
        [parts.row(part) for part in said] if question else None,
        rows.answer.id,
        rows.answer.metadata,
        options.prompt,
        options.prompt_name,
        options.prompt_version,
        options.model,
        options.max_tokens,
        options.temperature,
        options.top_p,
        options.frequency_penalty,
        options.presence_penalty,
        options.seed,
        run.id,
        run.session_id,
        run.base_url,
        run.state,
        run.epoch,
        run.attempts,
        rows.owner if is_running else None,
        rows.now if is_running else None,
        rows.lease_until if is_running else None,
        rows.api_key_id,
    )
