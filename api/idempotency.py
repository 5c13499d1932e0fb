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

from api import key, who
from api.problems import BadRequest
from api.service import service
from storage import idempotency
from storage.database import Connection
from storage.idempotency import Claim, Kept
from storage.parts import Json
from storage.people import NewGuest, Person

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


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `endpoint` and `digest` tell it from others, `key` is None where it brought none."""

    endpoint: str
    key: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The reply, whether it is one kept from before, and the guest that was made for it."""

    reply: Kept
    replayed: bool
    guest: NewGuest | None


async def once(request: Request, said: BaseModel | None, effect: Effect, *, required: bool) -> Response:
    """Run `effect` for whoever asks, a new guest if need be, and answer with its reply; all in one transaction.

    `said` is the body. With an `Idempotency-Key` the reply is kept, and given again to the same request of the same
    person. What an error refuses is rolled back and not kept: asked again, it is decided anew.
    Raises BadRequest without a key where one is `required`, KeyInUse, KeyReused, and what the effect raises.
    """
    return response(request, await do(request, asked_by(request, said, required=required), effect))


def asked_by(request: Request, said: BaseModel | None, *, required: bool) -> Asked:
    """What a REST request asks for; raises BadRequest as `once` does."""
    body = None if said is None else said.model_dump(mode="json")
    return Asked(
        endpoint=f"{request.method} {request.scope['route'].path}",
        key=checked_key(request.headers.get(HEADER), required),
        digest=digest(request.url.path, request.url.query, body),
    )


async def do(request: Request, asked: Asked, effect: Effect) -> Done:
    """The same for a door that is no plain REST: whatever is `asked`, by whoever sends the request."""
    here = service(request)
    async with here.database.transaction() as conn:
        person, guest = await who.person_or_guest(conn, request)
        if asked.key is None:
            return Done(_kept(await effect(conn, person)), False, guest)
        shown = key.known(request)
        by = "" if shown is None else f" {shown.id}"
        claim = Claim(user_id=person.user_id, endpoint=asked.endpoint + by, key=asked.key, digest=asked.digest)
        now = here.clock()
        before = await idempotency.claim(conn, claim, now)
        if before is not None:
            return Done(before, True, guest)
        made = _kept(await effect(conn, person))
        await idempotency.keep(conn, claim, made, now, now + timedelta(hours=here.settings.idempotency_hours))
        return Done(made, False, guest)


def checked_key(key: str | None, required: bool) -> str | None:
    """The key as it was sent. Raises BadRequest for one that is missing or cannot be one."""
    if key is None:
        if required:
            raise BadRequest(f"Send an {HEADER}: the same one whenever you send this request again.")
        return None
    if not (1 <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise BadRequest(f"An {HEADER} is 1 to {_LONGEST} printable ASCII characters.")
    return key


def digest(*asked: Json) -> bytes:
    """Of what is asked for, however it was written."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()


def response(request: Request, done: Done) -> Response:
    """What was done as a response, with the token of a new guest."""
    made = _response(done.reply)
    if done.replayed:
        made.headers[REPLAYED] = "true"
    who.welcome(request, made, done.guest)
    return made


def _kept(reply: Reply) -> Kept:
    body: Json = None if reply.body is None else reply.body.model_dump(mode="json")
    return Kept(status=reply.status, headers=reply.headers, body=body)


def _response(kept: Kept) -> Response:
    headers = dict(kept.headers)
    if kept.body is None:
        return Response(status_code=kept.status, headers=headers)
    return JSONResponse(kept.body, status_code=kept.status, headers=headers)
