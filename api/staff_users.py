"""What administrators do with users and with the API keys of others."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import api_keys, body, paging, query, who
from api.api_keys import KeyDetails
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import service
from storage import api_keys as keys
from storage import users
from storage.database import Connection
from storage.people import Person, Role
from storage.users import User, UserFilters

_MISSING = "There is no such user."


class UserQuery(PageQuery):
    """Which users."""

    q: str | None = Field(default=None, min_length=1, max_length=254, description="Beginning of the e-mail, or a name.")
    role: Role | None = None
    active: bool | None = None
    guest: bool | None = Field(default=None, description="Guests alone, or nobody of them.")


class UserDetails(BaseModel):
    """A user; `active` false is shut out."""

    id: UUID
    email: str | None
    name: str | None
    role: Role
    guest: bool
    active: bool
    provider: str | None
    created_at: datetime
    last_seen_at: datetime | None


class UserPage(Page[UserDetails]):
    """The newest first."""


class UserChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role | None = None
    active: bool | None = Field(default=None, description="False ends all sessions and API keys.")


class KeyQuery(PageQuery):
    """Whose keys; left out: everybody's."""

    user_id: UUID | None = None


class OwnedKey(KeyDetails):
    """A key with whose it is."""

    user_id: UUID


class OwnedKeyPage(Page[OwnedKey]):
    """The newest first."""


async def every(request: Request) -> Response:
    """The users."""
    asked = query.read(request, UserQuery)
    wanted = UserFilters(words=asked.q, role=asked.role, is_active=asked.active, is_anonymous=asked.guest)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        found = await users.page(conn, wanted, after=after, limit=asked.limit + 1)
    shown, following = paging.cut(found, asked.limit, lambda user: user.id)
    told = UserPage(items=[_details(user) for user in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def get(request: Request) -> Response:
    """One user."""
    user_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        found = await users.get(conn, user_id)
    return JSONResponse(_details(found).model_dump(mode="json"))


async def change(request: Request) -> Response:
    """Give a user a role, shut them out, let them in again."""
    user_id = uuid_in(request, _MISSING)
    here = service(request)
    said = await body.read(request, UserChange, here.settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        changed = await users.change(
            conn,
            person,
            user_id,
            role=said.role,
            is_active=said.active,
            cause=who.cause(request),
            now=here.clock(),
        )
        return Reply(200, _details(changed))

    return await once(request, said, effect, required=False)


async def every_key(request: Request) -> Response:
    """The API keys of everybody."""
    asked = query.read(request, KeyQuery)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        found = await keys.page(conn, asked.user_id, after=after, limit=asked.limit + 1)
        shown, following = paging.cut(found, asked.limit, lambda key: key.id)
        told = await api_keys.details(conn, shown, service(request).clock())
    owned = [OwnedKey(user_id=key.user_id, **details.model_dump()) for key, details in zip(shown, told, strict=True)]
    return JSONResponse(OwnedKeyPage(items=owned, next=following).model_dump(mode="json"))


async def revoke_key(request: Request) -> Response:
    """End anybody's key."""
    key_id = uuid_in(request, "There is no such API key.")

    async def effect(conn: Connection, person: Person) -> Reply:
        await keys.revoke(conn, person, key_id, who.cause(request), service(request).clock(), owner=None)
        return Reply(204)

    return await once(request, None, effect, required=False)


def _details(user: User) -> UserDetails:
    return UserDetails(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        guest=user.is_anonymous,
        active=user.is_active,
        provider=user.provider,
        created_at=user.created_at,
        last_seen_at=user.last_seen_at,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/staff/users",
        right="admin",
        scope="admin",
        handler=every,
        summary="The users",
        query=UserQuery,
        answers={200: Answer(detail="A page of users", model=UserPage)},
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/users/{id}",
        right="admin",
        scope="admin",
        handler=get,
        summary="One user",
        answers={200: Answer(detail="The user", model=UserDetails)},
        faults=(404,),
    ),
    Endpoint(
        method="PATCH",
        path="/v1/staff/users/{id}",
        right="admin",
        scope="admin",
        handler=change,
        summary="Give a user a role, shut them out, let them in again",
        takes=UserChange,
        idempotency="accepted",
        answers={200: Answer(detail="The user", model=UserDetails)},
        faults=(404, 409),
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/api-keys",
        right="admin",
        scope="admin",
        handler=every_key,
        summary="The API keys of everybody",
        query=KeyQuery,
        answers={200: Answer(detail="A page of keys", model=OwnedKeyPage)},
    ),
    Endpoint(
        method="DELETE",
        path="/v1/staff/api-keys/{id}",
        right="admin",
        scope="admin",
        handler=revoke_key,
        summary="Revoke anybody's API key",
        idempotency="accepted",
        answers={204: Answer(detail="It works no longer")},
        faults=(404,),
    ),
)
