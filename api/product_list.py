"""The catalogue in pages, behind filters."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import key, paging, query
from api.endpoint import Answer, Endpoint
from api.paging import Page, PageQuery
from api.problems import BadFields, Fault
from api.service import base_url, service
from storage import categories, products
from storage.database import Connection
from storage.products import Filters, Order, Product

Sort = Literal["oldest", "price", "-price", "-rating"]


class FilterQuery(PageQuery):
    """What products must satisfy; prices are after discount, in minor units, both ends included."""

    store: str | None = Field(default=None, max_length=100, description="The slug of a store.")
    category: str | None = Field(default=None, max_length=200, description="The slug of a category: it and all below.")
    brand: str | None = Field(default=None, max_length=200)
    min_price: int | None = Field(default=None, ge=0, le=10**12, description="In minor units, after discount.")
    max_price: int | None = Field(default=None, ge=0, le=10**12, description="In minor units, after discount.")
    in_stock: bool = False


class ProductsQuery(FilterQuery):
    """Which products, in which order."""

    family: UUID | None = Field(default=None, description="A `family_id`: the variants of one thing.")
    sort: Sort = Field(default="oldest", description="A minus: the highest first.")


class ProductSummary(BaseModel):
    """Prices in minor units of `currency`: `price` before, `effective_price` after the discount.

    Variants of one thing have the same `family_id` and differ in their `options`.
    """

    id: UUID
    store_id: UUID
    sku: str
    name: str
    brand: str | None
    category: list[str]
    short_description: str
    price: int
    effective_price: int
    currency: str
    stock: int
    rating: float | None
    rating_count: int
    image: str | None
    url: str
    family_id: UUID | None
    options: dict[str, str | int | float | bool]


class ProductPage(Page[ProductSummary]):
    """One page of products."""


class _Place(NamedTuple):
    sort: Sort
    key: int
    id: UUID


async def every(request: Request) -> Response:
    """Products behind filters."""
    asked = query.read(request, ProductsQuery)
    after = paging.after(asked, _Place)
    if after is not None and after.sort != asked.sort:
        raise BadFields([Fault(field="cursor", detail="this is a cursor of another order")])
    async with service(request).database.connection() as conn:
        wanted = replace(await filters(request, conn, asked), family_id=asked.family)
        found, following = await _page(conn, wanted, asked, after)
    told = ProductPage(
        items=[summary(product, base_url(request)) for product in found],
        next=None if following is None else paging.cursor(following),
    )
    return JSONResponse(told.model_dump(mode="json"))


async def _page(
    conn: Connection, wanted: Filters, asked: ProductsQuery, after: _Place | None
) -> tuple[tuple[Product, ...], _Place | None]:
    if asked.sort == "oldest":
        found, last = await products.page(conn, wanted, after=after.id if after else None, limit=asked.limit)
        return found, _Place(asked.sort, 0, last) if last else None
    order: Order = asked.sort
    begin = (after.key, after.id) if after else None
    found, place = await products.sorted_page(conn, wanted, order, after=begin, limit=asked.limit)
    return found, _Place(asked.sort, *place) if place else None


async def filters(request: Request, conn: Connection, asked: FilterQuery) -> Filters:
    """The filters with their names looked up. Raises NotFound for an unknown store or category."""
    if asked.category is not None:
        await categories.subtree(conn, asked.category)
    return Filters(
        store_id=await key.store_id(request, conn, asked.store),
        category=asked.category,
        brand=asked.brand,
        min_price=asked.min_price,
        max_price=asked.max_price,
        in_stock=asked.in_stock,
    )


def summary(product: Product, base: str) -> ProductSummary:
    """A product in a list; `base` is our own address."""
    image = product.image
    return ProductSummary(
        id=product.id,
        store_id=product.store_id,
        sku=product.sku,
        name=product.name,
        brand=product.brand,
        category=list(product.category_path),
        short_description=product.short_description,
        price=product.price,
        effective_price=product.effective_price,
        currency=product.currency,
        stock=product.stock,
        rating=None if product.rating is None else float(product.rating),
        rating_count=product.rating_count,
        image=None if image is None else image.url or f"{base}/images/{image.id}",
        url=f"{base}/products/{product.id}",
        family_id=product.family_id,
        options=product.options,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/products",
        right="anyone",
        scope="catalogue:read",
        handler=every,
        summary="The catalogue, behind filters",
        query=ProductsQuery,
        answers={200: Answer(detail="One page of products", model=ProductPage)},
        faults=(404, 503),
    ),
)
