"""The tools of the shop, as all doors see them."""

from __future__ import annotations

from tools.tool import Effect, Result, Tool, tool

__all__ = ["SHOP_TOOLS", "Effect", "Result", "Tool", "tool"]

SHOP_TOOLS: tuple[Tool, ...] = ()
