"""Chunks as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from uuid import UUID

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from agent.chunks import Chunk
from agent.cursor import Marked
from agent.reader import Cut, Reader
from api.endpoint import Answer
from api.live import Streams
from api.service import Service
from storage import runs
from storage.database import CONNECTION_LOST
from storage.errors import Busy

HEADERS = {"Cache-Control": "no-cache, no-transform", "x-vercel-ai-ui-message-stream": "v1"}
RESET_HEADER = "x-cartwright-reset-step"
STREAM = Answer(detail="The AI SDK UI message stream, v1", media_type="text/event-stream")

# ASCII only: U+2028 and its like end a line for some parsers, and bytes are passed on by sse-starlette as they are.
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False).encode


def frames(chunks: Sequence[Marked]) -> bytes:
    """One event a chunk, with the cursor behind it as its `id:`."""
    return "".join([_frame(chunk, place) for chunk, place in chunks]).encode("ascii")


def _frame(chunk: Chunk, place: str | None) -> str:
    return f"data: {_encode(chunk)}\n\n" if place is None else f"id: {place}\ndata: {_encode(chunk)}\n\n"


def knows_reset(request: Request) -> bool:
    """Whether the client says that it knows `reset-step`; `ai` before 7 ends the stream over it, and none says."""
    return request.headers.get(RESET_HEADER) == "1"


async def events(here: Service, message_id: UUID, reader: Reader) -> AsyncIterator[bytes]:
    """The stream of one reader, closed by `[DONE]` once the message is over, which is noted: it has been told."""
    async with aclosing(here.feed.follow(message_id, reader, here.settings.stream_life)) as looks:
        async for grown in looks:
            yield frames(grown)
    with suppress(*CONNECTION_LOST, Busy):
        async with here.database.connection() as conn:
            await runs.told(conn, message_id, here.clock())
    yield b"data: [DONE]\n\n"


class TooSlow(Cut):
    """The reader has taken nothing for too long; it comes back when it can."""


class SessionEnded(Cut):
    """The session it was read by has ended."""


class Stream(EventSourceResponse):
    """One reader's response; however it is cut short, it ends in a Cut.

    The time limit of a send is kept by one timer a response: a cancel scope a send, as sse-starlette has it, costs as
    much as all else that a token costs here.
    """

    watched: tuple[Streams, UUID] | None = None
    """Where it is known whether the session that reads still may."""
    _blocked: tuple[asyncio.Task[None], float] | None = None
    _too_slow = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it."""
        if self.watched is None:
            return await self._serve(scope, receive, send)
        streams, session_id = self.watched
        task, over = asyncio.current_task(), False

        def cut() -> None:
            nonlocal over
            over = True
            if task is not None:
                task.cancel()

        with streams.holding(session_id, cut):
            try:
                await self._serve(scope, receive, send)
            except asyncio.CancelledError:
                if not over:
                    raise
                if task is not None:
                    task.uncancel()
                raise SessionEnded from None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self.send_timeout or 0.0
        watch = asyncio.create_task(self._watch(limit), name="cartwright-send-limit") if limit else None
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError as error:
            raise TooSlow from error
        finally:
            if watch is not None:
                watch.cancel()

    async def _send_with_timeout(self, send: Send, message: Message) -> None:
        task = asyncio.current_task()
        first = self._blocked is None and task is not None
        if first and task is not None:
            self._blocked = (task, asyncio.get_running_loop().time())
        try:
            await send(message)
        except asyncio.CancelledError:
            if self._too_slow:
                raise SendTimeoutError from None
            raise
        finally:
            if first:
                self._blocked = None

    async def _watch(self, limit: float) -> None:
        loop = asyncio.get_running_loop()
        while True:
            since = self._blocked[1] if self._blocked is not None else loop.time()
            await asyncio.sleep(since + limit - loop.time())
            if self._blocked is not None and self._blocked[1] == since:
                self._too_slow = True
                self._blocked[0].cancel()
                return


def stream(here: Service, message_id: UUID, reader: Reader, session_id: UUID | None) -> EventSourceResponse:
    """The response that serves one reader, for as long as the session it is read by is alive."""
    settings = here.settings
    made = Stream(
        events(here, message_id, reader),
        headers=HEADERS,
        ping=settings.ping,
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
        send_timeout=settings.send_timeout,
        sep="\n",
    )
    if session_id is not None:
        made.watched = here.streams, session_id
    return made
