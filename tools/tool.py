"""A tool: one async function with a typed signature, what it is for, and what it may do."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from tools.context import ToolContext
from tools.quote import Quote
from tools.results import ToolResult
from tools.schema import arguments_model, checked, json_schema, output_type

Effect = Literal["read", "write"]
Result = ToolResult[Mapping[str, object]]
ToolFunction = Callable[..., Awaitable[Result]]
QuoteFunction = Callable[..., Awaitable[Quote]]
"""`(ctx, ...)` with the tool's own arguments: what a person is asked to confirm. It only reads, and raises what the
tool would refuse with. It runs once to ask and once more inside the transaction of the effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What the three doors need: a name, schemas in and out, whether it writes, what a person has to confirm."""

    name: str
    description: str
    effect: Effect
    confirm: QuoteFunction | None = field(repr=False)
    input_schema: JsonSchemaValue
    output_schema: JsonSchemaValue
    arguments: type[BaseModel] = field(repr=False)
    function: ToolFunction = field(repr=False)

    async def call(self, ctx: ToolContext, raw: Mapping[str, object]) -> Result:
        """Validate `raw` (decoded JSON) and run; raises BadArguments, or what the tool refuses with.

        A tool with `confirm` is called by `tools/confirmation.py` only.
        """
        return await self.function(ctx, **self._given(raw))

    async def quote(self, ctx: ToolContext, raw: Mapping[str, object]) -> Quote:
        """What a person is asked to confirm. Raises BadArguments, or what the tool refuses with."""
        if self.confirm is None:
            raise TypeError(f"the tool {self.name} asks for no confirmation")
        return await self.confirm(ctx, **self._given(raw))

    def _given(self, raw: Mapping[str, object]) -> dict[str, object]:
        arguments = checked(self.arguments, raw)
        return {name: getattr(arguments, name) for name in self.arguments.model_fields}


def tool(*, effect: Effect, confirm: QuoteFunction | None = None) -> Callable[[ToolFunction], Tool]:
    """Make a Tool of `async def name(ctx, ...) -> ToolResult[Output]`; the model reads its docstring.

    With `confirm` it does not run before a person has confirmed what that function quotes.
    """

    def made(function: ToolFunction) -> Tool:
        name, description = function.__name__, inspect.getdoc(function)
        if not description:
            raise TypeError(f"the tool {name} needs a docstring: the model reads it")
        arguments = arguments_model(function)
        if confirm is not None and _takes(confirm) != _takes(function):
            raise TypeError(f"the quote of {name} must take the same arguments as the tool")
        if confirm is not None and effect == "read":
            raise TypeError(f"the tool {name} only reads: there is nothing to confirm")
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


def _takes(function: Callable[..., object]) -> list[str]:
    _, *parameters = inspect.signature(function).parameters
    return parameters
