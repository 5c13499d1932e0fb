"""The history of a chat, as UI messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import query
from api.chat import own_chat
from api.endpoint import Answer, Endpoint
from api.query import Query
from api.service import service
from api.ui_message import ui_message
from storage import feedback, messages, parts, runs
from storage.feedback import Vote


class Shown(Query):
    """`live` 1 shows an answer still being made too, as far as it is."""

    live: Literal["0", "1"] = "0"


class UiMessage(BaseModel):
    """The AI SDK's UIMessage; its parts are described in docs/protocol-chat.md."""

    id: str
    role: Literal["user", "assistant", "system"]
    parts: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None


class ChatHistory(BaseModel):
    """The messages of the branch shown, oldest first, and where it could have gone another way."""

    id: str
    title: str
    messages: list[UiMessage]
    branches: dict[str, list[str]] = Field(
        description="For each message that has siblings, all that stand in its place, oldest first."
    )
    feedback: dict[str, Vote] = Field(description="What the shopper has said of these answers.")


async def get(request: Request) -> Response:
    """The branch shown. An answer still being made is left out, for the stream brings it whole; `?live=1` shows it."""
    asked = query.read(request, Shown)
    here = service(request)
    async with here.database.connection() as conn:
        chat = await own_chat(request, conn)
        branch: Sequence[messages.Message] = await messages.branch(conn, chat.leaf_id) if chat.leaf_id else ()
        active = await runs.active(conn, chat.id)
        if asked.live == "0":
            branch = [message for message in branch if active is None or message.id != active.message_id]
        ids = [message.id for message in branch]
        found = await parts.of_messages(conn, ids)
        forks = await messages.forks(conn, ids)
        votes = await feedback.votes(conn, chat.user_id, ids)
        if active is None and chat.leaf_id is not None:
            await runs.told(conn, chat.leaf_id, here.clock())
    told = [ui_message(message, found[message.id]) for message in branch]
    return JSONResponse(
        {"id": chat.public_id, "title": chat.title, "messages": told, "branches": forks, "feedback": votes}
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/chat/{chat}",
        right="anyone",
        scope="chats:read",
        handler=get,
        query=Shown,
        summary="The chat's messages as UI messages, without one still being made",
        answers={200: Answer(detail="The chat", model=ChatHistory)},
        faults=(404, 503),
    ),
)
