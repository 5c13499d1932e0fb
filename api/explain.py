"""Why something is as it is, told from the audit log."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import who
from api.endpoint import Answer, Endpoint
from api.path import uuid_in
from api.service import service
from storage import explain
from storage.errors import NotFound
from storage.explain import Step

_MISSING = "There is no such item in a cart of yours."


class ExplanationDetails(BaseModel):
    """An item of one's own cart, and every change of its quantity, the latest first."""

    id: UUID
    cart_id: UUID
    product_id: UUID
    name: str
    quantity: int
    steps: tuple[Step, ...]


async def cart_item(request: Request) -> Response:
    """Why this is in the cart."""
    item_id = uuid_in(request, _MISSING)
    async with service(request).database.connection() as conn:
        person = await who.person_on(conn, request)
        if person is None:
            raise NotFound(_MISSING)
        found = await explain.cart_item(conn, person, item_id)
    told = ExplanationDetails(
        id=found.id,
        cart_id=found.cart_id,
        product_id=found.product_id,
        name=found.name,
        quantity=found.quantity,
        steps=found.steps,
    )
    return JSONResponse(told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/explain/cart-items/{id}",
        right="anyone",
        scope="carts:read",
        handler=cart_item,
        summary="Why this is in the cart",
        answers={200: Answer(detail="The item and its changes", model=ExplanationDetails)},
        faults=(404, 503),
    ),
)
