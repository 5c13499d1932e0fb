"""The tools over MCP: stateless streamable HTTP, by the SDK's own transport. No process remembers anything of a client.

Where the Universal Commerce Protocol has tools for the same thing they are offered instead of ours (`tools/ucp`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Literal, cast
from uuid import UUID

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ConfigDict, Field, RootModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from agent.deciding import Said
from api import actions, body, origin, query, rights, tool_calls
from api.actions import ActionDetails, Rejection
from api.endpoint import Answer, Endpoint
from api.idempotency import Asked, Done, checked_key, digest
from api.problems import BadRequest
from api.service import service
from api.tool_calls import Call, ToolOutput, ToolQuery
from storage.database import CONNECTION_LOST
from storage.errors import Busy, CartwrightError
from storage.parts import Json
from tools.tool import Tool as ShopTool
from tools.ucp.registry import STANDS_FOR, UCP_TOOLS
from tools.ucp.shapes import Failure, failure

_log = logging.getLogger(__name__)

KEY = "idempotency-key"
_DOOR = "MCP tools/call"
_UCP_NAMES = frozenset(tool.name for tool in UCP_TOOLS)
_FAULT = "This did not work because of a fault in the shop."


class RpcMessage(BaseModel):
    """A JSON-RPC 2.0 request of the Model Context Protocol, or, without an `id`, a notification."""

    jsonrpc: Literal["2.0"]
    method: str
    id: str | int | None = None
    params: dict[str, Any] = Field(default_factory=dict)


class RpcAnswer(RootModel[dict[str, Any]]):
    """A JSON-RPC 2.0 response: `result` or `error`."""


class ConfirmAction(BaseModel):
    """Say yes to an action in the shopper's name: it happens now, once, if all that was shown still holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action_id: UUID


class RejectAction(Rejection):
    """Say no to an action in the shopper's name: nothing happens."""

    action_id: UUID


_DECISIONS: Mapping[str, type[ConfirmAction | RejectAction]] = {
    "confirm_action": ConfirmAction,
    "reject_action": RejectAction,
}


class _Handed(Response):
    """The request, read within its limit and checked, handed to the SDK's transport, which answers it."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it."""
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": self._raw, "more_body": False}

        server = Server("cartwright", title="Cartwright", on_list_tools=_list, on_call_tool=_call)
        manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=max(1, len(self._raw))
        )
        async with manager.run():
            await manager.handle_request(scope, replayed, send)


async def post(request: Request) -> Response:
    """One message of a client."""
    origin.check_host(request)
    query.read(request, ToolQuery)
    return _Handed(await body.json_within(request, service(request).settings.max_body))


async def _list(ctx: ServerRequestContext[Any, Any], _: PaginatedRequestParams | None) -> ListToolsResult:
    decisions = [
        Tool(
            name=name,
            description=model.__doc__,
            input_schema=_with_meta(model.model_json_schema(), required=True),
            output_schema=_action_schema(),
            annotations=ToolAnnotations(read_only_hint=False, destructive_hint=name == "confirm_action"),
        )
        for name, model in _DECISIONS.items()
    ]
    return ListToolsResult(tools=[*map(_told, offered(service(_request(ctx)).runner.tools).values()), *decisions])


def offered(tools: Mapping[str, ShopTool]) -> dict[str, ShopTool]:
    """What MCP offers for the tools of the service, by name."""
    return {each.name: each for tool in tools.values() for each in STANDS_FOR.get(tool.name, (tool,))}


def _told(tool: ShopTool) -> Tool:
    writes = tool.effect == "write"
    asks = "\n\nIt is only asked for: it happens once `confirm_action` is called for the action that this returns."
    return Tool(
        name=tool.name,
        description=tool.description + (asks if tool.confirm is not None else ""),
        input_schema=_with_meta(tool.input_schema, required=writes),
        output_schema=_action_schema() if tool.confirm is not None else tool.output_schema,
        annotations=ToolAnnotations(read_only_hint=not writes, destructive_hint=False),
    )


def _action_schema() -> dict[str, Any]:
    return ActionDetails.model_json_schema(mode="serialization")


def _with_meta(schema: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    """The arguments and beside them `meta`, as the Universal Commerce Protocol has it."""
    key = {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "description": "A new one (a UUID) for each thing to be done; the same one when a call is repeated.",
    }
    agent = {
        "type": "object",
        "properties": {"profile": {"type": "string"}},
        "description": "Who is calling, as the Universal Commerce Protocol has it; not needed.",
    }
    meta: dict[str, Any] = {"type": "object", "properties": {KEY: key, "ucp-agent": agent}}
    needed = [*schema.get("required", ())]
    if required:
        meta["required"] = [KEY]
        needed.append("meta")
    made = {**schema, "properties": {**schema.get("properties", {}), "meta": meta}}
    return made | ({"required": needed} if needed else {})


async def _call(ctx: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
    request = _request(ctx)
    try:
        return _result(await _done(request, params))
    except CartwrightError as error:
        if error.actor == "operator":
            _log.exception("tool %s failed", params.name)
            return _refusal(_FAULT, "internal", retry=True)
        told = failure(error) if params.name in _UCP_NAMES else None
        return _refusal(error.detail, error.code, retry=error.retry, told=told)
    except CONNECTION_LOST as error:
        _log.warning("tool %s: the database is out of reach: %s", params.name, error)
        return _refusal(Busy().detail, Busy().code, retry=True)
    except MCPError:
        raise
    except Exception:
        _log.exception("tool %s failed", params.name)
        return _refusal(_FAULT, "internal", retry=True)


def _request(ctx: ServerRequestContext[Any, Any]) -> Request:
    """The HTTP request a message came in; the transport always has one."""
    if ctx.request is None:
        raise TypeError("MCP is served over HTTP only")
    return cast("Request", ctx.request)


async def _done(request: Request, params: CallToolRequestParams) -> Done:
    arguments = dict(params.arguments or {})
    key = _key(arguments.pop("meta", None), cast("Mapping[str, Any]", params.meta or {}))
    if params.name in _DECISIONS:
        rights.needs(request, "orders:write")
        said = body.checked(_DECISIONS[params.name], arguments)
        asked = Asked(
            endpoint=f"{_DOOR}/{params.name}",
            key=checked_key(key, required=True),
            digest=digest(said.model_dump(mode="json")),
        )
        reason = said.reason if isinstance(said, RejectAction) else None
        approved = isinstance(said, ConfirmAction)
        return await actions.decide(request, asked, Said(action_id=said.action_id, approved=approved, reason=reason))
    tool = _tool(service(request).runner.tools, params.name)
    store = query.read(request, ToolQuery).store
    needed = checked_key(key, required=tool.effect == "write")
    call = Call(tool=tool, arguments=cast("Mapping[str, Json]", arguments), store=store, key=needed, door=_DOOR)
    return await tool_calls.run(request, call)


def _tool(tools: Mapping[str, ShopTool], name: str) -> ShopTool:
    """The tool that is called so here. Raises MCPError."""
    found = offered(tools).get(name)
    if found is None:
        raise MCPError(INVALID_PARAMS, f"There is no tool {name!r}.")
    return found


def _key(among_arguments: object, of_request: Mapping[str, Any]) -> str | None:
    """The key: in `meta` among the arguments or, out of a model's sight, in the request's own `_meta`."""
    given = among_arguments.get(KEY) if isinstance(among_arguments, Mapping) else None
    key = given if given is not None else of_request.get(KEY)
    if key is not None and not isinstance(key, str):
        raise BadRequest(f"meta.{KEY} is a text.")
    return key


def _result(done: Done) -> CallToolResult:
    told = cast("Mapping[str, Any]", done.reply.body)
    if done.reply.status >= 400:
        return _refusal(str(told["detail"]), str(told["code"]), retry=bool(told["retry"]))
    is_output = set(told) == set(ToolOutput.model_fields)
    shown = told["output"] if is_output else told
    meta: dict[str, Any] = {"cartwright/data": told["data"], "cartwright/sources": told["sources"]} if is_output else {}
    if done.replayed:
        meta["cartwright/replayed"] = True
    if done.guest is not None:
        meta["cartwright/session"] = done.guest.token
    text = TextContent(type="text", text=json.dumps(shown, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=shown, _meta=meta or None)


def _refusal(sentence: str, code: str, *, retry: bool, told: Failure | None = None) -> CallToolResult:
    meta = {"cartwright/code": code, "cartwright/retry": retry}
    text = TextContent(type="text", text=sentence)
    return CallToolResult(
        content=[text], structured_content=None if told is None else dict(told), is_error=True, _meta=meta
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/mcp",
        right="anyone",
        scope="tools",
        handler=post,
        summary="The Model Context Protocol: the tools, over stateless streamable HTTP",
        takes=RpcMessage,
        query=ToolQuery,
        answers={
            200: Answer(detail="A JSON-RPC response", model=RpcAnswer),
            202: Answer(detail="A notification was taken"),
            400: Answer(detail="A JSON-RPC error", model=RpcAnswer),
            404: Answer(detail="A JSON-RPC error: no such method", model=RpcAnswer),
            406: Answer(detail="A JSON-RPC error: accept application/json", model=RpcAnswer),
        },
        faults=(403,),
    ),
)
