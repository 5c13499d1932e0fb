"""The tools as pydantic-ai knows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool
from pydantic_core import SchemaValidator, core_schema

from agent.door import Door
from storage.parts import Json
from tools.tool import Tool

# A tool checks its arguments itself, and says in its own words what is wrong with them.
_ANY_OBJECT = SchemaValidator(core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema()))


class Toolset(AbstractToolset[Door]):
    """Tools that are called through the door of each run; one that writes runs alone.

    They are described once: the agent asks at each step of each answer. Calls that cannot be understood are answered
    up to `retries` times.
    """

    def __init__(self, tools: Iterable[Tool], *, retries: int) -> None:
        self._described: dict[str, ToolsetTool[Door]] = {
            tool.name: ToolsetTool(
                toolset=self,
                tool_def=ToolDefinition(
                    name=tool.name,
                    description=tool.description,
                    parameters_json_schema=tool.input_schema,
                    sequential=tool.effect == "write",
                ),
                max_retries=retries,
                args_validator=_ANY_OBJECT,
            )
            for tool in tools
        }

    @property
    def id(self) -> None:
        """An agent has one."""
        return None

    async def get_tools(self, ctx: RunContext[Door]) -> dict[str, ToolsetTool[Door]]:
        """All of them."""
        return self._described

    async def call_tool(
        self, name: str, tool_args: dict[str, Any], ctx: RunContext[Door], tool: ToolsetTool[Door]
    ) -> Json:
        """Raises what `Door.call` does."""
        return await ctx.deps.call(ctx.deps.tools[name], ctx.tool_call_id or "", tool_args)
