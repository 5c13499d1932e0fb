"""The API keys of a person: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, paging, query, rights, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.problems import BadFields, Fault, SignInNeeded
from api.rights import Right, Scope
from api.service import service
from storage import api_keys, stores
from storage.api_keys import ApiKey, Wanted
from storage.database import Connection
from storage.people import Person
from storage.text import storable

_MISSING = "There is no such API key."
_TAKES_ROLE: dict[Scope, Right] = {"moderation": "moderator", "admin": "admin"}


class NewKey(BaseModel):
    """What a key is to be for. `stores` are slugs; absent: every store."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=100, description="What it is for, in your words.")
    scopes: list[Scope] = Field(min_length=1, max_length=len(get_args(Scope)))
    stores: list[Annotated[str, Field(max_length=100)]] | None = Field(default=None, min_length=1, max_length=100)
    days: int = Field(default=90, ge=1, le=400, description="How many days it works.")


class KeyDetails(BaseModel):
    """A key by its `prefix`; the secret is told once. `last_used_at` is right to ten minutes."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    stores: list[str] | None
    state: Literal["live", "expired", "revoked"]
    expires_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime


class CreatedKey(KeyDetails):
    """`key` is the secret, told this once."""

    key: str


class KeyPage(Page[KeyDetails]):
    """The newest first."""


async def every(request: Request) -> Response:
    """The own keys."""
    asked = query.read(request, PageQuery)
    async with service(request).database.connection() as conn:
        person = await _person(conn, request)
        found = await api_keys.page(conn, person.user_id, after=paging.after(asked, UUID), limit=asked.limit + 1)
        shown, following = paging.cut(found, asked.limit, lambda key: key.id)
        told = KeyPage(items=await details(conn, shown, service(request).clock()), next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def create(request: Request) -> Response:
    """A new key. No idempotency key is heeded: a kept reply would keep the secret."""
    here = service(request)
    said = await body.read(request, NewKey, here.settings.max_body)
    now = here.clock()
    async with here.database.transaction() as conn:
        person = await _person(conn, request)
        _check(said, person)
        chosen = None if said.stores is None else [(await stores.by_slug(conn, slug)).id for slug in said.stores]
        wanted = Wanted(
            name=storable(said.name),
            scopes=sorted(set(said.scopes)),
            store_ids=chosen,
            expires_at=now + timedelta(days=said.days),
        )
        made, secret = await api_keys.create(conn, person, wanted, who.cause(request), now)
        [shown] = await details(conn, [made], now)
    told = CreatedKey(**shown.model_dump(), key=secret)
    return JSONResponse(told.model_dump(mode="json"), status_code=201, headers={"Cache-Control": "no-store"})


async def revoke(request: Request) -> Response:
    """End an own key; it works no longer, from the next request on."""
    key_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        now = service(request).clock()
        await api_keys.revoke(conn, person, key_id, who.cause(request), now, owner=person.user_id)
        return Reply(204)

    return await once(request, None, effect, required=False)


async def details(conn: Connection, found: Sequence[ApiKey], now: datetime) -> list[KeyDetails]:
    """Keys as they are shown."""
    slugs = {store.id: store.slug for store in await stores.all_active(conn)}
    return [_details(key, slugs, now) for key in found]


def _details(key: ApiKey, slugs: dict[UUID, str], now: datetime) -> KeyDetails:
    expired = key.expires_at is not None and key.expires_at <= now
    return KeyDetails(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=list(key.scopes),
        stores=None if key.store_ids is None else [slugs[one] for one in key.store_ids if one in slugs],
        state="revoked" if key.revoked_at is not None else "expired" if expired else "live",
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        created_at=key.created_at,
    )


def _check(said: NewKey, person: Person) -> None:
    """Raises BadFields for a scope that the person has no role for, or that reaches beyond the stores."""
    for scope, right in _TAKES_ROLE.items():
        if scope in said.scopes and not rights.has(person, right):
            raise BadFields([Fault(field="scopes", detail=f"{scope} takes the role {right}")])
        if scope in said.scopes and said.stores is not None:
            raise BadFields([Fault(field="stores", detail=f"{scope} is for all stores: leave them out")])


async def _person(conn: Connection, request: Request) -> Person:
    person = await who.person_on(conn, request)
    if person is None:
        raise SignInNeeded
    return person


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/api-keys",
        right="account",
        scope="closed",
        handler=every,
        summary="The own API keys",
        query=PageQuery,
        answers={200: Answer(detail="A page of keys", model=KeyPage)},
    ),
    Endpoint(
        method="POST",
        path="/v1/api-keys",
        right="account",
        scope="closed",
        handler=create,
        summary="Make an API key, whose secret is told once",
        takes=NewKey,
        answers={201: Answer(detail="The key", model=CreatedKey)},
        faults=(404, 409),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/api-keys/{id}",
        right="account",
        scope="closed",
        handler=revoke,
        summary="Revoke an API key",
        idempotency="accepted",
        answers={204: Answer(detail="It works no longer")},
        faults=(404,),
    ),
)
