"""Requests that change something: one transaction each, and the same `Idempotency-Key` again does nothing again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import who
from api.problems import BadRequest
from api.service import service
from storage import idempotency
from storage.database import Connection
from storage.idempotency import Claim, Kept
from storage.parts import Json
from storage.people import Person

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Reply:
    """What an effect answers with."""

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Effect = Callable[[Connection, Person], Awaitable[Reply]]


async def once(request: Request, said: BaseModel | None, effect: Effect, *, required: bool) -> Response:
    """Run `effect` for whoever asks, a new guest if need be, and answer with its reply; all in one transaction.

    `said` is the body. With an `Idempotency-Key` the reply is kept, and given again to the same request of the same
    person. What an error refuses is rolled back and not kept: asked again, it is decided anew.
    Raises BadRequest without a key where one is `required`, KeyInUse, KeyReused, and what the effect raises.
    """
    here = service(request)
    key = _key(request, required)
    async with here.database.transaction() as conn:
        person, guest = await who.person_or_guest(conn, request)
        if key is None:
            made, replayed = _kept(await effect(conn, person)), False
        else:
            asked = Claim(user_id=person.user_id, endpoint=_endpoint(request), key=key, digest=_digest(request, said))
            now = here.clock()
            before = await idempotency.claim(conn, asked, now)
            replayed = before is not None
            made = before or _kept(await effect(conn, person))
            if not replayed:
                lasts = timedelta(hours=here.settings.idempotency_hours)
                await idempotency.keep(conn, asked, made, now, now + lasts)
    response = _response(made)
    if replayed:
        response.headers[REPLAYED] = "true"
    who.welcome(request, response, guest)
    return response


def _key(request: Request, required: bool) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise BadRequest(f"Send an {HEADER}: the same one whenever you send this request again.")
        return None
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise BadRequest(f"An {HEADER} is 1 to {_LONGEST} printable ASCII characters.")
    return key


def _endpoint(request: Request) -> str:
    return f"{request.method} {request.scope['route'].path}"


def _digest(request: Request, said: BaseModel | None) -> bytes:
    """Of the address and of what the body says, however it was written."""
    body = None if said is None else said.model_dump(mode="json")
    asked = [request.url.path, request.url.query, body]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()


def _kept(reply: Reply) -> Kept:
    body: Json = None if reply.body is None else reply.body.model_dump(mode="json")
    return Kept(status=reply.status, headers=reply.headers, body=body)


def _response(kept: Kept) -> Response:
    headers = dict(kept.headers)
    if kept.body is None:
        return Response(status_code=kept.status, headers=headers)
    return JSONResponse(kept.body, status_code=kept.status, headers=headers)
