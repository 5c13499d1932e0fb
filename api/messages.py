"""One message: what an answer was made with, its siblings, and another answer like it with other options."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.turn import Asked
from api import answering, body, sse, who
from api.chat_request import Options
from api.endpoint import Answer, Endpoint
from api.history import UiMessage
from api.idempotency import Reply, once
from api.service import base_url, service
from api.ui_message import ui_message
from storage import ai_options, chats, messages, parts, runs
from storage.chats import Chat
from storage.database import Connection
from storage.errors import NotFound
from storage.messages import Message
from storage.people import Person
from storage.runs import RunState
from storage.text import storable


class Rerun(BaseModel):
    """Make another answer to the same message with these options; what is left out is the service's choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ai_options: Options = Options()
    whenBusy: Literal["reject", "interrupt", "enqueue"] = "reject"  # noqa: N815 - the wire's name


class UsedOptions(BaseModel):
    """What an answer was made with; null where the provider chose."""

    message: str
    prompt: str
    prompt_name: str
    prompt_version: str
    model: str
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    frequency_penalty: float | None
    presence_penalty: float | None
    seed: int | None


class Sibling(BaseModel):
    """One of the messages that stand in the same place; `shown` is the one on the branch shown."""

    id: str
    created_at: datetime
    state: RunState | None
    shown: bool


class Siblings(BaseModel):
    """Oldest first."""

    siblings: list[Sibling]


async def get(request: Request) -> Response:
    """The message, also one that is not on the branch shown."""
    async with service(request).database.connection() as conn:
        _, message = await own_message(request, conn)
        found = await parts.of_messages(conn, [message.id])
    return JSONResponse(ui_message(message, found[message.id]))


async def options(request: Request) -> Response:
    """What the answer was made with."""
    async with service(request).database.connection() as conn:
        _, message = await own_message(request, conn)
        used = await ai_options.of_message(conn, message.id)
    if used is None:
        raise NotFound("This message was not made by a model.")
    told = UsedOptions(
        message=message.public_id,
        prompt=used.prompt,
        prompt_name=used.prompt_name,
        prompt_version=used.prompt_version,
        model=used.model,
        max_tokens=used.max_tokens,
        temperature=None if used.temperature is None else float(used.temperature),
        top_p=None if used.top_p is None else float(used.top_p),
        frequency_penalty=None if used.frequency_penalty is None else float(used.frequency_penalty),
        presence_penalty=None if used.presence_penalty is None else float(used.presence_penalty),
        seed=used.seed,
    )
    return JSONResponse(told.model_dump(mode="json"))


async def siblings(request: Request) -> Response:
    """The messages that stand in the same place: edits of a question, or answers to the same one."""
    async with service(request).database.connection() as conn:
        chat, message = await own_message(request, conn)
        branch = await messages.branch(conn, chat.leaf_id) if chat.leaf_id else ()
        shown = {one.id for one in branch}
        listed = []
        for one in await messages.siblings(conn, message):
            run = await runs.of_message(conn, one.id)
            listed.append(
                Sibling(
                    id=one.public_id,
                    created_at=one.created_at,
                    state=run.state if run else None,
                    shown=one.id in shown,
                )
            )
    return JSONResponse(Siblings(siblings=listed).model_dump(mode="json"))


async def show(request: Request) -> Response:
    """Show the branch this message is on, down to its latest message."""

    async def effect(conn: Connection, _: Person) -> Reply:
        chat, message = await own_message(request, conn)
        await chats.move_leaf(conn, chat.id, await messages.latest_below(conn, message.id))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def rerun(request: Request) -> Response:
    """Answer the same message again with other options; the old answer stays as a sibling."""
    here = service(request)
    asked = await body.read(request, Rerun, here.settings.max_body)
    async with here.database.connection() as conn:
        chat, message = await own_message(request, conn)
    turn = Asked(
        chat=chat.public_id,
        trigger="regenerate-message",
        message=message.public_id,
        parts=(),
        store_id=chat.store_id,
        base_url=base_url(request),
        when_busy=asked.whenBusy,
    )
    return await answering.answer(request, turn, asked.ai_options)


async def own_message(request: Request, conn: Connection) -> tuple[Chat, Message]:
    """The message the path names, as the history does, and its chat. Raises NotFound for what is not one's own."""
    person = await who.person_on(conn, request)
    name = storable(request.path_params["id"])
    message = await messages.of_person(conn, person.user_id, name) if person else None
    chat = await chats.get(conn, message.chat_id) if message else None
    if message is None or chat is None:
        raise NotFound("There is no such message.")
    return chat, message


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/messages/{id}",
        right="anyone",
        scope="chats:read",
        handler=get,
        summary="A message, also one that is not on the branch shown",
        answers={200: Answer(detail="The message", model=UiMessage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/options",
        right="anyone",
        scope="chats:read",
        handler=options,
        summary="What an answer was made with",
        answers={200: Answer(detail="The options", model=UsedOptions)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/messages/{id}/siblings",
        right="anyone",
        scope="chats:read",
        handler=siblings,
        summary="The messages that stand in the same place",
        answers={200: Answer(detail="The siblings, oldest first", model=Siblings)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/messages/{id}/show",
        right="anyone",
        scope="chats:write",
        handler=show,
        summary="Show the branch this message is on",
        idempotency="accepted",
        answers={204: Answer(detail="It is shown")},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/messages/{id}/rerun",
        right="anyone",
        scope="chats:write",
        handler=rerun,
        summary="Answer the same message again with other options",
        takes=Rerun,
        answers={200: sse.STREAM},
        faults=(404, 409, 503),
    ),
)
