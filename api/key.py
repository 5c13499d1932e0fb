"""API keys as requests bring them: who they act for, what they were given, and which stores they see."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from uuid import UUID

from starlette.requests import Request

from api import body
from api.problems import BadFields, BadKey, Fault
from api.service import service
from storage import api_keys, stores
from storage.api_keys import MARK, Presented
from storage.database import Connection
from storage.errors import NotFound
from storage.orders import plain_number
from storage.parts import Json
from storage.text import storable


def given(request: Request) -> str | None:
    """The key the request carries, if it carries one and no session."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip().startswith(MARK) else None


def known(request: Request) -> Presented | None:
    """The key of this request, once it has been let in."""
    found: Presented | None = getattr(request.state, "key", None)
    return found


def stores_of(request: Request) -> tuple[UUID, ...] | None:
    """The stores that the key of this request sees; None: all, as where no key was sent."""
    key = known(request)
    return None if key is None else key.store_ids


async def find(request: Request) -> Presented | None:
    """The live key that the request carries; the request is its person's from now on. Looked up once."""
    secret = given(request)
    if secret is None or (key := known(request)) is not None:
        return known(request)
    here = service(request)
    async with here.database.connection() as conn:
        key = await api_keys.presented(conn, secret, here.clock())
    if key is not None:
        request.state.key = key
        request.state.person = key.person
    return key


async def let_in(request: Request) -> None:
    """Refuse a key that is none, and one that is asked for what it does not see. Raises BadKey, NotFound.

    A key for some stores sees those alone: a request that names anything of another one, in its path, query or body, is
    answered as if there were no such thing.
    """
    if given(request) is None:
        return
    key = await find(request)
    if key is None:
        raise BadKey
    if key.store_ids is not None:
        async with service(request).database.connection() as conn:
            texts = [storable(text) for text in await _texts(request)]
            ids = [found for text in texts if (found := _uuid(text)) is not None]
            numbers = [number for text in texts if len(text) <= _NUMBER and (number := plain_number(text))]
            if await api_keys.names_another_store(
                conn, key.person.user_id, key.store_ids, texts=texts, ids=ids, numbers=numbers
            ):
                raise NotFound


async def store_id(request: Request, conn: Connection, slug: str | None, default: str | None = None) -> UUID | None:
    """The store of this slug, or else the one that is the key's or the default; None: every store.

    Raises NotFound for what is no store or not the key's, BadFields where a key for several has to say which.
    """
    allowed = stores_of(request)
    if slug is None and allowed is not None:
        if len(allowed) != 1:
            raise BadFields([Fault(field="store", detail="this API key is for several stores: say which")])
        return allowed[0]
    slug = slug or default
    return None if slug is None else await store_named(request, conn, slug)


async def store_named(request: Request, conn: Connection, slug: str) -> UUID:
    """The store of this slug. Raises NotFound for what is no store or not the key's."""
    store = await stores.by_slug(conn, slug)
    allowed = stores_of(request)
    if allowed is not None and store.id not in allowed:
        raise NotFound("There is no store of that slug.", field="store")
    return store.id


_NUMBER = 100
"""Characters in what may be an order number."""


async def _texts(request: Request) -> list[str]:
    said = [*request.path_params.values(), *(text for _, text in request.query_params.multi_items())]
    raw = await body.kept(request, service(request).settings.max_body)
    try:
        value: Json = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        # No handler takes it either.
        value = None
    return [str(text) for text in said] + list(_strings(value))


def _strings(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for key, item in value.items():
                yield key
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)
        case _:
            return


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
