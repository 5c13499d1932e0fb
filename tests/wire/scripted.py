from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.wire.golden import Chunk

HEADERS = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-accel-buffering": "no",
}


def sse(chunks: tuple[Chunk, ...]) -> bytes:
    """The response body of these chunks, `[DONE]` included."""
    return b"".join(b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


@dataclass(slots=True)
class Script:
    """What the scripted server answers with, and what it was asked.

    `hold`: how many chunks it sends before it waits for `release`.
    """

    chunks: tuple[Chunk, ...] = ()
    status: int = 200
    hold: int | None = None
    resumed: bool = False
    release: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[dict[str, object]] = field(default_factory=list)
    cookies: list[str | None] = field(default_factory=list)

    async def _stream(self) -> AsyncIterator[bytes]:
        if self.hold is None:
            yield sse(self.chunks)
            return
        for chunk in self.chunks[: self.hold]:
            yield b"data: " + orjson.dumps(chunk) + b"\n\n"
        await self.release.wait()
        yield sse(self.chunks[self.hold :])

    def _answer(self) -> Response:
        return StreamingResponse(self._stream(), headers={**HEADERS, "set-cookie": "guest=g-1; Path=/; HttpOnly"})

    async def post(self, request: Request) -> Response:
        self.bodies.append(orjson.loads(await request.body()))
        self.cookies.append(request.headers.get("cookie"))
        if self.status >= 400:
            return PlainTextResponse("no such chat", self.status)
        return self._answer()

    async def resume(self, request: Request) -> Response:
        return self._answer() if self.resumed else Response(status_code=204)

    async def history(self, request: Request) -> Response:
        user = {"id": "u-1", "role": "user", "parts": [{"type": "text", "text": "hi"}]}
        return JSONResponse({"id": request.path_params["chat"], "messages": [user]})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/chat", self.post, methods=["POST"]),
                Route("/api/chat/{chat}", self.history),
                Route("/api/chat/{chat}/stream", self.resume),
            ]
        )
