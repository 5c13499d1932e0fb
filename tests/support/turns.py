"""Turns laid down in the database, and a recorder of one, without a model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from agent.flusher import Flusher
from agent.recorder import Recorder
from agent.turn import Asked, Foreseen, Lease, Turn, WhenBusy, lay_down
from storage import parts
from storage.ai_options import AiOptions
from storage.clock import utc_now
from storage.database import Connection, Database
from storage.parts import FilePart, Part, TextPart
from storage.people import Person
from storage.runs import Run
from tests.support.factory import make_person, unique

MODEL = "openai/gpt-4o-mini"
OPTIONS = AiOptions(prompt="Be brief.", prompt_name="shopper", prompt_version="1", model=MODEL)
BASE_URL = "https://shop.test"
LEASE = Lease(owner="test", lasts=timedelta(seconds=15))


def words(text: str) -> tuple[TextPart | FilePart, ...]:
    return (TextPart(order=0, step=0, closed=True, text=text),)


def asking(
    text: str = "Hello", *, chat: str | None = None, message: str | None = None, when_busy: WhenBusy = "reject"
) -> Asked:
    """A new message; chat and message get names of their own."""
    return Asked(
        chat=chat or unique("chat"),
        trigger="submit-message",
        message=message or unique("message"),
        parts=words(text),
        store_id=None,
        base_url=BASE_URL,
        when_busy=when_busy,
    )


def asking_again(chat: str, message: str | None = None) -> Asked:
    """A regenerate, of the last answer or of one by name."""
    return Asked(chat=chat, trigger="regenerate-message", message=message, parts=(), store_id=None, base_url=BASE_URL)


async def take(
    database: Database,
    asked: Asked | None = None,
    person: Person | None = None,
    options: AiOptions = OPTIONS,
    foreseen: Foreseen | None = None,
) -> Turn:
    """Lay a turn down as the service does."""

    async def options_for(_: object) -> AiOptions:
        return options

    async with database.transaction() as conn:
        who = person or await make_person(conn)
        return await lay_down(conn, who, asked or asking(), options_for, LEASE, utc_now, foreseen)


async def stored(database: Database, run: Run) -> tuple[Part, ...]:
    """The parts of a run's answer, as another connection reads them."""
    async with database.connection() as conn:
        return await parts.of_message(conn, run.message_id)


async def rows(conn: Connection, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table has."""
    return {table: await conn.fetchval(f"select count(*) from {table}") for table in tables}


def recorder_of(turn: Turn, flusher: Flusher) -> Recorder:
    return Recorder(turn.run, turn.answer.public_id, turn.answer.metadata, flusher, utc_now)


@asynccontextmanager
async def flushing(database: Database, *, interval: float = 0.001) -> AsyncIterator[Flusher]:
    """A flusher that runs as long as the block."""
    flusher = Flusher(database, interval=interval, retry_after=0.001)
    flusher.start()
    try:
        yield flusher
    finally:
        await flusher.stop()
