"""A shopper who reads answers to their end, whatever breaks: comes back to any of several servers until it is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.factory import unique
from tests.support.sse_client import Broken, Event, Response, request
from tests.support.ui_reducer import Reducer

_PATIENCE = 60.0


async def until(met: Callable[[], object], seconds: float = 60) -> None:
    """Wait for what others do."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.01)


async def all_begun(asked: Sequence[tuple[Shopper, str]]) -> list[asyncio.Task[Answer]]:
    """Ask all of these; returns once each has had words of its answer."""
    begun = set[int]()

    def seen(answer: Answer) -> None:
        if answer.text:
            begun.add(id(answer))

    asking = [asyncio.create_task(shopper.ask(text, begun=seen)) for shopper, text in asked]
    await until(lambda: len(begun) == len(asking))
    return asking


class Client(Reducer):
    """The reducer of `ai` 7, which also knows `reset-step` and a stream that begins the message anew."""

    def words(self, kind: str, part_id: str) -> str:
        """What an open part has said so far."""
        text: str = self._open[kind, part_id]["text"]
        return text

    def _take(self, chunk: dict[str, Any]) -> None:
        match chunk["type"]:
            case "start":
                self.__init__()  # type: ignore[misc]
            case "reset-step":
                parts = self.message["parts"]
                last = max(place for place, part in enumerate(parts) if part["type"] == "step-start")
                del parts[last + 1 :]
                self._open.clear()
                return
        super()._take(chunk)


@dataclass(slots=True)
class Answer:
    """What came of one message. `gap`: longest time without an event. `ended`: words that were seen to end, by part."""

    client: Client = field(default_factory=Client)
    last_id: str | None = None
    over: bool = False
    gap: float = 0.0
    breaks: int = 0
    resets: int = 0
    restarts: int = 0
    seen: float = field(default_factory=time.monotonic)
    outputs: dict[str, Any] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(part["text"] for part in self.client.message["parts"] if part["type"] == "text")

    def take(self, event: Event) -> None:
        now = time.monotonic()
        if event.data is None:
            return
        self.gap, self.seen = max(self.gap, now - self.seen), now
        self.last_id = event.id or self.last_id
        if event.data == "[DONE]":
            self.over = True
            return
        chunk = event.chunk
        match chunk["type"]:
            case "reset-step":
                self.resets += 1
                self.client._take({"type": "reset-step"})
                return
            case "start":
                self.restarts += 1
            case "tool-output-available":
                self.outputs[chunk["toolCallId"]] = chunk["output"]
            case "text-end" | "reasoning-end" as kind:
                self.ended[int(chunk["id"])] = self.client.words(kind.removesuffix("-end"), chunk["id"])
        self.client.feed([chunk])


@dataclass(slots=True)
class Shopper:
    """`urls`: servers to come back to, one after the other. `resumes`: with `Last-Event-ID`, else from the start."""

    urls: Sequence[str]
    resumes: bool = True
    resets: bool = True
    chat: str = field(default_factory=lambda: unique("chat"))
    cookie: str | None = None
    visits: int = 0

    @property
    def headers(self) -> dict[str, str]:
        reset = {"x-cartwright-reset-step": "1"} if self.resets else {}
        return reset | ({"cookie": self.cookie} if self.cookie else {})

    def body(self, text: str, **more: object) -> dict[str, object]:
        message = {"id": unique("u"), "role": "user", "parts": [{"type": "text", "text": text}]}
        return {"id": self.chat, "trigger": "submit-message", "messages": [message], **more}

    async def post(self, body: object, url: str | None = None) -> Response:
        response = await request("POST", f"{url or self.urls[0]}/api/chat", body=body, headers=self.headers)
        if "set-cookie" in response.headers:
            self.cookie = response.headers["set-cookie"].split(";")[0]
        return response

    async def ask(self, text: str, *, begun: Callable[[Answer], None] | None = None) -> Answer:
        """Ask and read to the end, over any number of connections."""
        return await self.follow(self.body(text), begun=begun)

    async def follow(
        self, body: object, *, begun: Callable[[Answer], None] | None = None, patience: float = _PATIENCE
    ) -> Answer:
        answer, deadline = Answer(), time.monotonic() + patience
        posted = False
        while not answer.over:
            assert time.monotonic() < deadline, f"{self.chat} is not over: {answer.client.message}"
            try:
                if not posted:
                    response = await self.post(body, self._next())
                    if response.status != 503:
                        assert response.status == 200, (response.status, await response.body())
                        posted = True
                else:
                    response = await self.resume(answer.last_id)
                if response.status == 200:
                    await self.read(response, answer, begun)
                    continue
                response.close()
                if response.status == 204:
                    await self._from_history(answer)
                else:
                    assert response.status == 503, response.status
                    await asyncio.sleep(0.1)
            except Broken:
                answer.breaks += 1
                await asyncio.sleep(0.05)
        return answer

    async def resume(self, last: str | None) -> Response:
        headers = self.headers | ({"last-event-id": last} if last and self.resumes else {})
        return await request("GET", f"{self._next()}/api/chat/{self.chat}/stream", headers=headers)

    async def read(self, response: Response, answer: Answer, begun: Callable[[Answer], None] | None = None) -> None:
        try:
            async for event in response.events():
                answer.take(event)
                if begun is not None and event.data is not None:
                    begun(answer)
        finally:
            response.close()

    async def begin(self, text: str, url: str | None = None, *, said: bool = True) -> tuple[Answer, asyncio.Task[None]]:
        """Ask, and read on; returns once the first words are there (`said`) or the response has begun."""
        answer, response = Answer(), await self.post(self.body(text), url)
        assert response.status == 200, await response.body()
        reading = asyncio.create_task(self.read(response, answer))
        await until(lambda: not said or answer.text or reading.done())
        return answer, reading

    async def history(self, url: str | None = None) -> list[dict[str, Any]]:
        response = await request("GET", f"{url or self.urls[0]}/api/chat/{self.chat}", headers=self.headers)
        found = await response.body()
        assert response.status == 200, found
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def stop(self, url: str) -> dict[str, Any]:
        response = await request("POST", f"{url}/api/chat/{self.chat}/stop", headers=self.headers)
        told: dict[str, Any] = await response.body()
        return told

    async def _from_history(self, answer: Answer) -> None:
        """The answer ended while nobody read: what the page shows comes from the history."""
        with suppress(AssertionError):
            answer.client.message = (await self.history(self._next()))[-1]
            answer.over = True

    def _next(self) -> str:
        self.visits += 1
        return self.urls[(self.visits - 1) % len(self.urls)]


def shown(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts a page shows, without what only the way they came leaves in the client."""
    return [
        {name: value for name, value in part.items() if name != "rawInput" or "input" not in part}
        for part in message["parts"]
    ]
