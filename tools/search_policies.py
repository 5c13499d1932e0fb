"""The tool that answers from what the store has written down."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from storage import documents
from storage.documents import Passage
from tools.arguments import Words
from tools.context import ToolContext
from tools.results import SourceUrl, ToolResult
from tools.tool import tool
from tools.untrusted import NAME, PASSAGE, clipped

_PASSAGES = 4


class PassageFacts(TypedDict):
    store: str
    title: str
    text: str
    url: str


class PoliciesOutput(TypedDict):
    """The passages that may answer, best first; none when the store has written nothing about it."""

    passages: list[PassageFacts]


@tool(effect="read")
async def search_policies(
    ctx: ToolContext,
    question: Annotated[Words, Field(description="The shopper's question, in full.")],
) -> ToolResult[PoliciesOutput]:
    """Search the store's policies: returns, shipping, warranty, payment and the like.

    Answer only from the passages it returns and name their title, and their store where they are of several; without
    any, say that you do not know.
    """
    found = await documents.search(ctx.conn, ctx.embedder, ctx.store_id, question, _PASSAGES)
    return ToolResult(
        output={
            "passages": [
                {
                    "store": clipped(passage.store, NAME),
                    "title": clipped(passage.title, NAME),
                    "text": clipped(passage.content, PASSAGE),
                    "url": document_url(passage, ctx),
                }
                for passage in found
            ]
        },
        sources=tuple(
            {
                passage.document_id: SourceUrl(
                    source_id=str(passage.document_id),
                    url=document_url(passage, ctx),
                    title=clipped(passage.title, NAME),
                )
                for passage in found
            }.values()
        ),
    )


def document_url(passage: Passage, ctx: ToolContext) -> str:
    """The page of the document: its own, or ours."""
    return passage.url or f"{ctx.base_url}/documents/{passage.document_id}"
