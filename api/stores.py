"""The stores one can shop at."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import key
from api.endpoint import Answer, Endpoint
from api.service import service
from storage import stores


class StoreSummary(BaseModel):
    """`slug` is what `store` in a chat request takes."""

    slug: str
    name: str
    description: str
    currency: str


class StoreList(BaseModel):
    """Every active store, the oldest first."""

    stores: list[StoreSummary]


async def every(request: Request) -> Response:
    """Every active store."""
    async with service(request).database.connection() as conn:
        found = await stores.all_active(conn)
    allowed = key.stores_of(request)
    if allowed is not None:
        found = tuple(store for store in found if store.id in allowed)
    told = StoreList(
        stores=[
            StoreSummary(slug=store.slug, name=store.name, description=store.description, currency=store.currency)
            for store in found
        ]
    )
    return JSONResponse(told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/stores",
        right="anyone",
        scope="catalogue:read",
        handler=every,
        summary="The stores one can shop at",
        answers={200: Answer(detail="Every active store, the oldest first", model=StoreList)},
        faults=(503,),
    ),
)
