"""What the shop's people do with money: say that an invoice was paid, give gift cards."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from api import body, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.order_details import shown
from api.path import uuid_in
from api.payment_methods import MethodDetails, details
from api.service import service
from api.staff_orders import StaffOrder
from storage import gift_cards, orders, settlement
from storage.database import Connection
from storage.money import Money
from storage.people import Person

_CLOSED = ConfigDict(frozen=True, extra="forbid")


class Settled(BaseModel):
    """How it was paid, or paid back."""

    model_config = _CLOSED

    reference: str | None = Field(
        default=None, min_length=1, max_length=200, description="Such as that of the transfer."
    )


class NewGiftCard(BaseModel):
    """A gift card for a person, named by id or e-mail address; `amount` in minor units."""

    model_config = _CLOSED

    user_id: UUID | None = None
    email: str | None = Field(default=None, min_length=3, max_length=254)
    amount: int = Field(ge=1, le=100_000_000, strict=True)
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.user_id is None) == (self.email is None):
            raise ValueError("name the person by user_id or by email")
        return self


async def settle(request: Request) -> Response:
    """Say that a row of the ledger was paid, or paid back, by hand."""
    payment_id = uuid_in(request, "There is no such payment.")
    said = await body.read(request, Settled, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        order_id = await settlement.settle_by_hand(conn, person, payment_id, said.reference, who.cause(request))
        return Reply(200, shown(await orders.get(conn, order_id), StaffOrder))

    return await once(request, said, effect, required=True)


async def give_card(request: Request) -> Response:
    """Give a person a gift card."""
    said = await body.read(request, NewGiftCard, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        balance = Money(said.amount, said.currency)
        user_id = await gift_cards.recipient(conn, said.user_id, said.email)
        card = await gift_cards.give(conn, person, user_id, balance, who.cause(request))
        return Reply(201, details(card))

    return await once(request, said, effect, required=True)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/staff/payments/{id}/settle",
        right="admin",
        scope="admin",
        handler=settle,
        summary="Say that an invoice was paid, or paid back",
        takes=Settled,
        idempotency="required",
        answers={200: Answer(detail="The order", model=StaffOrder)},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/gift-cards",
        right="admin",
        scope="admin",
        handler=give_card,
        summary="Give a person a gift card",
        takes=NewGiftCard,
        idempotency="required",
        answers={201: Answer(detail="The gift card", model=MethodDetails)},
        faults=(404, 503),
    ),
)
