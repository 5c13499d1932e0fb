"""A person's wishlist, with today's prices and stock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import key, paging, query, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.paging import Page, PageQuery
from api.path import uuid_in
from api.service import base_url, service
from storage import wishlist
from storage.database import Connection
from storage.people import Person
from storage.wishlist import WishlistItem
from tools.cards import Availability, availability

_MISSING = "There is no such product."


class WishlistQuery(PageQuery):
    """The wishlist, or what of it one store sells."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store.")


class WishlistItemDetails(BaseModel):
    """`price` and `list_price` in minor units of `currency`, after and before discount; `for_sale` false: no longer."""

    product_id: UUID
    name: str
    brand: str | None
    price: int
    list_price: int
    currency: str
    stock: int
    availability: Availability
    for_sale: bool
    image: str | None
    added_at: datetime


class WishlistPage(Page[WishlistItemDetails]):
    """The newest first."""


async def every(request: Request) -> Response:
    """The wishlist."""
    asked = query.read(request, WishlistQuery)
    after = paging.after(asked, tuple[datetime, UUID])
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        store_id = await key.store_id(request, conn, asked.store)
        found = (
            await wishlist.page(conn, person, store_id=store_id, after=after, limit=asked.limit + 1) if person else ()
        )
    shown, following = paging.cut(found, asked.limit, lambda item: item.place)
    told = WishlistPage(items=[_details(item, base_url(request)) for item in shown], next=following)
    return JSONResponse(told.model_dump(mode="json"))


async def put(request: Request) -> Response:
    """Have a product on the wishlist."""
    product_id = uuid_in(request, _MISSING, "product_id")

    async def effect(conn: Connection, person: Person) -> Reply:
        await wishlist.put(conn, person, product_id, who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


async def remove(request: Request) -> Response:
    """Have a product on the wishlist no longer."""
    product_id = uuid_in(request, _MISSING, "product_id")

    async def effect(conn: Connection, person: Person) -> Reply:
        await wishlist.remove(conn, person, product_id, who.cause(request))
        return Reply(204)

    return await once(request, None, effect, required=False)


def _details(item: WishlistItem, base: str) -> WishlistItemDetails:
    return WishlistItemDetails(
        product_id=item.product_id,
        name=item.name,
        brand=item.brand,
        price=item.effective_price,
        list_price=item.list_price,
        currency=item.currency,
        stock=item.stock,
        availability=availability(item.stock if item.is_active else 0),
        for_sale=item.is_active,
        image=(item.image.url or f"{base}/images/{item.image.id}") if item.image else None,
        added_at=item.added_at,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/wishlist",
        right="anyone",
        scope="carts:read",
        handler=every,
        summary="The wishlist, the newest first",
        query=WishlistQuery,
        answers={200: Answer(detail="A page of the wishlist", model=WishlistPage)},
        faults=(404, 503),
    ),
    Endpoint(
        method="PUT",
        path="/v1/wishlist/{product_id}",
        right="anyone",
        scope="carts:write",
        handler=put,
        summary="Have a product on the wishlist",
        idempotency="accepted",
        answers={204: Answer(detail="It is there")},
        faults=(404, 503),
    ),
    Endpoint(
        method="DELETE",
        path="/v1/wishlist/{product_id}",
        right="anyone",
        scope="carts:write",
        handler=remove,
        summary="Have a product on the wishlist no longer",
        idempotency="accepted",
        answers={204: Answer(detail="It is not there")},
        faults=(404, 503),
    ),
)
