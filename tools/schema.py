"""JSON Schemas and checks derived from the signature of a tool."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema

from storage.text import storable
from tools.errors import BadArguments
from tools.results import ToolResult

_FORBID_EXTRA = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles pydantic makes from names: they repeat the keys and cost tokens in every request."""

    def generate(self, schema: CoreSchema, mode: Any = "validation") -> JsonSchemaValue:
        document = super().generate(schema, mode)
        for part in (document, *document.get("$defs", {}).values()):
            part.pop("title", None)
        return document

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def arguments_model(function: Callable[..., object]) -> type[BaseModel]:
    """A model of every parameter after the first (the context); unknown keys are refused."""
    hints = get_type_hints(function, include_extras=True)
    _, *parameters = inspect.signature(function).parameters.values()
    fields: dict[str, Any] = {
        parameter.name: (hints[parameter.name], ... if parameter.default is parameter.empty else parameter.default)
        for parameter in parameters
    }
    return create_model(function.__name__, __config__=_FORBID_EXTRA, **fields)


def output_type(function: Callable[..., object]) -> type:
    """The T of a tool's `-> ToolResult[T]`."""
    result = get_type_hints(function)["return"]
    if get_origin(result) is not ToolResult:
        raise TypeError(f"{function.__name__} must return ToolResult[its output type]")
    (output,) = get_args(result)
    return output  # type: ignore[no-any-return]


def json_schema(of: type) -> JsonSchemaValue:
    """The JSON Schema (draft 2020-12) of a model or TypedDict."""
    return TypeAdapter(of).json_schema(schema_generator=_Untitled)


def checked(model: type[BaseModel], raw: Mapping[str, object]) -> BaseModel:
    """The arguments, validated; raises BadArguments with a sentence for each thing that is wrong.

    The sentences never repeat the values: they may be shown where the values may not.
    """
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        first, *_ = problems = error.errors(include_url=False, include_context=False, include_input=False)
        known = ", ".join(model.model_fields) or "none"
        sentences = [_sentence(str(problem["type"]), problem["loc"], str(problem["msg"])) for problem in problems[:5]]
        raise BadArguments(
            f"{'; '.join(sentences)}. Arguments: {known}.", field=_where(first["loc"]) or None
        ) from error


def _sentence(kind: str, place: tuple[int | str, ...], message: str) -> str:
    where = _where(place)
    match kind:
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"{where} is not an argument of this tool"
        case _:
            return f"{where}: {message}"


def _where(place: tuple[int | str, ...]) -> str:
    return storable(".".join(map(str, place)), 100)
