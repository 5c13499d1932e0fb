"""The tool that finds products."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from storage.search import SearchQuery, search
from tools.arguments import Amount, Words, minor_units
from tools.cards import ProductCard, product_card, source
from tools.category import category_slug
from tools.context import ToolContext
from tools.facts import ProductFacts, facts
from tools.lookup import store_of
from tools.results import DataPart, ToolResult, part_id
from tools.tool import tool


class SearchOutput(TypedDict):
    """`suitable` false means that nothing fits: the products are only the nearest there are."""

    suitable: bool
    products: list[ProductFacts]
    more: bool


class ProductsContent(TypedDict):
    """What a `data-products` part holds.

    `search_id` is the row of `search_logs`, `recommendation_id` that of `recommendation_logs` that the cards came from.
    """

    products: list[ProductCard]
    suitable: bool
    search_id: str | None
    recommendation_id: str | None


@tool(effect="read")
async def search_products(
    ctx: ToolContext,
    query: Annotated[Words, Field(description="What is wanted, in the shopper's words, without price or brand.")],
    category: Annotated[Words | None, Field(description="Only this category and what is below it.")] = None,
    brand: Annotated[Words | None, Field(description="Only this brand.")] = None,
    min_price: Annotated[Amount | None, Field(description="Lowest price in the store's currency, such as 50.")] = None,
    max_price: Annotated[Amount | None, Field(description="Highest price in the store's currency, such as 80.")] = None,
    in_stock: Annotated[bool, Field(description="Leave out what is sold out.")] = True,
    limit: Annotated[int, Field(ge=1, le=10, description="How many products at most.")] = 5,
) -> ToolResult[SearchOutput]:
    """Search the store's products. Do so before recommending anything, and again whenever the wish changes.

    The shopper sees what it returns as product cards. If `suitable` is false nothing fits: say so.
    """
    lowest, highest = await _limits(ctx, min_price, max_price)
    page = await search(
        ctx.conn,
        ctx.embedder,
        SearchQuery(
            text=query,
            store_id=ctx.store_id,
            category=None if category is None else await category_slug(ctx, category),
            brand=brand,
            min_price=lowest,
            max_price=highest,
            in_stock=in_stock,
            limit=limit,
        ),
        user_id=ctx.person.user_id,
        session_id=ctx.person.session_id,
        clock=ctx.clock,
    )
    found = [hit.product for hit in page.hits]
    content: ProductsContent = {
        "products": [product_card(product, ctx) for product in found],
        "suitable": page.suitable,
        "search_id": str(page.search_id),
        "recommendation_id": None,
    }
    return ToolResult(
        output={
            "suitable": page.suitable,
            "products": [facts(product) for product in found],
            "more": page.has_more,
        },
        data=(DataPart("products", part_id("products", ctx.tool_call_id), content),) if found else (),
        sources=tuple(source(product, ctx) for product in found) if page.suitable else (),
    )


async def _limits(
    ctx: ToolContext, min_price: Decimal | None, max_price: Decimal | None
) -> tuple[int | None, int | None]:
    if min_price is None and max_price is None:
        return None, None
    currency = (await store_of(ctx)).currency
    lowest, highest = (None if amount is None else minor_units(amount, currency) for amount in (min_price, max_price))
    return lowest, highest
