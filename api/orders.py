"""A shopper's orders: placed from a cart, read, cancelled, changed, returned and exchanged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, key, paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.order_details import OrderDetails, details
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import service
from storage import order_cancelling, order_changes, order_placing, order_returns, orders
from storage.audit import Cause
from storage.database import Connection
from storage.errors import Invalid, NotFound
from storage.order_placing import Placement
from storage.order_returns import ReturnLine
from storage.order_status import OrderStatus
from storage.order_swaps import Swap
from storage.orders import Order, OrderFilters
from storage.people import Person
from tools.order_arguments import ItemPieces, ItemSwap, PostalAddress

_MISSING = "There is no such order."
_CLOSED = ConfigDict(frozen=True, extra="forbid")


class OrderQuery(PageQuery):
    """Which of the own orders."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store: only its orders.")
    status: OrderStatus | None = Field(default=None, description="Only orders of this status.")


class OrderPage(Page[OrderDetails]):
    """The newest first."""


class NewOrder(BaseModel):
    """The cart to be ordered, and what the shopper was shown of it: another version or total is refused."""

    model_config = _CLOSED

    cart_id: UUID
    version: int = Field(ge=1, strict=True, description="The cart's version.")
    expected_total: int = Field(
        ge=0, lt=2**63, strict=True, description="What it comes to, tax and all, in minor units."
    )
    shipping_address: PostalAddress | None = Field(default=None, description="Left out: the default address.")
    billing_address: PostalAddress | None = Field(default=None, description="Left out: the shipping address.")
    payment_method_id: UUID | None = Field(default=None, description="Left out: the invoice.")


class Cancelling(BaseModel):
    """Why an order is cancelled."""

    model_config = _CLOSED

    reason: str = Field(min_length=1, max_length=500)


class OrderChange(BaseModel):
    """One change: an address, other variants (whose difference the method pays or gets), or another method."""

    model_config = _CLOSED

    shipping_address: PostalAddress | None = None
    items: list[ItemSwap] | None = Field(default=None, min_length=1, max_length=50)
    payment_method_id: UUID | None = None


class Returning(BaseModel):
    """What goes back; refunded to the order's method or to a gift card."""

    model_config = _CLOSED

    items: list[ItemPieces] = Field(min_length=1, max_length=50)
    payment_method_id: UUID | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=500)


class Exchanging(BaseModel):
    """What goes back and what comes for it."""

    model_config = _CLOSED

    items: list[ItemSwap] = Field(min_length=1, max_length=50)
    payment_method_id: UUID | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=500)


async def every(request: Request) -> Response:
    """The own orders."""
    asked = query.read(request, OrderQuery)
    before = paging.after(asked, tuple[AwareDatetime, UUID])
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        store_id = await key.store_id(request, conn, asked.store)
        filters = OrderFilters(store_id=store_id, status=asked.status)
        ids = await orders.own_ids(conn, person, filters, before=before, limit=asked.limit + 1) if person else ()
        found = await orders.get_many(conn, ids)
    shown, following = paging.cut(found, asked.limit, lambda order: (order.created_at, order.id))
    told = OrderPage(items=[details(order) for order in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def get(request: Request) -> Response:
    """One order."""
    order_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound(_MISSING)
        order = await orders.get(conn, await orders.own_id(conn, person, order_id))
    return JSONResponse(details(order).model_dump(mode="json"))


async def place(request: Request) -> Response:
    """Order a cart, if it still is what the shopper was shown."""
    said = await body.read(request, NewOrder, service(request).settings.max_body)
    wanted = Placement(
        cart_id=said.cart_id,
        version=said.version,
        expected_total=said.expected_total,
        shipping=None if said.shipping_address is None else said.shipping_address.stored(),
        billing=None if said.billing_address is None else said.billing_address.stored(),
        payment_method_id=said.payment_method_id,
    )

    async def effect(conn: Connection, person: Person) -> Reply:
        return Reply(201, details(await order_placing.place(conn, person, wanted, who.cause(request))))

    return await once(request, said, effect, required=True)


async def cancel(request: Request) -> Response:
    """Cancel a pending order."""
    said = await body.read(request, Cancelling, service(request).settings.max_body)

    async def deed(conn: Connection, person: Person, order_id: UUID, cause: Cause) -> Order:
        return await order_cancelling.cancel(conn, person, order_id, said.reason, cause)

    return await _done(request, said, deed)


async def change(request: Request) -> Response:
    """Change one thing of a pending order."""
    said = await body.read(request, OrderChange, service(request).settings.max_body)

    async def deed(conn: Connection, person: Person, order_id: UUID, cause: Cause) -> Order:
        address, items, method = said.shipping_address, said.items, said.payment_method_id
        if address is not None and items is None and method is None:
            return await order_changes.change_address(conn, person, order_id, address.stored(), cause)
        if address is None and items is not None:
            return await order_changes.change_items(conn, person, order_id, _swaps(items), method, cause)
        if address is None and method is not None:
            return await order_changes.change_payment(conn, person, order_id, method, cause)
        raise Invalid("Name one thing to change: shipping_address, items or payment_method_id.")

    return await _done(request, said, deed)


async def give_back(request: Request) -> Response:
    """Ask for the return of items of a delivered order."""
    said = await body.read(request, Returning, service(request).settings.max_body)

    async def deed(conn: Connection, person: Person, order_id: UUID, cause: Cause) -> Order:
        lines = [ReturnLine(each.item_id, each.quantity) for each in said.items]
        return await order_returns.request_return(
            conn, person, order_id, lines, said.payment_method_id, said.reason, cause
        )

    return await _done(request, said, deed)


async def exchange(request: Request) -> Response:
    """Ask for the exchange of items of a delivered order."""
    said = await body.read(request, Exchanging, service(request).settings.max_body)

    async def deed(conn: Connection, person: Person, order_id: UUID, cause: Cause) -> Order:
        return await order_returns.request_exchange(
            conn, person, order_id, _swaps(said.items), said.payment_method_id, said.reason, cause
        )

    return await _done(request, said, deed)


async def _done(
    request: Request, said: BaseModel, deed: Callable[[Connection, Person, UUID, Cause], Awaitable[Order]]
) -> Response:
    order_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        own = await orders.own_id(conn, person, order_id)
        return Reply(200, details(await deed(conn, person, own, who.cause(request))))

    return await once(request, said, effect, required=True)


def _swaps(items: list[ItemSwap]) -> list[Swap]:
    return [Swap(each.item_id, each.new_product_id, each.quantity) for each in items]


_ORDER = Answer(detail="The order", model=OrderDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/orders",
        right="anyone",
        scope="orders:read",
        handler=every,
        summary="The own orders",
        query=OrderQuery,
        answers={200: Answer(detail="A page of orders", model=OrderPage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/orders",
        right="anyone",
        scope="orders:write",
        handler=place,
        summary="Order a cart, if it still is what the shopper was shown",
        takes=NewOrder,
        idempotency="required",
        answers={201: _ORDER},
        faults=(404, 409, 412, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/orders/{id}",
        right="anyone",
        scope="orders:read",
        handler=get,
        summary="One order",
        answers={200: _ORDER},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/orders/{id}/cancel",
        right="anyone",
        scope="orders:write",
        handler=cancel,
        summary="Cancel a pending order",
        takes=Cancelling,
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/orders/{id}/change",
        right="anyone",
        scope="orders:write",
        handler=change,
        summary="Change one thing of a pending order",
        takes=OrderChange,
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/orders/{id}/return",
        right="anyone",
        scope="orders:write",
        handler=give_back,
        summary="Ask for the return of items of a delivered order",
        takes=Returning,
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/orders/{id}/exchange",
        right="anyone",
        scope="orders:write",
        handler=exchange,
        summary="Ask for the exchange of items of a delivered order",
        takes=Exchanging,
        idempotency="required",
        answers={200: _ORDER},
        faults=(404, 409, 503),
    ),
)
