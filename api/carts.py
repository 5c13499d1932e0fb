"""A shopper's carts: their own, one a store, and those suggested to them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, key, paging, query, who
from api.cart_details import CartDetails, details
from api.endpoint import Answer, Endpoint
from api.etag import etag, expected
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import service
from storage import cart_changes, carts, suggested_carts
from storage.carts import MOST_PIECES, Cart
from storage.database import Connection
from storage.errors import NotFound
from storage.people import Person

_MISSING = "There is no such cart."


class CartQuery(PageQuery):
    """Own carts, or the suggested ones of one answer."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store: only its cart.")
    suggested_by: UUID | None = Field(
        default=None, description="The id of an answer: what it suggested, whatever became of it, and no own carts."
    )


class CartFor(BaseModel):
    """The store whose cart is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str = Field(max_length=100, description="The slug of the store.")


class Quantity(BaseModel):
    """How many pieces there are to be afterwards; 0 takes the product out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantity: int = Field(ge=0, le=MOST_PIECES, strict=True)


class CartPage(Page[CartDetails]):
    """The oldest first; suggestions of one answer, the best first."""


class AcceptedCart(BaseModel):
    """`suggestion` tells of each item how many were taken; `cart` is the own cart afterwards."""

    suggestion: CartDetails
    cart: CartDetails


async def every(request: Request) -> Response:
    """The own carts, or what an answer suggested."""
    asked = query.read(request, CartQuery)
    after = paging.after(asked, UUID)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        store_id = await key.store_id(request, conn, asked.store)
        found = (
            await carts.page(
                conn,
                person,
                store_id=store_id,
                suggested_by=asked.suggested_by,
                after=after,
                limit=asked.limit + 1,
            )
            if person
            else ()
        )
    shown, following = paging.cut(found, asked.limit, lambda cart: cart.id)
    told = CartPage(items=[details(cart) for cart in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def open_one(request: Request) -> Response:
    """The own cart in a store, made when there is none."""
    said = await body.read(request, CartFor, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        store_id = await key.store_named(request, conn, said.store)
        opened = await carts.open_in(conn, person, store_id)
        return _reply(await carts.view(conn, opened.id), 201 if opened.new else 200)

    return await once(request, said, effect, required=False)


async def get(request: Request) -> Response:
    """One cart, own or suggested."""
    cart_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound(_MISSING)
        cart = await carts.get(conn, person, cart_id)
    return JSONResponse(details(cart).model_dump(mode="json"), headers=etag(cart.version))


async def put_item(request: Request) -> Response:
    """Have so many pieces of a product in an own cart."""
    said = await body.read(request, Quantity, service(request).settings.max_body)
    return await _set(request, said.quantity, said)


async def remove_item(request: Request) -> Response:
    """Take a product out of an own cart."""
    return await _set(request, 0, None)


async def clear(request: Request) -> Response:
    """Take everything out of an own cart."""
    cart_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        await carts.hold(conn, person, cart_id, expected(request))
        await cart_changes.clear(conn, person, cart_id, who.cause(request))
        return _reply(await carts.view(conn, cart_id))

    return await once(request, None, effect, required=False)


async def accept(request: Request) -> Response:
    """Put a suggested cart on top of the own cart; again, it answers the same and does nothing."""
    cart_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        accepted = await suggested_carts.accept(conn, person, cart_id, who.cause(request))
        told = AcceptedCart(suggestion=details(accepted.suggestion), cart=details(accepted.cart))
        return Reply(200, told, etag(accepted.cart.version))

    return await once(request, None, effect, required=False)


async def dismiss(request: Request) -> Response:
    """Close a suggested cart of which nothing is wanted."""
    cart_id = uuid_in(request, _MISSING)

    async def effect(conn: Connection, person: Person) -> Reply:
        return _reply(await suggested_carts.dismiss(conn, person, cart_id, who.cause(request)))

    return await once(request, None, effect, required=False)


async def _set(request: Request, quantity: int, said: Quantity | None) -> Response:
    cart_id = uuid_in(request, _MISSING)
    product_id = uuid_in(request, "The store has no such product.", "product_id")

    async def effect(conn: Connection, person: Person) -> Reply:
        await carts.hold(conn, person, cart_id, expected(request))
        await cart_changes.put(conn, person, cart_id, product_id, quantity, who.cause(request))
        return _reply(await carts.view(conn, cart_id))

    return await once(request, said, effect, required=False)


def _reply(cart: Cart, status: int = 200) -> Reply:
    return Reply(status, details(cart), etag(cart.version))


_CART = Answer(detail="The cart", model=CartDetails)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/carts",
        right="anyone",
        scope="carts:read",
        handler=every,
        summary="The own carts, or what an answer suggested",
        query=CartQuery,
        answers={200: Answer(detail="A page of carts", model=CartPage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/carts",
        right="anyone",
        scope="carts:write",
        handler=open_one,
        summary="The own cart in a store, made when there is none",
        takes=CartFor,
        idempotency="accepted",
        answers={200: Answer(detail="The cart that is there", model=CartDetails), 201: _CART},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/v1/carts/{id}",
        right="anyone",
        scope="carts:read",
        handler=get,
        summary="One cart, own or suggested",
        answers={200: _CART},
        faults=(404, 503),
    ),
    Endpoint(
        method="PUT",
        path="/v1/carts/{id}/items/{product_id}",
        right="anyone",
        scope="carts:write",
        handler=put_item,
        summary="Have so many pieces of a product in an own cart",
        takes=Quantity,
        idempotency="accepted",
        if_match=True,
        answers={200: _CART},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/carts/{id}/items/{product_id}",
        right="anyone",
        scope="carts:write",
        handler=remove_item,
        summary="Take a product out of an own cart",
        idempotency="accepted",
        if_match=True,
        answers={200: _CART},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/carts/{id}/items",
        right="anyone",
        scope="carts:write",
        handler=clear,
        summary="Take everything out of an own cart",
        idempotency="accepted",
        if_match=True,
        answers={200: _CART},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/carts/{id}/accept",
        right="anyone",
        scope="carts:write",
        handler=accept,
        summary="Put a suggested cart into the own cart",
        idempotency="accepted",
        answers={200: Answer(detail="What was taken, and the own cart", model=AcceptedCart)},
        faults=(404, 409, 503),
    ),
    Endpoint(
        method="POST",
        path="/v1/carts/{id}/dismiss",
        right="anyone",
        scope="carts:write",
        handler=dismiss,
        summary="Close a suggested cart of which nothing is wanted",
        idempotency="accepted",
        answers={200: _CART},
        faults=(404, 409, 503),
    ),
)
