"""Chunks as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.chunks import Chunk
from agent.reader import Reader
from api.settings import ApiSettings

HEADERS = {"Cache-Control": "no-cache, no-transform", "x-vercel-ai-ui-message-stream": "v1"}

# ASCII only: U+2028 and its like end a line for some parsers, and bytes are passed on by sse-starlette as they are.
_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"), check_circular=False).encode


def frames(chunks: Sequence[Chunk], cursor: str) -> bytes:
    """One event a chunk; the last carries the cursor as its `id:`."""
    *body, last = [f"data: {_encode(chunk)}\n\n" for chunk in chunks]
    return "".join([*body, f"id: {cursor}\n", last]).encode("ascii")


async def events(follow: AsyncIterator[list[Chunk]], reader: Reader) -> AsyncIterator[bytes]:
    """The stream of one reader, closed by `[DONE]` once the message is over."""
    async for grown in follow:
        yield frames(grown, reader.cursor)
    yield b"data: [DONE]\n\n"


def stream(follow: AsyncIterator[list[Chunk]], reader: Reader, settings: ApiSettings) -> EventSourceResponse:
    """The response that serves one reader."""
    return EventSourceResponse(
        events(follow, reader),
        headers=HEADERS,
        ping=settings.ping,
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
        send_timeout=settings.send_timeout,
        sep="\n",
    )
