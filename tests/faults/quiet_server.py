"""The real server, with one tool more: ponder."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

import server
from tools.context import ToolContext
from tools.registry import SHOP_TOOLS
from tools.results import ToolResult
from tools.tool import tool


class Thought(TypedDict):
    """How long it took."""

    seconds: float


@tool(effect="read")
async def ponder(
    ctx: ToolContext, seconds: Annotated[float, Field(ge=0, le=120, description="How long.")]
) -> ToolResult[Thought]:
    """Think in silence."""
    await asyncio.sleep(seconds)
    return ToolResult({"seconds": seconds})


if __name__ == "__main__":
    raise SystemExit(server.main((*SHOP_TOOLS, ponder)))
