"""The adapter with the tools our agent has, whose schemas go with every request; nobody calls them."""

from __future__ import annotations

from pydantic_ai import Tool

from bench.peers.adapter import main
from tools.registry import SHOP_TOOLS


async def _called(**_: object) -> None:
    pass


if __name__ == "__main__":
    main([Tool.from_schema(_called, tool.name, tool.description, tool.input_schema) for tool in SHOP_TOOLS])
