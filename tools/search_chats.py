"""The tool that remembers: what was said in the shopper's other chats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from storage import chat_memory
from tools.arguments import Words
from tools.context import ToolContext
from tools.results import ToolResult
from tools.tool import tool
from tools.untrusted import NAME, PASSAGE, clipped


class SaidBefore(TypedDict):
    """`by` is who said it; `chat` the client's own id of the chat."""

    chat: str
    title: str
    by: Literal["shopper", "assistant"]
    text: str
    said_at: str


class SearchChatsOutput(TypedDict):
    """The nearest first; none when nothing like it was said."""

    passages: list[SaidBefore]


@tool(effect="read")
async def search_chats(
    ctx: ToolContext,
    query: Annotated[Words, Field(description="What it was about, in full.")],
    limit: Annotated[int, Field(ge=1, le=10, description="How many passages at most.")] = 5,
) -> ToolResult[SearchChatsOutput]:
    """Search what was said in this shopper's earlier chats: wishes, sizes, what they were advised.

    Only when they refer to an earlier conversation. Prices and stock in it are of that time: look them up again.
    """
    found = await chat_memory.search(
        ctx.conn, ctx.embedder, ctx.person, query, store_id=ctx.store_id, without=ctx.message_id, limit=limit
    )
    return ToolResult(
        output={
            "passages": [
                {
                    "chat": each.chat,
                    "title": clipped(each.title, NAME),
                    "by": "assistant" if each.role == "assistant" else "shopper",
                    "text": clipped(each.content, PASSAGE),
                    "said_at": each.said_at.isoformat(),
                }
                for each in found
            ]
        }
    )
