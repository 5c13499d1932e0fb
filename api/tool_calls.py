"""The tools for integrators: the same functions the agent calls, with the same checks, transaction and audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from pydantic import BaseModel, Field, RootModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, idempotency, key, query, who
from api.actions import ActionDetails, details
from api.endpoint import Answer, Endpoint
from api.idempotency import HEADER, Asked, Done, Reply, checked_key, digest
from api.query import Query
from api.service import base_url, service
from storage.database import Connection
from storage.errors import NotFound
from storage.idempotency import Kept
from storage.parts import Json
from storage.people import Person
from tools import confirmation
from tools.context import ToolContext
from tools.tool import Effect, Result, Tool


class ToolQuery(Query):
    """Where to shop."""

    store: str | None = Field(
        default=None, max_length=100, description="The slug of a store; absent: the one configured, or all stores."
    )


class Arguments(RootModel[dict[str, Any]]):
    """A tool's arguments, an object as its `input_schema` says."""


class ToolShown(BaseModel):
    """`confirm`: it is asked for and happens once its action is confirmed. The schemas are JSON Schema 2020-12."""

    name: str
    description: str
    effect: Effect
    confirm: bool
    input_schema: dict[str, Any]
    output_schema: dict[str, Any]


class ToolList(BaseModel):
    """Every tool."""

    tools: list[ToolShown]


class DataShown(BaseModel):
    """Rows for a page, as the `data-NAME` parts of an answer hold them."""

    name: str
    id: str
    content: dict[str, Any]


class SourceShown(BaseModel):
    """A page the output rests on."""

    source_id: str
    url: str
    title: str


class ToolOutput(BaseModel):
    """`output` is what a model would read, in the shape of the tool's `output_schema`."""

    output: dict[str, Any]
    data: list[DataShown]
    sources: list[SourceShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, by whichever door. `store` is a slug; `key` the idempotency key, heeded where the tool writes."""

    tool: Tool
    arguments: Mapping[str, Json]
    store: str | None
    key: str | None
    door: str


async def every(request: Request) -> Response:
    """Every tool with its schemas."""
    told = ToolList(tools=[_shown(tool) for tool in service(request).runner.tools.values()])
    return JSONResponse(told.model_dump(mode="json"))


async def post(request: Request) -> Response:
    """Call a tool; the body is its arguments."""
    asked = query.read(request, ToolQuery)
    tool = service(request).runner.tools.get(request.path_params["name"])
    if tool is None:
        raise NotFound("There is no such tool.", field="name")
    said = await body.read(request, Arguments, service(request).settings.max_body)
    key = checked_key(request.headers.get(HEADER), required=tool.effect == "write")
    call = Call(tool=tool, arguments=said.root, store=asked.store, key=key, door="POST /v1/tools")
    return idempotency.response(request, await run(request, call))


async def run(request: Request, call: Call) -> Done:
    """Call a tool for whoever sends the request, a new guest if need be.

    What writes does so once a key, all in one transaction; what needs a confirmation is asked for (202). Raises what
    the tool refuses with, NotFound for an unknown store, KeyInUse and KeyReused.
    """
    here = service(request)
    writes = call.tool.effect == "write"

    async def effect(conn: Connection, person: Person) -> Reply:
        ctx = ToolContext(
            conn=conn,
            person=person,
            store_id=await key.store_id(request, conn, call.store, here.settings.store),
            embedder=here.embedder,
            clock=here.clock,
            base_url=base_url(request),
            cause=who.cause(request),
        )
        if call.tool.confirm is not None:
            return Reply(202, details(await confirmation.ask(ctx, call.tool, call.arguments), here.clock()))
        return Reply(200, _output(await call.tool.call(ctx, call.arguments)))

    asked = Asked(
        endpoint=f"{call.door}/{call.tool.name}",
        key=call.key if writes else None,
        digest=digest(call.store, cast("Json", call.arguments)),
    )
    known = None if writes else await who.person(request)
    if known is None:
        return await idempotency.do(request, asked, effect)
    async with here.database.connection() as conn:
        made = await effect(conn, known)
    return Done(Kept(status=made.status, headers={}, body=_json(made.body)), False, None)


def _shown(tool: Tool) -> ToolShown:
    return ToolShown(
        name=tool.name,
        description=tool.description,
        effect=tool.effect,
        confirm=tool.confirm is not None,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
    )


def _output(result: Result) -> ToolOutput:
    return ToolOutput(
        output=dict(result.output),
        data=[DataShown(name=part.name, id=part.id, content=dict(part.content)) for part in result.data],
        sources=[SourceShown(**asdict(source)) for source in result.sources],
    )


def _json(told: BaseModel | None) -> Json:
    return None if told is None else cast("Json", told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/tools",
        right="anyone",
        scope="tools",
        handler=every,
        summary="The tools, with JSON Schemas of what they take and give",
        answers={200: Answer(detail="Every tool", model=ToolList)},
    ),
    Endpoint(
        method="POST",
        path="/v1/tools/{name}",
        right="anyone",
        scope="tools",
        handler=post,
        summary="Call a tool: the body is its arguments; one that writes needs an Idempotency-Key",
        takes=Arguments,
        query=ToolQuery,
        idempotency="accepted",
        answers={
            200: Answer(detail="What it gave", model=ToolOutput),
            202: Answer(detail="It is asked for and happens once this action is confirmed", model=ActionDetails),
        },
        faults=(404, 409, 503),
    ),
)
