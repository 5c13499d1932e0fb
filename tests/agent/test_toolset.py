from __future__ import annotations

from typing import Any, cast

import pytest
from pydantic_ai import RunContext, ToolFailed
from pydantic_ai.models.test import TestModel
from pydantic_ai.usage import RunUsage
from typing_extensions import TypedDict

from agent.door import Door
from agent.toolset import Toolset
from storage.clock import utc_now
from storage.database import Database
from storage.embedder import Embedder
from storage.people import Person
from tests.support.factory import make_person
from tests.support.turns import flushing, recorder_of, take
from tools.context import ToolContext
from tools.results import ToolResult
from tools.tool import tool


class Note(TypedDict):
    note: str


@tool(effect="read")
async def look(ctx: ToolContext, slug: str) -> ToolResult[Note]:
    """Looks."""
    return ToolResult(output={"note": slug})


@tool(effect="write")
async def change(ctx: ToolContext, slug: str) -> ToolResult[Note]:
    """Changes."""
    return ToolResult(output={"note": slug})


def context(door: Door) -> RunContext[Door]:
    return RunContext(deps=door, model=TestModel(), usage=RunUsage(), tool_call_id="c")


async def test_tools_are_described_as_the_registrys_and_those_that_write_run_alone() -> None:
    described = await Toolset([look, change], retries=7).get_tools(context(cast("Door", None)))
    assert [(name, one.tool_def.sequential, one.max_retries) for name, one in described.items()] == [
        ("look", False, 7),
        ("change", True, 7),
    ]
    assert described["look"].tool_def.parameters_json_schema == look.input_schema
    assert described["look"].tool_def.description == "Looks."


@pytest.fixture
async def person(module_database: Database) -> Person:
    async with module_database.connection() as conn:
        return await make_person(conn)


async def test_a_call_goes_through_the_door_with_whatever_names_the_model_invents(
    module_database: Database, person: Person
) -> None:
    turn = await take(module_database, person=person)
    async with flushing(module_database) as flusher:
        recorder = recorder_of(turn, flusher)
        recorder.step_started("m")
        door = Door(
            database=module_database,
            embedder=cast("Embedder", None),
            clock=utc_now,
            base_url="https://shop.test",
            person=person,
            store_id=None,
            recorder=recorder,
            tools={"look": look},
        )
        ctx, tools = context(door), Toolset([look], retries=7)
        described = (await tools.get_tools(ctx))["look"]
        assert await tools.call_tool("look", {"slug": "x"}, ctx, described) == {"note": "x"}
        invented: dict[str, Any] = described.args_validator.validate_json('{"slug": "x", "ctx": 1, "self": 2}')
        with pytest.raises(ToolFailed, match="ctx"):
            await tools.call_tool("look", invented, ctx, described)
