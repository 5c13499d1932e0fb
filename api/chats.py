"""A person's chats: to be listed, found, named and deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import answering, body, key, paging, query, who
from api.chat import own_chat
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.service import service
from storage import chats, runs
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person
from storage.text import storable


class ChatQuery(PageQuery):
    """The own chats, or those in which something is said of."""

    q: str | None = Field(default=None, min_length=1, max_length=200, description="Words in the title or in a message.")


class ChatDetails(BaseModel):
    """A chat in the list; `id` is the client's name for it, `store` the slug of the store it is about, null for all."""

    id: str
    title: str
    store: str | None
    updated_at: datetime


class ChatPage(Page[ChatDetails]):
    """The latest first."""


class Renaming(BaseModel):
    """What the chat is to be called."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=200)


async def every(request: Request) -> Response:
    """The own chats."""
    asked = query.read(request, ChatQuery)
    after = paging.after(asked, tuple[datetime, UUID])
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        found = (
            await chats.page(
                conn,
                person.user_id,
                words=asked.q,
                after=after,
                limit=asked.limit + 1,
                stores=key.stores_of(request),
            )
            if person
            else ()
        )
    shown, following = paging.cut(found, asked.limit, lambda chat: chat.place)
    told = ChatPage(
        items=[
            ChatDetails(id=chat.public_id, title=chat.title, store=chat.store, updated_at=chat.updated_at)
            for chat in shown
        ],
        next=following,
    )
    return JSONResponse(told.model_dump(mode="json"))


async def rename(request: Request) -> Response:
    """Give a chat another title."""
    asked = await body.read(request, Renaming, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        await chats.rename(conn, person, await own_chat(request, conn), storable(asked.title), who.cause(request))
        return Reply(204)

    return await once(request, asked, effect, required=False)


async def delete(request: Request) -> Response:
    """Have a chat no longer; an answer being made in it is stopped first."""
    await _stop(request)

    async def effect(conn: Connection, person: Person) -> Reply:
        await chats.put_away(conn, person, await own_chat(request, conn), who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def _stop(request: Request) -> None:
    """Whether there is such a chat is the effect's to say: the key of a request sent again has its reply."""
    here = service(request)
    async with here.database.connection() as conn:
        try:
            chat = await own_chat(request, conn)
        except NotFound:
            return
        run = await runs.active(conn, chat.id)
    if run is not None:
        await answering.stop(here, run.id)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/chats",
        right="anyone",
        scope="chats:read",
        handler=every,
        query=ChatQuery,
        summary="The own chats, the latest first",
        answers={200: Answer(detail="A page of chats", model=ChatPage)},
        faults=(503,),
    ),
    Endpoint(
        method="PATCH",
        path="/v1/chats/{chat}",
        right="anyone",
        scope="chats:write",
        handler=rename,
        takes=Renaming,
        summary="Give a chat another title",
        idempotency="accepted",
        answers={204: Answer(detail="It is called so")},
        faults=(404, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/chats/{chat}",
        right="anyone",
        scope="chats:write",
        handler=delete,
        summary="Have a chat no longer",
        idempotency="accepted",
        answers={204: Answer(detail="It is gone")},
        faults=(404, 503),
    ),
)
