"""What a shopper pays with. Numbers of cards never come here; gift cards are given by the shop and only shown."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.path import uuid_in
from api.service import service
from storage import audit, payment_methods
from storage.audit import Entry
from storage.database import Connection
from storage.payment_methods import Kind, PaymentMethod
from storage.people import Person


class MethodDetails(BaseModel):
    """A way to pay; `balance` is what a gift card can still pay, in minor units of `currency`."""

    id: UUID
    kind: Kind
    name: str
    brand: str | None
    last_four: str | None
    balance: int | None
    currency: str | None


class MethodList(BaseModel):
    """The oldest first."""

    items: list[MethodDetails]


class NewMethod(BaseModel):
    """A card or an account, by the provider's reference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["credit_card", "paypal"]
    reference: str = Field(
        min_length=1, max_length=200, pattern=r"[^0-9 -]", description="The provider's token for it."
    )
    brand: str | None = Field(default=None, min_length=1, max_length=50, description="Of a card.")
    last_four: str | None = Field(default=None, pattern=r"^[0-9]{4}$", description="Of a card, nothing more of it.")


async def every(request: Request) -> Response:
    """The own payment methods."""
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        found = await payment_methods.of(conn, person) if person else ()
    return JSONResponse(MethodList(items=[details(method) for method in found]).model_dump(mode="json"))


async def add(request: Request) -> Response:
    """Keep a payment method; the same reference again is the same one."""
    said = await body.read(request, NewMethod, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        of_card = said.kind == "credit_card"
        method = await payment_methods.add(
            conn,
            person.user_id,
            said.kind,
            reference=said.reference,
            brand=said.brand if of_card else None,
            last_four=said.last_four if of_card else None,
        )
        entry = Entry(
            entity_type="payment_method", entity_id=method.id, action="add", before={}, after={"kind": method.kind}
        )
        await audit.record(conn, person, entry, who.cause(request))
        return Reply(201, details(method))

    return await once(request, said, effect, required=False)


async def remove(request: Request) -> Response:
    """Take a payment method out of use."""
    method_id = uuid_in(request, "There is no such payment method.")

    async def effect(conn: Connection, person: Person) -> Reply:
        await payment_methods.remove(conn, person, method_id)
        was, now = {"is_active": True}, {"is_active": False}
        entry = Entry(entity_type="payment_method", entity_id=method_id, action="remove", before=was, after=now)
        await audit.record(conn, person, entry, who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


def details(method: PaymentMethod) -> MethodDetails:
    """A payment method as a client reads it."""
    return MethodDetails(
        id=method.id,
        kind=method.kind,
        name=method.name,
        brand=method.brand,
        last_four=method.last_four,
        balance=None if method.left is None else method.left.amount,
        currency=method.currency,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/payment-methods",
        right="anyone",
        scope="orders:read",
        personal=True,
        handler=every,
        summary="The own payment methods",
        answers={200: Answer(detail="All of them", model=MethodList)},
        faults=(503,),
    ),
    Endpoint(
        method="POST",
        path="/v1/payment-methods",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=add,
        summary="Keep a payment method",
        takes=NewMethod,
        idempotency="accepted",
        answers={201: Answer(detail="The method", model=MethodDetails)},
        faults=(503,),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/payment-methods/{id}",
        right="anyone",
        scope="orders:write",
        personal=True,
        handler=remove,
        summary="Take a payment method out of use",
        idempotency="accepted",
        answers={204: Answer(detail="Done")},
        faults=(404, 503),
    ),
)
