"""What a request to litellm says besides its messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition


class FunctionShape(TypedDict):
    name: str
    description: str
    parameters: Mapping[str, object]


class ToolShape(TypedDict):
    type: Literal["function"]
    function: FunctionShape


class FunctionName(TypedDict):
    name: str


class ChosenTool(TypedDict):
    type: Literal["function"]
    function: FunctionName


class Options(TypedDict, total=False):
    max_tokens: NotRequired[int]
    temperature: NotRequired[float]
    top_p: NotRequired[float]
    frequency_penalty: NotRequired[float]
    presence_penalty: NotRequired[float]
    seed: NotRequired[int]
    stop: NotRequired[list[str]]
    tools: NotRequired[list[ToolShape]]
    tool_choice: NotRequired[Literal["auto", "none", "required"] | ChosenTool]
    parallel_tool_calls: NotRequired[bool]


def options(settings: ModelSettings, parameters: ModelRequestParameters) -> Options:
    """Only what is set is sent, 0 included. litellm drops what a provider does not know (`drop_params`)."""
    made = Options()
    if "max_tokens" in settings:
        made["max_tokens"] = settings["max_tokens"]
    if "temperature" in settings:
        made["temperature"] = settings["temperature"]
    if "top_p" in settings:
        made["top_p"] = settings["top_p"]
    if "frequency_penalty" in settings:
        made["frequency_penalty"] = settings["frequency_penalty"]
    if "presence_penalty" in settings:
        made["presence_penalty"] = settings["presence_penalty"]
    if "seed" in settings:
        made["seed"] = settings["seed"]
    if stop := settings.get("stop_sequences"):
        made["stop"] = stop
    if tools := _tools(settings, parameters):
        made["tools"] = [_shape(tool) for tool in tools]
        made["tool_choice"] = _choice(settings, parameters, tools)
        if (parallel := settings.get("parallel_tool_calls")) is not None:
            made["parallel_tool_calls"] = parallel
    return made


def _tools(settings: ModelSettings, parameters: ModelRequestParameters) -> list[ToolDefinition]:
    tools = list(parameters.declared_tool_defs.values())
    chosen = settings.get("tool_choice")
    return [tool for tool in tools if tool.name in chosen] if isinstance(chosen, list) and chosen else tools


def _choice(
    settings: ModelSettings, parameters: ModelRequestParameters, tools: Sequence[ToolDefinition]
) -> Literal["auto", "none", "required"] | ChosenTool:
    match settings.get("tool_choice"):
        case "none" | []:
            return "none"
        case "required":
            return "required"
        case list():
            return ChosenTool(type="function", function={"name": tools[0].name}) if len(tools) == 1 else "required"
        case _:
            return "auto" if parameters.allow_text_output else "required"


def _shape(tool: ToolDefinition) -> ToolShape:
    function = FunctionShape(name=tool.name, description=tool.description or "", parameters=tool.parameters_json_schema)
    return ToolShape(type="function", function=function)
