"""The addresses that a shopper keeps; one of them is the default, where orders go when nothing else is said."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.order_details import AddressDetails
from api.path import uuid_in
from api.service import service
from storage import addresses, audit
from storage.addresses import SavedAddress
from storage.audit import Entry, State
from storage.database import Connection
from storage.people import Person
from tools.order_arguments import PostalAddress

_MISSING = "There is no such address."


class SavedAddressDetails(AddressDetails):
    """An address with its id, and whether it is the default."""

    id: UUID
    is_default: bool


class AddressList(BaseModel):
    """The default first, then the newest."""

    items: list[SavedAddressDetails]


class KeptAddress(PostalAddress):
    """An address to keep. The first one is the default anyway; one that is the default stays so until another is."""

    is_default: bool = Field(default=False, description="Whether orders go here when nothing else is said.")

    def stored(self) -> addresses.Address:
        """The address alone."""
        return addresses.Address(**self.model_dump(exclude={"is_default"}))


async def every(request: Request) -> Response:
    """The own addresses."""
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        found = await addresses.of(conn, person) if person else ()
    return JSONResponse(AddressList(items=[_details(saved) for saved in found]).model_dump(mode="json"))


async def add(request: Request) -> Response:
    """Keep an address."""
    said = await body.read(request, KeptAddress, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        added = await addresses.add(conn, person, said.stored(), is_default=said.is_default)
        saved = await addresses.get(conn, person, added)
        await _log(request, conn, person, "create", None, saved)
        return Reply(201, _details(saved))

    return await once(request, said, effect, required=False)


async def change(request: Request) -> Response:
    """Have another address in the place of a kept one; orders keep what they were sent to."""
    address_id = uuid_in(request, _MISSING)
    said = await body.read(request, KeptAddress, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        before = await addresses.get(conn, person, address_id)
        if said.stored() != before.address:
            await addresses.change(conn, person, address_id, said.stored())
        if said.is_default and not before.is_default:
            await addresses.choose(conn, person, address_id)
        after = await addresses.get(conn, person, address_id)
        await _log(request, conn, person, "change", before, after)
        return Reply(200, _details(after))

    return await once(request, said, effect, required=False)


async def choose(request: Request) -> Response:
    """Have a kept address as the default."""
    address_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        before = await addresses.get(conn, person, address_id)
        if not before.is_default:
            await addresses.choose(conn, person, address_id)
        after = await addresses.get(conn, person, address_id)
        await _log(request, conn, person, "choose", before, after)
        return Reply(200, _details(after))

    return await once(request, None, effect, required=False)


async def remove(request: Request) -> Response:
    """Forget an address: the audit log says that it was removed, and of before it keeps which fields changed."""
    address_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        await addresses.remove(conn, person, address_id)
        await audit.forget(conn, "address", address_id)
        entry = Entry(entity_type="address", entity_id=address_id, action="remove", before={}, after={})
        await audit.record(conn, person, entry, who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def _log(
    request: Request,
    conn: Connection,
    person: Person,
    action: str,
    before: SavedAddress | None,
    after: SavedAddress,
) -> None:
    """Into the audit log: what differs. Others than the person read there which fields they were (api/audit_log.py)."""
    if before == after:
        return
    was, now = _flat(before), _flat(after)
    differ = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    entry = Entry(
        entity_type="address",
        entity_id=after.id,
        action=action,
        before={name: was[name] for name in differ if name in was},
        after={name: now[name] for name in differ if name in now},
    )
    await audit.record(conn, person, entry, who.cause(request))


def _flat(saved: SavedAddress | None) -> State:
    return {} if saved is None else {**saved.address.as_json(), "is_default": saved.is_default}


def _details(saved: SavedAddress) -> SavedAddressDetails:
    return SavedAddressDetails(id=saved.id, is_default=saved.is_default, **saved.address.as_json())


_ADDRESS = Answer(detail="The address", model=SavedAddressDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/addresses",
        right="anyone",
        scope="orders:read",
        personal=True,
        handler=every,
        summary="The own addresses",
        answers={200: Answer(detail="All of them", model=AddressList)},
        faults=(503,),
    ),
    Endpoint(
        method="POST",
        path="/v1/addresses",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=add,
        summary="Keep an address",
        takes=KeptAddress,
        idempotency="accepted",
        answers={201: _ADDRESS},
        faults=(503,),
    ),
    Endpoint(
        method="PUT",
        path="/v1/addresses/{id}",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=change,
        summary="Have another address in the place of a kept one",
        takes=KeptAddress,
        idempotency="accepted",
        answers={200: _ADDRESS},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/addresses/{id}/default",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=choose,
        summary="Have a kept address as the default",
        idempotency="accepted",
        answers={200: _ADDRESS},
        faults=(404, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/addresses/{id}",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=remove,
        summary="Forget an address",
        idempotency="accepted",
        answers={204: Answer(detail="Done")},
        faults=(404, 503),
    ),
)
