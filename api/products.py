"""Products and their pictures, as links in an answer point to them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.endpoint import Answer, Endpoint
from api.path import uuid_in
from api.product_list import ProductSummary, summary
from api.service import base_url, service
from storage import product_images, products
from storage.errors import NotFound
from storage.products import Product


class ProductDetails(ProductSummary):
    """A product in full."""

    description: str
    tags: list[str]
    specifications: dict[str, str | int | float | bool]


async def get(request: Request) -> Response:
    """A product in full."""
    product = await find(request)
    details = ProductDetails(
        **dict(summary(product, base_url(request))),
        description=product.description,
        tags=list(product.tags),
        specifications=product.specifications,
    )
    return JSONResponse(details.model_dump(mode="json"))


async def picture(request: Request) -> Response:
    """A picture that is kept in the database; an SVG gets a policy under which it can only draw."""
    image_id = uuid_in(request, "There is no such picture.")
    async with service(request).database.connection() as conn:
        found = await product_images.content(conn, image_id)
    if found is None:
        raise NotFound("There is no such picture.")
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        # A page of another origin may show what is for sale.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


async def find(request: Request) -> Product:
    """The product the path names. Raises NotFound."""
    product_id = uuid_in(request, "There is no such product.")
    async with service(request).database.connection() as conn:
        return await products.get(conn, product_id)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/products/{id}",
        right="anyone",
        scope="catalogue:read",
        handler=get,
        summary="A product in full",
        answers={200: Answer(detail="The product", model=ProductDetails)},
        faults=(404, 503),
    ),
    Endpoint(
        method="GET",
        path="/images/{id}",
        right="anyone",
        scope="open",
        handler=picture,
        summary="A picture kept in the database",
        answers={200: Answer(detail="The picture", media_type="image/*")},
        faults=(404, 503),
    ),
)
