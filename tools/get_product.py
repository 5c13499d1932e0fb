"""The tool that shows one product."""

from __future__ import annotations

from tools.arguments import ProductId
from tools.cards import product_card, source
from tools.context import ToolContext
from tools.facts import ProductDetails, details
from tools.lookup import known_products
from tools.results import DataPart, ToolResult, part_id
from tools.search_products import ProductsContent
from tools.tool import tool


@tool(effect="read")
async def get_product(ctx: ToolContext, product_id: ProductId) -> ToolResult[ProductDetails]:
    """Get one product in full: description, specifications, category, today's price and stock.

    Use it before stating a property that a search result does not show. The shopper sees the product's card.
    """
    (product,) = await known_products(ctx, [product_id])
    content: ProductsContent = {
        "products": [product_card(product, ctx)],
        "suitable": True,
        "search_id": None,
        "recommendation_id": None,
    }
    return ToolResult(
        output=details(product),
        data=(DataPart("products", part_id("products", ctx.tool_call_id), content),),
        sources=(source(product, ctx),),
    )
