"""The chat: a message in, the answer out as a stream; the stream again; the history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from agent.reader import Reader
from agent.runner import Job
from agent.turn import Asked, Turn, lay_down
from api import body, sse, who
from api.chat_request import ChatRequest, Options, words_and_files
from api.problems import BadFields, Fault
from api.service import Service, base_url, service
from api.ui_message import ui_message
from prompts.render import render
from storage import chats, messages, parts, runs, stores
from storage.ai_options import AiOptions
from storage.database import Connection
from storage.errors import NotFound
from storage.stores import Store

_NO_CHAT = "There is no such chat."
DEFAULT_PROMPT = "shopper"


class UiMessage(BaseModel):
    """The AI SDK's UIMessage; its parts are described in docs/protocol.md."""

    id: str
    role: Literal["user", "assistant", "system"]
    parts: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None


class ChatHistory(BaseModel):
    """The messages of the branch shown, oldest first."""

    id: str
    title: str
    messages: list[UiMessage]


async def post(request: Request) -> Response:
    """Take a shopper's message and stream the answer; the run goes on whether or not anybody reads."""
    here = service(request)
    asked = await body.read(request, ChatRequest, here.settings.max_body)
    said = _said(asked, here.settings.max_message)
    person, guest = await who.person_or_guest(request)
    async with here.database.transaction() as conn:
        store = await _store(conn, asked.store or here.settings.store)
        options = _options(here, asked.ai_options, store)
        turn = await lay_down(conn, person, _asked(asked, said, store), options, here.runner.lease, here.clock)
    if turn.is_new:
        here.runner.submit(Job(turn=turn, person=person, options=options, base_url=base_url(request)))
    response = _stream(here, turn, Reader(resumes=not turn.is_new))
    who.welcome(request, response, guest)
    return response


async def resume(request: Request) -> Response:
    """The answer being made, from its beginning and on; 204 when there is none, also for an unknown chat."""
    here = service(request)
    person = await who.person(request)
    if person is None:
        return Response(status_code=204)
    async with here.database.connection() as conn:
        chat = await chats.find(conn, request.path_params["chat"], person.user_id)
        run = await runs.active(conn, chat.id) if chat else None
    if run is None:
        return Response(status_code=204)
    reader = Reader(resumes=True)
    return sse.stream(here.feed.follow(run.message_id, reader), reader, here.settings)


async def history(request: Request) -> Response:
    """The branch shown, as UI messages; an answer still being made is left out: the stream brings it whole."""
    here = service(request)
    person = await who.person(request)
    if person is None:
        raise NotFound(_NO_CHAT)
    async with here.database.connection() as conn:
        chat = await chats.find(conn, request.path_params["chat"], person.user_id)
        if chat is None:
            raise NotFound(_NO_CHAT)
        active = await runs.active(conn, chat.id)
        branch = await messages.branch(conn, chat.leaf_id) if chat.leaf_id else ()
        shown = [message for message in branch if active is None or message.id != active.message_id]
        found = await parts.of_messages(conn, [message.id for message in shown])
    told = [ui_message(message, found[message.id]) for message in shown]
    return JSONResponse({"id": chat.public_id, "title": chat.title, "messages": told})


def _stream(here: Service, turn: Turn, reader: Reader) -> Response:
    return sse.stream(here.feed.follow(turn.run.message_id, reader), reader, here.settings)


def _said(asked: ChatRequest, limit: int) -> Asked | None:
    """The message asked with, checked; None for a regenerate, which has none of its own."""
    if asked.trigger == "regenerate-message":
        return None
    if asked.message is None:
        raise BadFields([Fault(field="messages", detail="send at least one message, or `message`")])
    if asked.message.role != "user":
        raise BadFields([Fault(field="messages", detail="the last message must be the shopper's (role user)")])
    try:
        said = words_and_files(asked.message, limit)
    except ValueError as error:
        raise BadFields([Fault(field="messages", detail=str(error))]) from error
    return Asked(chat=asked.id, trigger="submit-message", message=asked.message.id, parts=said, store_id=None)


def _asked(asked: ChatRequest, said: Asked | None, store: Store | None) -> Asked:
    store_id = store.id if store else None
    if said is None:
        return Asked(chat=asked.id, trigger=asked.trigger, message=asked.messageId, parts=(), store_id=store_id)
    return replace(said, store_id=store_id)


async def _store(conn: Connection, slug: str | None) -> Store | None:
    return await stores.by_slug(conn, slug) if slug else None


def _options(here: Service, given: Options, store: Store | None) -> AiOptions:
    """What the answer will be made with. Raises BadFields for a model or prompt the service does not offer."""
    model = given.model or here.agent_settings.model
    offered = (here.agent_settings.model, *here.agent_settings.fallback_models)
    if model not in offered:
        raise BadFields([Fault(field="ai_options.model", detail=f"choose one of: {', '.join(offered)}")])
    prompt = here.prompts.get(given.prompt or DEFAULT_PROMPT)
    if prompt is None:
        raise BadFields([Fault(field="ai_options.prompt", detail=f"choose one of: {', '.join(sorted(here.prompts))}")])
    values = {
        "store": store.name if store else "this shop",
        "currency": store.currency if store else "the currency each product is listed in",
        "today": here.clock().date().isoformat(),
    }
    return AiOptions(
        prompt=render(prompt, values),
        prompt_name=prompt.name,
        prompt_version=str(prompt.version),
        model=model,
        max_tokens=given.max_tokens,
        temperature=given.temperature,
        top_p=given.top_p,
        frequency_penalty=given.frequency_penalty,
        presence_penalty=given.presence_penalty,
        seed=given.seed,
    )
