"""What the shop's people do with orders: see all of them, send them, take back what comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.order_details import OrderDetails, OrderPaymentDetails, shown
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import service
from storage import order_returns, order_shipping, orders, stores
from storage.audit import Cause
from storage.database import Connection
from storage.order_shipping import Parcels
from storage.order_status import OrderStatus
from storage.orders import Order, PaymentStatus, StaffFilters
from storage.people import Person

_MISSING = "There is no such order."


class StaffPayment(OrderPaymentDetails):
    """A row of the ledger with what its payment provider said; `due_at` is when it is asked next, if at all."""

    provider_reference: str | None
    failure: str | None
    attempts: int
    due_at: datetime | None


class StaffOrder(OrderDetails):
    """An order with whose it is; `possible` is what the shopper may still do with it."""

    user_id: UUID
    payments: list[StaffPayment]  # type: ignore[assignment]


class StaffOrderQuery(PageQuery):
    """Which of all orders."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store: only its orders.")
    status: OrderStatus | None = Field(default=None, description="Only orders of this status.")
    payment_status: PaymentStatus | None = Field(default=None, description="Only orders that are paid so far.")
    user_id: UUID | None = Field(default=None, description="Only orders of this person.")
    order_number: str | None = Field(default=None, min_length=1, max_length=60, description="However it is written.")


class StaffOrderPage(Page[StaffOrder]):
    """The newest first."""


class Sent(BaseModel):
    """How an order was sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    carrier: str | None = Field(default=None, min_length=1, max_length=100)
    tracking_ids: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default=[], max_length=50, description="One a parcel."
    )


async def every(request: Request) -> Response:
    """The orders of everybody."""
    asked = query.read(request, StaffOrderQuery)
    before = paging.after(asked, tuple[AwareDatetime, UUID])
    async with service(request).database.connection() as conn:
        store_id = await stores.id_of(conn, asked.store)
        filters = StaffFilters(
            store_id=store_id,
            status=asked.status,
            payment_status=asked.payment_status,
            user_id=asked.user_id,
            order_number=asked.order_number,
        )
        found = await orders.get_many(conn, await orders.every_id(conn, filters, before=before, limit=asked.limit + 1))
    page, following = paging.cut(found, asked.limit, lambda order: (order.created_at, order.id))
    told = StaffOrderPage(items=[shown(order, StaffOrder) for order in page], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def get(request: Request) -> Response:
    """An order of anybody's."""
    order_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        order = await orders.get(conn, order_id)
    return JSONResponse(shown(order, StaffOrder).model_dump(mode="json"))


async def processing(request: Request) -> Response:
    """Begin with an order: the shopper can change nothing of it any more."""

    async def deed(conn: Connection, actor: Person, order_id: UUID, cause: Cause) -> Order:
        return await order_shipping.advance(conn, actor, order_id, "processing", cause)

    return await _done(request, None, deed)


async def shipped(request: Request) -> Response:
    """All of an order is on its way."""
    said = await body.read(request, Sent, service(request).settings.max_body)
    parcels = Parcels(carrier=said.carrier, tracking_ids=said.tracking_ids)

    async def deed(conn: Connection, actor: Person, order_id: UUID, cause: Cause) -> Order:
        return await order_shipping.advance(conn, actor, order_id, "shipped", cause, parcels)

    return await _done(request, said, deed)


async def delivered(request: Request) -> Response:
    """An order has arrived."""

    async def deed(conn: Connection, actor: Person, order_id: UUID, cause: Cause) -> Order:
        return await order_shipping.advance(conn, actor, order_id, "delivered", cause)

    return await _done(request, None, deed)


async def received(request: Request) -> Response:
    """What was to come back is here: it goes into stock, money goes where it was promised."""
    return await _done(request, None, order_returns.complete)


async def turned_down(request: Request) -> Response:
    """Nothing comes back after all."""
    return await _done(request, None, order_returns.turn_down)


async def _done(
    request: Request, said: BaseModel | None, deed: Callable[[Connection, Person, UUID, Cause], Awaitable[Order]]
) -> Response:
    order_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        return Reply(200, shown(await deed(conn, person, order_id, who.cause(request)), StaffOrder))

    return await once(request, said, effect, required=True)


_ORDER = Answer(detail="The order", model=StaffOrder)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/staff/orders",
        right="admin",
        scope="admin",
        handler=every,
        summary="The orders of everybody",
        query=StaffOrderQuery,
        answers={200: Answer(detail="A page of orders", model=StaffOrderPage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/staff/orders/{id}",
        right="admin",
        scope="admin",
        handler=get,
        summary="An order of anybody's",
        answers={200: _ORDER},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/orders/{id}/processing",
        right="admin",
        scope="admin",
        handler=processing,
        summary="Begin with an order",
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/orders/{id}/shipped",
        right="admin",
        scope="admin",
        handler=shipped,
        summary="An order is on its way",
        takes=Sent,
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/orders/{id}/delivered",
        right="admin",
        scope="admin",
        handler=delivered,
        summary="An order has arrived",
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/orders/{id}/received",
        right="admin",
        scope="admin",
        handler=received,
        summary="What was to come back of an order is here",
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/staff/orders/{id}/turned-down",
        right="admin",
        scope="admin",
        handler=turned_down,
        summary="Nothing comes back of an order after all",
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
)
