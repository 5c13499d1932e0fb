from __future__ import annotations

from typing import Any

from pydantic_ai import Agent
from pydantic_ai.capabilities import AbstractCapability

from agent import shopper
from agent.toolset import Toolset
from tools.registry import SHOP_TOOLS


def capabilities(agent: Agent[Any, Any]) -> list[str]:
    found: list[AbstractCapability[Any]] = []
    agent.root_capability.apply(found.append)
    return [type(capability).__name__ for capability in found]


def test_the_agent_goes_without_what_every_agent_is_given() -> None:
    """Whatever else a new release gives every agent has to be looked at before it is left out."""
    assert capabilities(Agent()) == ["ToolSearch", "PendingMessageDrainCapability"]
    made = shopper.build(SHOP_TOOLS)
    assert capabilities(made) == []
    [toolset] = [toolset for toolset in made.toolsets if isinstance(toolset, Toolset)]
    assert not any(tool.tool_def.defer_loading for tool in toolset._described.values())
