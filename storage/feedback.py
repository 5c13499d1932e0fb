"""What shoppers think of answers: a vote a person and message, perhaps with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from storage import audit, sql
from storage.audit import Cause, Entry
from storage.database import Connection
from storage.errors import Invalid, NotFound
from storage.messages import Message
from storage.people import Person

_SQL = sql.load(__file__)

Vote = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A vote for an answer, and with what the answer was made."""

    id: UUID
    message: str
    vote: Vote
    comment: str | None
    model: str
    prompt_name: str
    prompt_version: str
    created_at: datetime
    updated_at: datetime


async def put(
    conn: Connection, person: Person, message: Message, vote: Vote, comment: str | None, cause: Cause
) -> bool:
    """Say what one thinks of an answer, or something else than before; whether it is the first time.

    Raises Invalid for what is no answer. Whose chat it is was checked by the caller.
    """
    if message.role != "assistant":
        raise Invalid("Only answers are voted for.", field="id")
    before = await conn.fetchrow(_SQL["mine"], message.id, person.user_id)
    await conn.execute(_SQL["put"], message.id, person.user_id, vote, comment)
    said = {"vote": vote, "comment": comment}
    told = {} if before is None else {"vote": before["vote"], "comment": before["comment"]}
    if told != said:
        await audit.record(
            conn,
            person,
            Entry(entity_type="message_feedback", entity_id=message.id, action="put", before=told, after=said),
            cause,
        )
    return before is None


async def mine(conn: Connection, person: Person, message: Message) -> Feedback:
    """What the person said of the answer. Raises NotFound."""
    row = await conn.fetchrow(_SQL["mine"], message.id, person.user_id)
    if row is None:
        raise NotFound("You have said nothing of this answer.")
    return _feedback(row)


async def remove(conn: Connection, person: Person, message: Message, cause: Cause) -> bool:
    """Take back what one has said; whether anything was said."""
    row = await conn.fetchrow(_SQL["remove"], message.id, person.user_id)
    if row is None:
        return False
    before = {"vote": row["vote"], "comment": row["comment"]}
    entry = Entry(entity_type="message_feedback", entity_id=message.id, action="remove", before=before, after={})
    await audit.record(conn, person, entry, cause)
    return True


async def page(
    conn: Connection, *, vote: Vote | None = None, after: UUID | None = None, limit: int = 20
) -> tuple[Feedback, ...]:
    """What all persons said of all answers, the newest first, behind the id of the last one seen."""
    return tuple(_feedback(row) for row in await conn.fetch(_SQL["page"], vote, after, limit))


def _feedback(row: Record) -> Feedback:
    return Feedback(**row)


async def votes(conn: Connection, user_id: UUID, message_ids: Sequence[UUID]) -> dict[str, Vote]:
    """What the person has said of these messages, by their names."""
    return {record["message"]: record["vote"] for record in await conn.fetch(_SQL["votes"], message_ids, user_id)}
