"""Chunks as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from agent import cursor
from agent.chunks import Chunk
from agent.reader import Reader
from api.service import Service

HEADERS = {"Cache-Control": "no-cache, no-transform", "x-vercel-ai-ui-message-stream": "v1"}
RESET_HEADER = "x-cartwright-reset-step"

# ASCII only: U+2028 and its like end a line for some parsers, and bytes are passed on by sse-starlette as they are.
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False).encode


def frames(chunks: Sequence[Chunk], event_id: str) -> bytes:
    """One event a chunk; the last carries the cursor as its `id:`."""
    *body, last = [f"data: {_encode(chunk)}\n\n" for chunk in chunks]
    return "".join([*body, f"id: {event_id}\n", last]).encode("ascii")


def knows_reset(request: Request) -> bool:
    """Whether the client says that it knows `reset-step`; `ai` before 7 ends the stream over it, and none says."""
    return request.headers.get(RESET_HEADER) == "1"


async def events(here: Service, message_id: UUID, reader: Reader) -> AsyncIterator[bytes]:
    """The stream of one reader, closed by `[DONE]` once the message is over."""
    name = str(message_id)
    async for grown in here.feed.follow(message_id, reader, here.settings.stream_life):
        yield frames(grown, cursor.written(reader, name))
    yield b"data: [DONE]\n\n"


def stream(here: Service, message_id: UUID, reader: Reader) -> EventSourceResponse:
    """The response that serves one reader."""
    settings = here.settings
    return EventSourceResponse(
        events(here, message_id, reader),
        headers=HEADERS,
        ping=settings.ping,
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
        send_timeout=settings.send_timeout,
        sep="\n",
    )
