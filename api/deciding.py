"""A shopper's yes or no: taken once, whichever door it comes by, and the answer that asked goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from agent import deciding
from agent.deciding import Decided, Desk, Said
from agent.reader import Cut, Reader, behind
from agent.turn import RunInProgress
from api import sse, who
from api.problems import Draining
from api.service import Service, base_url, service
from storage import chats, messages, runs
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person

_PATIENCE = 5.0
_MISSING = "There is no such action."

T = TypeVar("T")


async def in_chat(request: Request, chat: str, said: Sequence[Said]) -> Response:
    """Take decisions that came with a chat's answer and stream what comes of them, as more of the same message.

    Decided before, by another tab perhaps, it streams how that came out. Raises NotFound, RunInProgress, Draining.
    """
    here = service(request)

    async def all_of_them() -> list[Decided]:
        async with here.database.transaction() as conn:
            person = await who.person_on(conn, request)
            if person is None:
                raise NotFound(_MISSING)
            made = [await deciding.decide(conn, person, one, desk(request)) for one in said]
            await _of_one_answer(conn, person, chat, made)
            return made

    decided = await patiently(here, all_of_them)
    message_id = decided[0].action.message_id
    if message_id is None:
        raise NotFound(_MISSING)
    go_on(here, decided)
    reader = behind(await here.feed.view(message_id), {str(one.action.id) for one in decided})
    reader.resets = sse.knows_reset(request)
    return sse.stream(here, message_id, reader, who.session_id(request))


async def _of_one_answer(conn: Connection, person: Person, name: str, made: Sequence[Decided]) -> None:
    """Raises NotFound unless all of these were asked for by one answer of this chat."""
    asked = {one.action.message_id for one in made}
    message_id = asked.pop()
    message = await messages.get(conn, message_id) if message_id is not None else None
    chat = await chats.find(conn, name, person.user_id)
    if asked or message is None or chat is None or message.chat_id != chat.id:
        raise NotFound(_MISSING)


def desk(request: Request) -> Desk:
    """What it takes to carry out what this request confirms."""
    here = service(request)
    return Desk(
        tools=here.runner.tools,
        embedder=here.embedder,
        clock=here.clock,
        base_url=base_url(request),
        lease=here.lease,
        cause=who.cause(request),
    )


def go_on(here: Service, decided: Sequence[Decided]) -> None:
    """Once that has committed: make the answers on that waited for it. Lost on the way, a run is taken over."""
    for one in decided:
        if one.job is not None:
            here.runner.submit(one.job)


async def patiently(here: Service, work: Callable[[], Awaitable[T]]) -> T:
    """A yes may come before the answer that asks has ended: wait some seconds for that.

    Raises RunInProgress, Draining.
    """
    if here.draining.is_set():
        raise Draining
    try:
        return await work()
    except RunInProgress as busy:
        await _ended(here, busy)
        return await work()


async def _ended(here: Service, busy: RunInProgress) -> None:
    async with here.database.connection() as conn:
        run = await runs.get(conn, busy.run_id)
    if run is not None:
        with suppress(Cut):
            async for _ in here.feed.follow(run.message_id, Reader(resumes=True, resets=True), _PATIENCE):
                pass
