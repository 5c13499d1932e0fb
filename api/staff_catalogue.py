"""What administrators do to the catalogue: stores, categories and products are added, changed, closed, opened again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api import body, who
from api.endpoint import Answer, Endpoint
from api.idempotency import Reply, once
from api.path import uuid_in
from api.service import service
from storage import embed, shopkeeping, stores
from storage.audit import Cause
from storage.database import Connection
from storage.errors import CartwrightError
from storage.people import Person
from storage.shopkeeping import CategoryRow, ProductRow, StoreRow

_log = logging.getLogger(__name__)

_CLOSED = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_Slug = Annotated[str, Field(max_length=100, pattern=_SLUG)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Text = Annotated[str, Field(max_length=100_000)]
_Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://")]
_Fact = Annotated[str, Field(max_length=1000)] | bool | int | float


class StoreChange(BaseModel):
    """What is left out stays. A store that is not `active` is closed, and its products with it."""

    model_config = _CLOSED

    name: _Name = ""
    description: _Text = ""
    url: _Url | None = None
    active: bool = True


class NewStore(StoreChange):
    """A store; all its prices are in its `currency` (ISO 4217)."""

    name: _Name
    slug: _Slug
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class CategoryChange(BaseModel):
    """What is left out stays. `parent` is the slug of the category above; closing one closes all below it."""

    model_config = _CLOSED

    name: _Name = ""
    description: _Text = ""
    parent: str | None = Field(default=None, max_length=200)
    active: bool = True


class NewCategory(CategoryChange):
    """A category, one of a tree for all stores."""

    name: _Name
    slug: str = Field(max_length=200, pattern=_SLUG)


class ProductChange(BaseModel):
    """What is left out stays. `price` in minor units before `discount_percent`; `category` is a slug."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    sku: str = Field(default="", min_length=1, max_length=200)
    name: str = Field(default="", min_length=1, max_length=1000)
    short_description: str = Field(default="", max_length=1000)
    description: _Text = ""
    category: str | None = Field(default=None, max_length=200)
    brand: str | None = Field(default=None, min_length=1, max_length=200)
    tags: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = Field(default=(), max_length=100)
    price: int = Field(default=0, ge=0, lt=2**53, strict=True)
    discount_percent: Decimal = Field(default=Decimal(0), ge=0, le=100, max_digits=5, decimal_places=2)
    stock: int = Field(default=0, ge=0, lt=2**31, strict=True)
    specifications: dict[Annotated[str, Field(min_length=1, max_length=100)], _Fact] = Field(
        default_factory=dict, max_length=200
    )
    url: _Url | None = None
    part_number: str | None = Field(default=None, min_length=1, max_length=100)
    active: bool = True


class NewProduct(ProductChange):
    """A product of a store, named by its slug."""

    store: _Slug
    sku: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=1000)
    price: int = Field(ge=0, lt=2**53, strict=True)


class StoreDetails(NewStore):
    """The store as it is."""

    id: UUID


class CategoryDetails(NewCategory):
    """The category as it is."""

    id: UUID


class StaffProduct(ProductChange):
    """The product as it is; `active` also where its store or category is closed and it is not."""

    id: UUID


RowT = TypeVar("RowT", StoreRow, CategoryRow, ProductRow)
Changing = Callable[[Connection, Person, UUID, RowT, Cause], Awaitable[None]]
Reading = Callable[[Connection, UUID], Awaitable[RowT]]


async def add_store(request: Request) -> Response:
    """A new store."""
    said = await body.read(request, NewStore, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        row = StoreRow(**_fields(said))
        made = await shopkeeping.add_store(conn, person, row, who.cause(request))
        return Reply(201, _store(made, row))

    return await once(request, said, effect, required=False)


async def change_store(request: Request) -> Response:
    """Change, close or open a store."""
    said = await body.read(request, StoreChange, service(request).settings.max_body)
    return await _change(request, said, shopkeeping.store, shopkeeping.change_store, _store)


async def add_category(request: Request) -> Response:
    """A new category."""
    said = await body.read(request, NewCategory, service(request).settings.max_body)

    async def effect(conn: Connection, person: Person) -> Reply:
        row = CategoryRow(**_fields(said))
        made = await shopkeeping.add_category(conn, person, row, who.cause(request))
        return Reply(201, _category(made, row))

    return await once(request, said, effect, required=False)


async def change_category(request: Request) -> Response:
    """Change, move, close or open a category."""
    said = await body.read(request, CategoryChange, service(request).settings.max_body)
    return await _change(request, said, shopkeeping.category, shopkeeping.change_category, _category)


async def get_product(request: Request) -> Response:
    """A product, closed ones too."""
    product_id = uuid_in(request, "There is no such product.")
    async with service(request).database.transaction() as conn:
        found = await shopkeeping.product(conn, product_id)
    return JSONResponse(_product(product_id, found).model_dump(mode="json"))


async def add_product(request: Request) -> Response:
    """A new product."""
    said = await body.read(request, NewProduct, service(request).settings.max_body)
    made: list[UUID] = []

    async def effect(conn: Connection, person: Person) -> Reply:
        row = ProductRow(**_fields(said, leave="store"))
        store = await stores.by_slug(conn, said.store)
        made[:] = [await shopkeeping.add_product(conn, person, store.id, row, who.cause(request))]
        return Reply(201, _product(made[0], row))

    response = await once(request, said, effect, required=False)
    await _find_by_meaning(request, made)
    return response


async def change_product(request: Request) -> Response:
    """Change, close or open a product."""
    said = await body.read(request, ProductChange, service(request).settings.max_body)
    response = await _change(request, said, shopkeeping.product, shopkeeping.change_product, _product)
    await _find_by_meaning(request, [UUID(request.path_params["id"])])
    return response


async def _change(
    request: Request,
    said: BaseModel,
    read: Reading[RowT],
    change: Changing[RowT],
    told: Callable[[UUID, RowT], BaseModel],
) -> Response:
    """What was said in the place of what is there."""
    entity_id = uuid_in(request, "There is nothing by that id.")

    async def effect(conn: Connection, person: Person) -> Reply:
        fields = _fields(said, only=said.model_fields_set)
        wanted = replace(await read(conn, entity_id), **fields)
        await change(conn, person, entity_id, wanted, who.cause(request))
        return Reply(200, told(entity_id, wanted))

    return await once(request, said, effect, required=False)


async def _find_by_meaning(request: Request, product_ids: list[UUID]) -> None:
    """Give products the vector of what they say now; without one they are found by their words."""
    here = service(request)
    for product_id in product_ids:
        try:
            await embed.one(here.database, here.embedder, product_id)
        except CartwrightError:
            _log.exception("product %s has no vector; `python -m storage embed` makes it", product_id)


def _fields(said: BaseModel, *, only: set[str] | None = None, leave: str | None = None) -> dict[str, Any]:
    """The fields of a row; what cannot be stored was taken out as the body was read."""
    given = {name: getattr(said, name) for name in type(said).model_fields if name != leave}
    kept = {name: value for name, value in given.items() if only is None or name in only}
    if "active" in kept:
        kept["is_active"] = kept.pop("active")
    return kept


def _told(entity_id: UUID, row: StoreRow | CategoryRow | ProductRow) -> dict[str, Any]:
    fields = asdict(row)
    return {"id": entity_id, "active": fields.pop("is_active"), **fields}


def _store(store_id: UUID, row: StoreRow) -> StoreDetails:
    return StoreDetails.model_construct(**_told(store_id, row))


def _category(category_id: UUID, row: CategoryRow) -> CategoryDetails:
    return CategoryDetails.model_construct(**_told(category_id, row))


def _product(product_id: UUID, row: ProductRow) -> StaffProduct:
    return StaffProduct.model_construct(**_told(product_id, row))


def _endpoints() -> tuple[Endpoint, ...]:
    store = Answer(detail="The store", model=StoreDetails)
    category = Answer(detail="The category", model=CategoryDetails)
    product = Answer(detail="The product", model=StaffProduct)
    return (
        Endpoint(
            method="POST",
            path="/v1/staff/stores",
            right="admin",
            scope="admin",
            handler=add_store,
            summary="Open a store",
            takes=NewStore,
            idempotency="accepted",
            answers={201: store},
            faults=(409,),
        ),
        Endpoint(
            method="PATCH",
            path="/v1/staff/stores/{id}",
            right="admin",
            scope="admin",
            handler=change_store,
            summary="Change, close or open a store",
            takes=StoreChange,
            idempotency="accepted",
            answers={200: store},
            faults=(404,),
        ),
        Endpoint(
            method="POST",
            path="/v1/staff/categories",
            right="admin",
            scope="admin",
            handler=add_category,
            summary="Add a category",
            takes=NewCategory,
            idempotency="accepted",
            answers={201: category},
            faults=(409,),
        ),
        Endpoint(
            method="PATCH",
            path="/v1/staff/categories/{id}",
            right="admin",
            scope="admin",
            handler=change_category,
            summary="Change, move, close or open a category",
            takes=CategoryChange,
            idempotency="accepted",
            answers={200: category},
            faults=(404,),
        ),
        Endpoint(
            method="POST",
            path="/v1/staff/products",
            right="admin",
            scope="admin",
            handler=add_product,
            summary="Add a product",
            takes=NewProduct,
            idempotency="accepted",
            answers={201: product},
            faults=(404, 409),
        ),
        Endpoint(
            method="GET",
            path="/v1/staff/products/{id}",
            right="admin",
            scope="admin",
            handler=get_product,
            summary="A product, closed ones too",
            answers={200: product},
            faults=(404,),
        ),
        Endpoint(
            method="PATCH",
            path="/v1/staff/products/{id}",
            right="admin",
            scope="admin",
            handler=change_product,
            summary="Change, close or open a product",
            takes=ProductChange,
            idempotency="accepted",
            answers={200: product},
            faults=(404, 409),
        ),
    )


ENDPOINTS = _endpoints()
