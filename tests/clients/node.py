from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue

FOLDER = Path(__file__).parent
LINE_LIMIT = 64 * 1024 * 1024

Part = dict[str, JsonValue]
Version = Literal[6, 7, "7.0.20"]


class UIMessage(BaseModel):
    """A message as the client holds it; `model_extra` keeps whatever else it holds, metadata for one."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str
    role: Literal["system", "user", "assistant"]
    parts: list[Part]


class ClientError(BaseModel):
    """`statusCode` is there when the server's answer was an HTTP error; ai 6 does not tell it."""

    name: str
    message: str
    statusCode: int | None = None  # noqa: N815 (the client's own name)


class ChatState(BaseModel):
    """What a page built on the client would show, and every callback it got so far."""

    model_config = ConfigDict(frozen=True)

    id: str
    messages: list[UIMessage]
    status: Literal["submitted", "streaming", "ready", "error"]
    error: ClientError | None = None
    rejected: ClientError | None = None
    calls: list[dict[str, JsonValue]] = Field(default_factory=list)

    @property
    def answer(self) -> UIMessage:
        assert self.messages, "the client holds no message"
        assert self.messages[-1].role == "assistant", self.messages[-1]
        return self.messages[-1]

    def called(self, hook: str) -> list[dict[str, JsonValue]]:
        """`hook`: onData, onToolCall, onFinish, onError, fetch or rejected."""
        return [call for call in self.calls if call["hook"] == hook]


class Refusal(BaseModel):
    index: int
    value: JsonValue = None
    error: str


class VersionVerdict(BaseModel):
    events: int
    refused: list[Refusal]


class Verdict(BaseModel):
    """`versions`: npm `ai` version -> what its chunk schema said; `done`: the stream had `[DONE]`."""

    done: bool
    types: list[str | None]
    versions: dict[str, VersionVerdict]

    @property
    def refused(self) -> dict[str, list[Refusal]]:
        return {version: verdict.refused for version, verdict in self.versions.items() if verdict.refused}


class NodeError(Exception):
    """The Node process of a test client ended; whoever wrote the harness or the test can act on its stderr."""


def missing() -> str | None:
    """Why the npm clients cannot run here, or None when they can."""
    if shutil.which("node") is None:
        return "node is not installed (.ci/run installs it)"
    if not (FOLDER / "node_modules").is_dir():
        return "npm packages are not installed: run `npm ci` in tests/clients"
    return None


async def _node(script: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "node",
        FOLDER / script,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LINE_LIMIT,
        env={**os.environ, "NODE_NO_WARNINGS": "1"},
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    """The end of its input ends it; a `node` that is only a script hands a signal on to nobody."""
    try:
        async with asyncio.timeout(5):
            await process.communicate(b"")
    except TimeoutError:
        process.kill()
        await process.wait()


async def validate(stream: bytes) -> Verdict:
    """Ask the chunk schemas of ai 7, ai 6 and the last ai 7 that refused unknown keys about one SSE response body."""
    process = await _node("validate.mjs")
    out, err = await process.communicate(stream)
    if process.returncode != 0:
        raise NodeError(err.decode())
    return Verdict.model_validate_json(out)


@dataclass(frozen=True, slots=True)
class ChatClient:
    """The `Chat` class of @ai-sdk/react in a Node process of its own. Every call answers the state after it."""

    process: asyncio.subprocess.Process

    async def do(self, command: str, *args: object, wait: bool = True) -> ChatState:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.write(orjson.dumps({"do": command, "args": args, "wait": wait}) + b"\n")
        await self.process.stdin.drain()
        line = await self.process.stdout.readline()
        if not line:
            raise NodeError((await self.process.stderr.read()).decode())
        return ChatState.model_validate_json(line)

    async def send(self, text: str, *, body: Mapping[str, object] | None = None, wait: bool = True) -> ChatState:
        return await self.do("sendMessage", {"text": text}, {"body": body or {}}, wait=wait)

    async def edit(self, message_id: str, text: str) -> ChatState:
        return await self.do("sendMessage", {"text": text, "messageId": message_id})

    async def regenerate(self, message_id: str | None = None) -> ChatState:
        return await self.do("regenerate", {} if message_id is None else {"messageId": message_id})

    async def resume(self, *, wait: bool = True) -> ChatState:
        return await self.do("resumeStream", wait=wait)

    async def stop(self) -> ChatState:
        return await self.do("stop")

    async def cut(self) -> ChatState:
        """Break the connection of the response in progress, as a lost network would."""
        return await self.do("cut")

    async def load_history(self, url: str) -> ChatState:
        return await self.do("history", url)

    async def set_messages(self, messages: Sequence[UIMessage]) -> ChatState:
        return await self.do("setMessages", [message.model_dump(mode="json") for message in messages])

    async def text(self, length: int) -> ChatState:
        """Wait until the answer holds `length` characters of text, or the client shows an error."""
        return await self.do("text", length)

    async def fetched(self, count: int) -> ChatState:
        """Wait until the heads of so many responses have come: what is resumed by then is read to its end."""
        return await self.do("fetched", count)

    async def idle(self) -> ChatState:
        """Wait until nothing streams and no automatic send is about to."""
        return await self.do("idle")

    async def state(self) -> ChatState:
        return await self.do("state")


@dataclass(frozen=True, slots=True)
class ChatClients:
    """Clients, one after the other in the same Node process: to start one takes longer than most of what is asked."""

    idle: dict[Version, list[asyncio.subprocess.Process]] = field(default_factory=dict)

    @asynccontextmanager
    async def __call__(
        self,
        api: str,
        *,
        version: Version = 7,
        chat_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        automatic: Literal["tool-calls", "approvals"] | None = None,
    ) -> AsyncIterator[ChatClient]:
        """A client of the chat at `api` (`http://.../api/chat`); `body` goes into each POST, beside the SDK's own."""
        options = {"api": api, "id": chat_id, "headers": headers, "body": body, "automatic": automatic}
        idle = self.idle.setdefault(version, [])
        process = idle.pop() if idle else await _node("chat.mjs", str(version))
        client = ChatClient(process)
        try:
            await client.do("open", {name: value for name, value in options.items() if value is not None})
            yield client
            await client.do("close")
        except BaseException:
            await _end(process)
            raise
        idle.append(process)


@asynccontextmanager
async def chat_clients() -> AsyncIterator[ChatClients]:
    made = ChatClients()
    try:
        yield made
    finally:
        await asyncio.gather(*(_end(process) for idle in made.idle.values() for process in idle))
