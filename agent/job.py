"""A job: everything it takes to make one answer, read from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from storage import ai_options, chats, messages, parts, people, runs
from storage.ai_options import AiOptions
from storage.database import Connection
from storage.errors import NotFound
from storage.messages import Message
from storage.parts import Json, Part
from storage.people import Person
from storage.runs import Run, RunStep

Branch: TypeAlias = Sequence[tuple[Message, Sequence[Part]]]
"""The messages from the first of a chat down to one of them, with their parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One answer to make: for whom, with what, and what there is of it already."""

    run: Run
    answer: Message
    options: AiOptions
    person: Person
    store_id: UUID | None
    branch: Branch
    parts: Sequence[Part] = ()
    steps: Sequence[RunStep] = ()
    stop_asked: bool = False

    @property
    def metadata(self) -> Mapping[str, Json]:
        """What the answer says of itself from the start."""
        return self.answer.metadata


async def branch_to(conn: Connection, message_id: UUID) -> Branch:
    """The messages from the first of the chat down to this one, with their parts."""
    branch = await messages.branch(conn, message_id)
    found = await parts.of_messages(conn, [message.id for message in branch])
    return [(message, found[message.id]) for message in branch]


async def read(conn: Connection, run: Run) -> Job:
    """The job of a run, whoever began it. Raises NotFound when its chat is gone."""
    answer = await messages.get(conn, run.message_id)
    chat = await chats.get(conn, run.chat_id)
    options = await ai_options.of_message(conn, run.message_id)
    if answer is None or chat is None or options is None:
        raise NotFound("The chat of this run is gone.")
    person = await people.of_run(conn, run.id, run.session_id, held=False)
    return Job(
        run=run,
        answer=answer,
        options=options,
        person=person,
        store_id=chat.store_id,
        branch=await branch_to(conn, run.user_message_id),
        parts=await parts.of_message(conn, run.message_id),
        steps=await runs.steps(conn, run.id),
    )
