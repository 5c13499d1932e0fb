"""A tool: one async function with a typed signature, what it is for, and what it may do."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from tools.context import ToolContext
from tools.results import ToolResult
from tools.schema import arguments_model, checked, json_schema, output_type

Effect = Literal["read", "write"]
Result = ToolResult[Mapping[str, object]]
ToolFunction = Callable[..., Awaitable[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What the three doors need: a name, schemas in and out, whether it writes, whether a person must confirm it."""

    name: str
    description: str
    effect: Effect
    confirm: bool
    input_schema: JsonSchemaValue
    output_schema: JsonSchemaValue
    arguments: type[BaseModel] = field(repr=False)
    function: ToolFunction = field(repr=False)

    async def call(self, ctx: ToolContext, raw: Mapping[str, object]) -> Result:
        """Validate `raw` (decoded JSON) and run; raises BadArguments, or what the tool refuses with."""
        arguments = checked(self.arguments, raw)
        return await self.function(ctx, **{name: getattr(arguments, name) for name in self.arguments.model_fields})


def tool(*, effect: Effect, confirm: bool = False) -> Callable[[ToolFunction], Tool]:
    """Make a Tool of `async def name(ctx, ...) -> ToolResult[Output]`; the model reads its docstring."""

    def made(function: ToolFunction) -> Tool:
        name, description = function.__name__, inspect.getdoc(function)
        if not description:
            raise TypeError(f"the tool {name} needs a docstring: the model reads it")
        arguments = arguments_model(function)
        return Tool(
            name=name,
            description=description,
            effect=effect,
            confirm=confirm,
            input_schema=json_schema(arguments),
            output_schema=json_schema(output_type(function)),
            arguments=arguments,
            function=function,
        )

    return made
