"""The pictures of a product."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint import Answer, Endpoint
from api.path import uuid_in
from api.service import base_url, service
from storage import product_images, products


class ImageDetails(BaseModel):
    """`url` is absolute; `width` and `height` in pixels, `variant` such as thumb or large, null where nobody said."""

    id: UUID
    url: str
    variant: str | None
    width: int | None
    height: int | None
    format: str | None
    alt_text: str | None
    is_primary: bool


class ImageList(BaseModel):
    """The main picture first."""

    images: list[ImageDetails]


async def every(request: Request) -> Response:
    """The pictures of a product that is for sale."""
    product_id = uuid_in(request, "There is no such product.")
    async with service(request).database.connection() as conn:
        await products.get(conn, product_id)
        found = await product_images.of_product(conn, product_id)
    told = ImageList(
        images=[
            ImageDetails(
                id=image.id,
                url=image.url or f"{base_url(request)}/images/{image.id}",
                variant=image.variant,
                width=image.width,
                height=image.height,
                format=image.format,
                alt_text=image.alt_text,
                is_primary=image.is_primary,
            )
            for image in found
        ]
    )
    return JSONResponse(told.model_dump(mode="json"))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/products/{id}/images",
        right="anyone",
        scope="catalogue:read",
        handler=every,
        summary="The pictures of a product",
        answers={200: Answer(detail="The main one first", model=ImageList)},
        faults=(404, 503),
    ),
)
