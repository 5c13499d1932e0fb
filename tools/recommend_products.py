"""The tool that recommends products."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from storage import recommendations
from storage.recommendations import Reason
from tools.arguments import ProductId
from tools.cards import product_card, source
from tools.context import ToolContext
from tools.facts import ProductFacts, facts
from tools.lookup import known_products, store_of
from tools.results import DataPart, ToolResult, part_id
from tools.search_products import ProductsContent
from tools.tool import tool


class RecommendedFacts(ProductFacts):
    """`reasons`: others took it `together` with it, it is `similar`, or it is only `well-rated`."""

    reasons: list[Reason]


class RecommendationOutput(TypedDict):
    """The best first; none when the store has nothing else to offer."""

    products: list[RecommendedFacts]


@tool(effect="read")
async def recommend_products(
    ctx: ToolContext,
    product_id: Annotated[
        ProductId | None, Field(description="What it is to go with or be like; absent: what suits the shopper.")
    ] = None,
    limit: Annotated[int, Field(ge=1, le=10, description="How many products at most.")] = 5,
) -> ToolResult[RecommendationOutput]:
    """Recommend products: what goes with a product or is like it, or what suits the shopper by what they did before.

    Use it when the shopper asks for ideas rather than for something; else search. They see the product cards.
    """
    if product_id is None:
        store_id = (await store_of(ctx)).id
    else:
        (product,) = await known_products(ctx, [product_id])
        store_id = product.store_id
    found = await recommendations.recommend(ctx.conn, store_id, person=ctx.person, product_id=product_id, count=limit)
    content: ProductsContent = {
        "products": [product_card(each.product, ctx) for each in found.items],
        "suitable": True,
        "search_id": None,
        "recommendation_id": str(found.id),
    }
    return ToolResult(
        output={"products": [{**facts(each.product), "reasons": list(each.reasons)} for each in found.items]},
        data=(DataPart("products", part_id("products", ctx.tool_call_id), content),) if found.items else (),
        sources=tuple(source(each.product, ctx) for each in found.items),
    )
