"""The protocol's catalogue: search, look up by id, one product in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NotRequired
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from storage import products
from storage.products import Filters, Product
from storage.search import SearchQuery, search
from tools.arguments import Words
from tools.category import category_slug
from tools.context import ToolContext
from tools.errors import BadArguments, UnknownProduct
from tools.results import ToolResult
from tools.tool import tool
from tools.ucp.product_view import UcpProduct, ucp_product
from tools.ucp.shapes import Envelope, Given, Message, envelope, own_id

_LONGEST_PAGE = 20
_DEEPEST = 1000
_VARIANTS = 50
_Limit = Annotated[int, Field(ge=0, le=10**12)]


class PriceFilter(Given):
    """After discount, in minor units of the store's currency, both ends included."""

    min: _Limit | None = None
    max: _Limit | None = None


class SearchFilters(Given):
    """All of them must hold."""

    categories: list[Words] = Field(default=[], max_length=1, description="A category: it and all below.")
    price: PriceFilter = PriceFilter()


class Paging(Given):
    """Which page."""

    cursor: str | None = Field(default=None, max_length=100)
    limit: int = Field(default=10, ge=1, description=f"At most {_LONGEST_PAGE} come.")


class CatalogSearch(Given):
    """What is looked for; without `query`, all products behind the filters."""

    query: Words | None = None
    filters: SearchFilters = SearchFilters()
    pagination: Paging = Paging()


class CatalogLookup(Given):
    """Products or variants by id."""

    ids: list[Annotated[str, Field(max_length=100)]] = Field(min_length=1, max_length=50)


class CatalogProduct(Given):
    """One product or variant by its id."""

    id: str = Field(max_length=100)


class PageInfo(TypedDict):
    """`cursor` is there when there is another page."""

    has_next_page: bool
    cursor: NotRequired[str]


class SearchCatalogOutput(TypedDict):
    """`messages` says so when nothing fits and these are only the nearest."""

    ucp: Envelope
    products: list[UcpProduct]
    pagination: PageInfo
    messages: list[Message]


class LookupCatalogOutput(TypedDict):
    """An id that is nothing's is told in `messages`."""

    ucp: Envelope
    products: list[UcpProduct]
    messages: list[Message]


class GetProductOutput(TypedDict):
    ucp: Envelope
    product: UcpProduct


@tool(effect="read")
async def search_catalog(ctx: ToolContext, catalog: CatalogSearch) -> ToolResult[SearchCatalogOutput]:
    """Search the store's products by words, price and category, in pages. Amounts are minor units, such as cents.

    If a message has the code `nothing_suitable` nothing fits: these are only the nearest.
    """
    page = catalog.pagination
    limit = min(page.limit, _LONGEST_PAGE)
    category = await category_slug(ctx, catalog.filters.categories[0]) if catalog.filters.categories else None
    lowest, highest = catalog.filters.price.min, catalog.filters.price.max
    messages: list[Message] = []
    following: object
    if catalog.query is None:
        wanted = Filters(store_id=ctx.store_id, category=category, min_price=lowest, max_price=highest)
        after = None if page.cursor is None else _place(page.cursor)
        shown, following = await products.page(ctx.conn, wanted, after=after, limit=limit)
    else:
        offset = 0 if page.cursor is None else _offset(page.cursor)
        found = await search(
            ctx.conn,
            ctx.embedder,
            SearchQuery(
                text=catalog.query,
                store_id=ctx.store_id,
                category=category,
                min_price=lowest,
                max_price=highest,
                limit=limit,
                offset=offset,
            ),
            user_id=ctx.person.user_id,
            session_id=ctx.person.session_id,
            clock=ctx.clock,
        )
        shown = tuple(hit.product for hit in found.hits)
        following = offset + limit if found.has_more and offset + limit <= _DEEPEST else None
        if shown and not found.suitable:
            messages.append(
                {"type": "info", "code": "nothing_suitable", "content": "Nothing fits; these are the nearest."}
            )
    info: PageInfo = {"has_next_page": following is not None}
    if following is not None:
        info["cursor"] = str(following)
    return ToolResult(
        {
            "ucp": envelope("dev.ucp.shopping.catalog.search"),
            "products": [ucp_product(product, ctx) for product in shown],
            "pagination": info,
            "messages": messages,
        }
    )


@tool(effect="read")
async def lookup_catalog(ctx: ToolContext, catalog: CatalogLookup) -> ToolResult[LookupCatalogOutput]:
    """Get up to 50 products or variants by their ids."""
    known = await _by_id(ctx, catalog.ids)
    found: list[UcpProduct] = []
    messages: list[Message] = []
    for asked in dict.fromkeys(catalog.ids):
        product = known.get(asked)
        if product is None:
            messages.append({"type": "info", "code": "not_found", "content": asked})
            continue
        told = ucp_product(product, ctx)
        told["variants"][0]["inputs"] = [{"id": asked, "match": "exact"}]
        found.append(told)
    return ToolResult(
        {"ucp": envelope("dev.ucp.shopping.catalog.lookup"), "products": found, "messages": messages},
    )


@tool(effect="read")
async def get_product(ctx: ToolContext, catalog: CatalogProduct) -> ToolResult[GetProductOutput]:
    """Get one product in full, with the other variants of its family: description, price, stock, options."""
    product = (await _by_id(ctx, [catalog.id])).get(catalog.id)
    if product is None:
        raise UnknownProduct(field="catalog.id")
    others: tuple[Product, ...] = ()
    if product.family_id is not None:
        family = Filters(store_id=product.store_id, family_id=product.family_id)
        every, _ = await products.page(ctx.conn, family, limit=_VARIANTS)
        others = tuple(each for each in every if each.id != product.id)
    return ToolResult(
        {
            "ucp": envelope("dev.ucp.shopping.catalog.lookup"),
            "product": ucp_product(product, ctx, others, whole=True),
        }
    )


async def _by_id(ctx: ToolContext, asked: Iterable[str]) -> dict[str, Product]:
    """The products of these ids, as they were written, that the store sells."""
    ids = {text: product_id for text in asked if (product_id := own_id(text)) is not None}
    found = {
        product.id: product
        for product in await products.get_many(ctx.conn, list({*ids.values()}))
        if ctx.store_id in (None, product.store_id)
    }
    return {text: found[product_id] for text, product_id in ids.items() if product_id in found}


def _place(cursor: str) -> UUID:
    found = own_id(cursor)
    if found is None:
        raise BadArguments("This is no cursor of this search.", field="catalog.pagination.cursor")
    return found


def _offset(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 4 and int(cursor) <= _DEEPEST):
        raise BadArguments("This is no cursor of this search.", field="catalog.pagination.cursor")
    return int(cursor)
