"""Flagged chats: a person flags a chat of theirs, moderators read it and settle the flag."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, paging, query, who
from api.chat import own_chat
from api.endpoint import Answer, Endpoint
from api.history import UiMessage
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import service
from api.ui_message import ui_message
from storage import chat_flags, chats, messages, parts
from storage.chat_flags import Flag
from storage.database import Connection
from storage.people import Person
from storage.text import storable

_MISSING = "There is no such flag."


class Flagging(BaseModel):
    """What is wrong with the chat."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=1000)


class FlagSettled(BaseModel):
    """What came of it, for other moderators."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    note: str | None = Field(default=None, max_length=1000)


class FlagDetails(BaseModel):
    """A flag; `settled_at` is null while it waits. `title` is the chat's."""

    id: UUID
    title: str
    reason: str
    created_at: datetime
    note: str | None
    settled_at: datetime | None


class FlaggedChat(FlagDetails):
    """A flag with the chat it is about, the branch its person sees."""

    messages: list[UiMessage]


class FlagQuery(PageQuery):
    """Which flags."""

    settled: bool = Field(default=False, description="Those settled, and not those that wait.")


class FlagPage(Page[FlagDetails]):
    """The oldest first."""


async def flag(request: Request) -> Response:
    """Flag a chat of one's own."""
    said = await body.read(request, Flagging, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        chat = await own_chat(request, conn)
        await chat_flags.raise_(conn, person, chat, storable(said.reason), who.cause(request))
        return Reply(204)

    return await once(request, said, effect, required=False)


async def every(request: Request) -> Response:
    """The flags that wait, or those that are settled."""
    asked = query.read(request, FlagQuery)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        found = await chat_flags.page(conn, settled=asked.settled, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda one: one.id)
    told = FlagPage(items=[_details(one) for one in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def get(request: Request) -> Response:
    """A flag, and what was said in its chat."""
    flag_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        found = await chat_flags.get(conn, flag_id)
        chat = await chats.get(conn, found.chat_id)
        branch = await messages.branch(conn, chat.leaf_id) if chat is not None and chat.leaf_id is not None else ()
        said = await parts.of_messages(conn, [message.id for message in branch])
    told = _details(found).model_dump(mode="json")
    return JSONResponse({**told, "messages": [ui_message(message, said[message.id]) for message in branch]})


async def settle(request: Request) -> Response:
    """Say that a moderator has looked at it."""
    flag_id = uuid_in(request, _MISSING)
    here = service(request)
    said = await body.read(request, FlagSettled, here.settings.max_body)
    note = None if said.note is None else storable(said.note)

    async def effect(conn: Connection, person: Person) -> Reply:
        settled = await chat_flags.settle(conn, person, flag_id, note, who.cause(request), here.clock())
        return Reply(200, _details(settled))

    return await once(request, said, effect, required=False)


def _details(found: Flag) -> FlagDetails:
    return FlagDetails(
        id=found.id,
        title=found.title,
        reason=found.reason,
        created_at=found.created_at,
        note=found.note,
        settled_at=found.settled_at,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="PUT",
        path="/v1/chats/{chat}/flag",
        right="anyone",
        scope="chats:write",
        handler=flag,
        takes=Flagging,
        summary="Flag a chat for a moderator",
        idempotency="accepted",
        answers={204: Answer(detail="A moderator will look at it")},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/flagged-chats",
        right="moderator",
        scope="moderation",
        handler=every,
        query=FlagQuery,
        summary="The chats that were flagged",
        answers={200: Answer(detail="A page of flags", model=FlagPage)},
        faults=(503,),
    ),
    Endpoint(
        method="GET",
        path="/v1/flagged-chats/{id}",
        right="moderator",
        scope="moderation",
        handler=get,
        summary="A flagged chat with its messages",
        answers={200: Answer(detail="The flag and the chat", model=FlaggedChat)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/flagged-chats/{id}/settle",
        right="moderator",
        scope="moderation",
        handler=settle,
        takes=FlagSettled,
        summary="Settle a flag",
        idempotency="accepted",
        answers={200: Answer(detail="The flag", model=FlagDetails)},
        faults=(404, 503),
    ),
)
