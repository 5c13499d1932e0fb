"""The chat: a shopper's message in, the answer out as a stream; the stream again; stop."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent import cursor
from agent.deciding import Said
from agent.reader import Reader
from agent.turn import Asked, Question
from api import answering, body, deciding, sse, who
from api.chat_request import ChatRequest, decisions, words_and_files
from api.endpoint import Answer, Endpoint
from api.problems import BadFields, Fault
from api.service import base_url, service
from storage import chats, messages, runs
from storage.chats import Chat
from storage.database import Connection
from storage.errors import NotFound
from storage.messages import Message
from storage.parts import FilePart, TextPart
from storage.runs import RunState
from storage.text import storable


class Stopped(BaseModel):
    """How the chat stands after a stop: the run it was about, if any was running, and its state."""

    run: UUID | None
    state: RunState | Literal["idle"]


async def post(request: Request) -> Response:
    """Take a shopper's message and stream the answer; the run goes on whether or not anybody reads."""
    here = service(request)
    asked = await body.read(request, ChatRequest, here.settings.max_body)
    if (decided := _decided(asked)) and asked.trigger == "submit-message":
        return await deciding.in_chat(request, asked.id, decided)
    said = _said(asked, here.settings.max_message)
    turn = Asked(
        chat=asked.id,
        trigger=asked.trigger,
        message=asked.message.id if said and asked.message is not None else asked.messageId,
        parts=said,
        question=_question(asked, here.settings.max_message),
        store_id=None,
        base_url=base_url(request),
        when_busy=asked.whenBusy,
    )
    return await answering.answer(request, turn, asked.ai_options, asked.store)


async def resume(request: Request) -> Response:
    """The answer being made, from its beginning and on, or from `Last-Event-ID`, with which an old answer is told too.

    One that ended while nobody read on is told too, once. 204 when there is nothing to tell, also for an unknown chat:
    clients ask at every page load.
    """
    here = service(request)
    last = request.headers.get("last-event-id") or None
    message = await _to_tell(request, last)
    if message is None:
        return Response(status_code=204)
    resets = sse.knows_reset(request)
    reader = Reader(resumes=True, resets=resets)
    if last is not None:
        reader = cursor.restored(last, await here.feed.view(message.id), resets=resets)
    return sse.stream(here, message.id, reader, who.session_id(request))


async def stop(request: Request) -> Response:
    """Stop the answer being made, in whichever process; a chat that is idle stays so."""
    here = service(request)
    async with here.database.connection() as conn:
        chat = await own_chat(request, conn)
        run = await runs.active(conn, chat.id)
    if run is None:
        return JSONResponse(Stopped(run=None, state="idle").model_dump(mode="json"))
    ended = await answering.stop(here, run.id)
    state = ended.state if ended is not None else "stopped"
    return JSONResponse(Stopped(run=run.id, state=state).model_dump(mode="json"))


async def own_chat(request: Request, conn: Connection) -> Chat:
    """The chat the path names, if it is the asking person's. Raises NotFound."""
    name = request.path_params["chat"]
    person = await who.person_on(conn, request) if storable(name) == name else None
    chat = await chats.find(conn, name, person.user_id) if person else None
    if chat is None:
        raise NotFound("There is no such chat.")
    return chat


async def _to_tell(request: Request, last: str | None) -> Message | None:
    named = cursor.message_of(last) if last is not None else None
    async with service(request).database.connection() as conn:
        try:
            chat = await own_chat(request, conn)
        except NotFound:
            return None
        if named is not None:
            found = await messages.find(conn, chat.id, named)
            return found if found is not None and found.role == "assistant" else None
        if (run := await runs.active(conn, chat.id)) is not None:
            return await messages.get(conn, run.message_id)
        if chat.leaf_id is None or (last is None and not await runs.untold(conn, chat.leaf_id)):
            return None
        return await messages.get(conn, chat.leaf_id)


def _decided(asked: ChatRequest) -> tuple[Said, ...]:
    """What the shopper says of calls that wait, where the message is the answer that asked."""
    message = asked.message
    return decisions(message) if message is not None and message.role == "assistant" else ()


def _question(asked: ChatRequest, limit: int) -> Question | None:
    """The message a regenerate is about, where the client sends one that can be taken."""
    if asked.trigger == "submit-message" or asked.message is None or asked.message.role != "user":
        return None
    try:
        return Question(asked.message.id, words_and_files(asked.message, limit))
    except ValueError:
        return None


def _said(asked: ChatRequest, limit: int) -> tuple[TextPart | FilePart, ...]:
    """The words and files asked with, checked; none for a regenerate, which has none of its own."""
    if asked.trigger == "regenerate-message":
        return ()
    if asked.message is None:
        raise BadFields([Fault(field="messages", detail="send at least one message, or `message`")])
    if asked.message.role != "user":
        raise BadFields(
            [
                Fault(
                    field="messages",
                    detail="the last message must be the shopper's (role user)",
                )
            ]
        )
    try:
        return words_and_files(asked.message, limit)
    except ValueError as error:
        raise BadFields([Fault(field="messages", detail=str(error))]) from error


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/chat",
        right="anyone",
        scope="chats:write",
        handler=post,
        summary="Take a shopper's message and stream the answer",
        takes=ChatRequest,
        answers={200: sse.STREAM},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="GET",
        path="/api/chat/{chat}/stream",
        right="anyone",
        scope="chats:read",
        handler=resume,
        summary="The answer being made, from its beginning and on",
        answers={200: sse.STREAM, 204: Answer(detail="Nothing is being answered")},
        faults=(422, 503),
    ),
    Endpoint(
        method="POST",
        path="/api/chat/{chat}/stop",
        right="anyone",
        scope="chats:write",
        handler=stop,
        summary="Stop the answer being made, in whichever process",
        answers={200: Answer(detail="It has ended, or nothing was running", model=Stopped)},
        faults=(404, 503),
    ),
)
