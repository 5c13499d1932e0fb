"""The history of a chat, as UI messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.chat import own_chat
from api.service import service
from api.ui_message import ui_message
from storage import messages, parts, runs


class UiMessage(BaseModel):
    """The AI SDK's UIMessage; its parts are described in docs/protocol.md."""

    id: str
    role: Literal["user", "assistant", "system"]
    parts: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None


class ChatHistory(BaseModel):
    """The messages of the branch shown, oldest first."""

    id: str
    title: str
    messages: list[UiMessage]


async def get(request: Request) -> Response:
    """The branch shown. An answer still being made is left out, for the stream brings it whole; `?live=1` shows it."""
    async with service(request).database.connection() as conn:
        chat = await own_chat(request, conn)
        branch: Sequence[messages.Message] = await messages.branch(conn, chat.leaf_id) if chat.leaf_id else ()
        if request.query_params.get("live") != "1":
            active = await runs.active(conn, chat.id)
            branch = [message for message in branch if active is None or message.id != active.message_id]
        found = await parts.of_messages(conn, [message.id for message in branch])
    told = [ui_message(message, found[message.id]) for message in branch]
    return JSONResponse({"id": chat.public_id, "title": chat.title, "messages": told})
